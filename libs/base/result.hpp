// SPDX-License-Identifier: Apache-2.0
// Result: the outcome of something that may fail for a reason the caller is expected to handle.
// Broken infrastructure (a database away, memory gone) is an exception instead, caught at an edge.
#pragma once

#include <boost/system/result.hpp>

namespace tollgate {

/// Holds a T or the reason E why there is none. E is a closed enum, or a struct holding one.
template <class T, class E>
using Result = boost::system::result<T, E>;

}  // namespace tollgate
