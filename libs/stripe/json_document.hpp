// SPDX-License-Identifier: Apache-2.0
// One parser for all JSON that comes from outside: strict, bounded in depth, reusing its buffers.
// For what an event holds use stripe_event.hpp or normalise/; this is below both.
#pragma once

#include <simdjson.h>

#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tollgate::stripe {

enum class JsonFault { empty, malformed, nested_too_deep };

/// Accepts exactly RFC 8259 in UTF-8, without a byte-order mark. Where a member name occurs twice,
/// a look-up finds the first. One thread at a time.
///
/// simdjson refuses two things that the RFC permits, and that may stand in fields nobody reads:
/// numbers beyond 64 bits or the range of a double, and escapes of lone surrogates. A number of
/// that sort is seen as an array of an empty array, which is of a wrong type wherever it is read; a
/// lone surrogate is seen as NUL, which is as unfit to be stored.
class JsonDocument {
 public:
  explicit JsonDocument(std::size_t depth_max);

  /// The element lives until the next parse. Throws std::bad_alloc when memory is gone.
  Result<simdjson::dom::element, JsonFault> parse(std::string_view text);

 private:
  simdjson::dom::parser parser_;
  std::vector<char> padded_;  ///< the text and simdjson's padding behind it
};

}  // namespace tollgate::stripe
