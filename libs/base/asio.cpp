// SPDX-License-Identifier: Apache-2.0
// Asio is compiled here, once for all targets (BOOST_ASIO_SEPARATE_COMPILATION).
#include <boost/asio/impl/src.hpp>
