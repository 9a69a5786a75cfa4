// SPDX-License-Identifier: Apache-2.0
#include "http/server_metrics.hpp"

#include <algorithm>

namespace tollgate::http {
ServerMetrics::ServerMetrics(Metrics& metrics, const std::string& listener)
    : connections(metrics.gauge("tollgate_http_connections", "Open connections.",
                                {{"listener", listener}})),
      in_flight(metrics.gauge("tollgate_http_requests_in_flight",
                              "Requests that a handler is working on.", {{"listener", listener}})),
      metrics_(metrics),
      listener_(listener),
      seconds_(metrics.histogram("tollgate_http_request_seconds",
                                 "From a request's first byte to its answer.", latency_buckets_s(),
                                 {{"listener", listener}})) {
  for (int i = 0; i < 5; ++i) {
    answered_[i] =
        &metrics.counter("tollgate_http_requests_total", "Answers, by class of status.",
                         {{"listener", listener}, {"status", std::to_string(i + 1) + "xx"}});
  }
}

void ServerMetrics::answered(unsigned status, std::chrono::duration<double> taken) {
  answered_[std::clamp(status / 100, 1U, 5U) - 1]->Increment();
  seconds_.Observe(taken.count());
}

/// Looked up each time: it is rare, and the reasons are a few constants of this library.
void ServerMetrics::refused(std::string_view reason) {
  metrics_
      .counter("tollgate_http_refused_total",
               "Requests and connections that no handler saw, by reason.",
               {{"listener", listener_}, {"reason", std::string{reason}}})
      .Increment();
}

}  // namespace tollgate::http
