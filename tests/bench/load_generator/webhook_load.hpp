// SPDX-License-Identifier: Apache-2.0
// Posts signed webhooks, as many as the server takes (closed loop) or at a fixed rate (open loop),
// and reports what it saw. The way on to a readable entitlement is end_to_end_load.hpp's.
#pragma once

#include <sys/types.h>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "connection.hpp"
#include "event_template.hpp"
#include "latencies.hpp"
#include "process_usage.hpp"

namespace tollgate::bench {

struct WebhookLoadOptions {
  std::string url;
  std::string secret;
  std::vector<std::string> templates;  ///< files, used in turn
  std::size_t connections = 64;
  double rate_per_s = 0;  ///< 0: closed loop
  std::chrono::duration<double> warm_up{2};
  std::chrono::duration<double> measured{5};
  pid_t server_pid = 0;
  pid_t broker_pid = 0;
};

/// Every body is distinct and signed within a moment of being sent. At a fixed rate the next
/// request is signed before it is due, and its latency counts from the moment it was due, sent or
/// not.
class WebhookLoad {
 public:
  explicit WebhookLoad(const WebhookLoadOptions& options);
  boost::json::object run();

 private:
  struct Usage {
    Instant at;
    ProcessUsage server, broker, generator;
    std::vector<double> cores;
  };

  void prepare();
  void send(Instant counted_from);
  void send_what_is_due(Instant now);
  void on_answer(const Answer& answer);
  void run_until(Instant end);
  void await_answers();
  [[nodiscard]] Usage read_usage() const;
  [[nodiscard]] Instant due_at(std::uint64_t number) const;
  [[nodiscard]] bool is_measured(Instant moment) const;
  boost::json::object report(const Usage& before, const Usage& after);

  WebhookLoadOptions options_;
  Url url_;
  Poller poller_;
  ConnectionPool pool_;
  Signer signer_;
  Identifiers identifiers_;
  std::vector<EventTemplate> templates_;
  std::string_view prepared_;  ///< the next request, signed

  bool sending_ = false;
  Instant start_, measured_begin_, measured_end_;
  std::uint64_t prepared_count_ = 0;
  std::uint64_t due_count_ = 0;        ///< open loop: requests that have been due so far
  std::deque<Instant> overdue_;        ///< due, but no connection was free
  std::vector<Instant> counted_from_;  ///< by ticket

  Latencies latencies_, send_lags_;
  std::uint64_t answered_in_window_ = 0;
  std::map<unsigned, std::uint64_t> statuses_;  ///< of the whole run, warm-up too
  std::uint64_t errors_ = 0;
};

}  // namespace tollgate::bench
