// SPDX-License-Identifier: Apache-2.0
// What a server counts about itself. What a service counts about its work is the service's.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/metrics.hpp"

namespace tollgate::http {

class ServerMetrics {
 public:
  ServerMetrics(Metrics& metrics, const std::string& listener);

  void answered(unsigned status, std::chrono::duration<double> taken);
  /// A request or connection that no handler saw.
  void refused(std::string_view reason);

  Gauge& connections;
  Gauge& in_flight;

 private:
  Metrics& metrics_;
  const std::string listener_;
  Counter* answered_[5];  ///< by class of status, 1xx to 5xx
  Histogram& seconds_;
};

}  // namespace tollgate::http
