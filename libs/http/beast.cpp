// SPDX-License-Identifier: Apache-2.0
// Beast is compiled here, once for all targets (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/beast/src.hpp>
