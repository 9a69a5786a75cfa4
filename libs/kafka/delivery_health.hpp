// SPDX-License-Identifier: Apache-2.0
// What the latest delivery reports say about the broker: a topic whose metadata looks well may
// still refuse every record (a right to write that was taken away). For producer.cpp only.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::kafka {

/// One thread.
class DeliveryHealth {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  /// After so long without a failure a trial is due. Whoever is unready gets no traffic that could
  /// prove it well again, so the failure must not stand for ever.
  static constexpr std::chrono::seconds trial_after{10};

  void succeeded() { kafka_error_ = {}; }
  /// `kafka_error`: Kafka's name of it, a literal. `recoveries`: the probe's, at this moment.
  void failed(std::string_view kafka_error, TimePoint now, std::uint64_t recoveries) {
    kafka_error_ = kafka_error;
    failed_at_ = now;
    recoveries_ = recoveries;
  }

  /// Empty when the last publish succeeded, when the broker came back since, or when a trial is
  /// due.
  [[nodiscard]] std::string fault(TimePoint now, std::uint64_t recoveries) const {
    const bool is_past = recoveries != recoveries_ || now - failed_at_ >= trial_after;
    if (kafka_error_.empty() || is_past) return {};
    return "the last publish failed: " + std::string{kafka_error_};
  }

 private:
  std::string_view kafka_error_;
  TimePoint failed_at_;
  std::uint64_t recoveries_ = 0;
};

}  // namespace tollgate::kafka
