// SPDX-License-Identifier: Apache-2.0
#include "base/log_quota.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::log {

std::optional<std::uint64_t> Quota::take(std::string_view kind, TimePoint now) {
  const std::lock_guard lock{mutex_};
  Bucket& bucket = bucket_of(kind, now);
  const auto earned = std::max<std::int64_t>(0, (now - bucket.filled) / line_interval);
  bucket.filled += earned * line_interval;
  bucket.lines =
      static_cast<std::uint32_t>(std::min<std::int64_t>(burst_lines, bucket.lines + earned));
  if (bucket.lines == 0) {
    ++bucket.left_out;
    return std::nullopt;
  }
  --bucket.lines;
  return std::exchange(bucket.left_out, 0);
}

Quota::Bucket& Quota::bucket_of(std::string_view kind, TimePoint now) {
  auto found = buckets_.find(kind);
  if (found != buckets_.end()) return found->second;
  if (buckets_.size() >= kinds_max) kind = "other";
  return buckets_.try_emplace(std::string{kind}, Bucket{.filled = now}).first->second;
}

}  // namespace tollgate::log
