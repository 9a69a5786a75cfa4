// SPDX-License-Identifier: Apache-2.0
// How many log lines of one kind may be written: a burst, then one a second. The log keeps one such
// quota (log::write_bounded); have one of your own only to bound something else than the log.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::log {

/// Any thread. Each kind has a quota of its own, up to `kinds_max`; further kinds share one.
class Quota {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::uint32_t burst_lines = 10;
  static constexpr std::chrono::seconds line_interval{1};
  static constexpr std::size_t kinds_max = 200;

  /// Nothing: leave the line out. Else how many lines of this kind were left out since the last one
  /// that was not.
  [[nodiscard]] std::optional<std::uint64_t> take(std::string_view kind,
                                                  TimePoint now = std::chrono::steady_clock::now());

 private:
  struct Bucket {
    std::uint32_t lines = burst_lines;
    TimePoint filled;  ///< when `lines` was last true
    std::uint64_t left_out = 0;
  };
  Bucket& bucket_of(std::string_view kind, TimePoint now);

  std::mutex mutex_;
  std::map<std::string, Bucket, std::less<>> buckets_;
};

}  // namespace tollgate::log
