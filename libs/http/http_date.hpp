// SPDX-License-Identifier: Apache-2.0
// The time in a `Date` header, as servers must write it (IMF-fixdate, RFC 9110 section 5.6.7).
// Times in JSON are RFC 3339: base/clock.hpp.
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace tollgate::http {

/// `Sun, 06 Nov 1994 08:49:37 GMT`; the obsolete forms and impossible dates are nothing.
std::optional<Time> parse_http_date(std::string_view text);
std::string format_http_date(Time time);

/// The value of our own Date header. Written anew once a second; between, it costs a look at the
/// clock. One thread.
class CurrentDate {
 public:
  /// Valid until the next call.
  std::string_view text() { return text_at(std::time(nullptr)); }
  std::string_view text_at(std::time_t seconds) {
    if (seconds != seconds_) {
      text_ = format_http_date(from_unix_seconds(seconds));
      seconds_ = seconds;
    }
    return text_;
  }

 private:
  std::time_t seconds_ = -1;
  std::string text_;
};

}  // namespace tollgate::http
