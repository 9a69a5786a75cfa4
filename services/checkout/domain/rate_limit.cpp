// SPDX-License-Identifier: Apache-2.0
#include "checkout/domain/rate_limit.hpp"

#include <algorithm>
#include <cmath>

namespace tollgate::checkout {
namespace {

double seconds_between(Time earlier, Time later) {
  return std::max(0.0, std::chrono::duration<double>(later - earlier).count());
}

}  // namespace

RateLimit::RateLimit(double requests_per_minute)
    : tokens_per_s_(requests_per_minute / 60),
      tokens_max_(std::max(1.0, requests_per_minute / 4)) {}

std::chrono::seconds RateLimit::wait_of(std::string_view user_id, Time now, double cost) {
  if (buckets_.size() >= users_max) forget_full(now);
  const auto [found, is_new] = buckets_.try_emplace(std::string{user_id});
  Bucket& bucket = found->second;
  if (is_new) bucket = {tokens_max_, now};
  bucket.tokens =
      std::min(tokens_max_, bucket.tokens + seconds_between(bucket.filled, now) * tokens_per_s_);
  bucket.filled = now;
  if (bucket.tokens >= cost) {
    bucket.tokens -= cost;
    return std::chrono::seconds{0};
  }
  const double missing_s = (cost - bucket.tokens) / tokens_per_s_;
  return std::chrono::seconds{static_cast<std::int64_t>(std::ceil(missing_s))};
}

/// A full bucket is as good as none. Where that frees nothing all start over: users that are
/// limited now are let go on a little early, and memory stays bounded.
void RateLimit::forget_full(Time now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    const Bucket& bucket = entry.second;
    return bucket.tokens + seconds_between(bucket.filled, now) * tokens_per_s_ >= tokens_max_;
  });
  if (buckets_.size() >= users_max) buckets_.clear();
}

}  // namespace tollgate::checkout
