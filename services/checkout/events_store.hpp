// SPDX-License-Identifier: Apache-2.0
// Where the consumer writes what events say, with its place in the topic, and what is looked at for
// double purchases. Requests use checkout_store.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "checkout/domain/told.hpp"

namespace tollgate::checkout {

/// Blocks; of the thread that owns it. Members throw std::runtime_error while the database is away.
class EventsStore {
 public:
  virtual ~EventsStore() = default;
  /// Of those partitions that were read before.
  virtual std::map<std::int32_t, std::int64_t> next_offsets(
      const std::string& topic, std::span<const std::int32_t> partitions) = 0;
  /// One transaction, the offsets with the rest; offsets only grow.
  virtual void apply(const std::string& topic, const Told& told) = 0;
};

}  // namespace tollgate::checkout
