// SPDX-License-Identifier: Apache-2.0
// The durable log behind the ingress, in the words of its one use case. Kafka's implementation is
// kafka_event_log.hpp; tests have one in memory.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "stripe/stripe_event.hpp"

namespace tollgate::ingress {

/// Why the log does not have the event for sure; literals, for our own log and metrics.
struct AppendFault {
  enum class Kind {
    unavailable,  ///< may pass by itself
    too_large,    ///< passes only when the log is set to take larger records
  };
  Kind kind = Kind::unavailable;
  std::string_view reason{};
  std::string_view detail{};  ///< the broker's own word, if it said one
};

class EventLog {
 public:
  virtual ~EventLog() = default;

  /// Done when the log has the event on all in-sync replicas. `event` and `body` stay valid and
  /// unchanged only until the first suspension: what is needed is copied before it.
  virtual boost::asio::awaitable<Result<void, AppendFault>> append(const stripe::StripeEvent& event,
                                                                   std::string_view body,
                                                                   Time received) = 0;
};

}  // namespace tollgate::ingress
