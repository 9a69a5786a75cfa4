// SPDX-License-Identifier: Apache-2.0
// A name and a value: the word that libs/kafka (records) and libs/events (CloudEvents) share.
// HTTP's headers, which compare without case, are in libs/http.
#pragma once

#include <string_view>

namespace tollgate {

/// Owns nothing; the giver says how long the views live.
struct Header {
  std::string_view name;
  std::string_view value;
};

}  // namespace tollgate
