// SPDX-License-Identifier: Apache-2.0
// Fills a topic with the records that the ingress would have written, as fast as the broker takes
// them. Load on the ingress itself is webhook_load.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "events/cloudevents.hpp"
#include "kafka/producer.hpp"
#include "stripe/stripe_event.hpp"
#include "user_events.hpp"

namespace tollgate::bench {

struct TopicFillOptions {
  std::string topic;
  std::string brokers;
  UserEventsOptions events;
};

/// Key, headers and value of every record are made by the code of the ingress.
class TopicFill {
 public:
  explicit TopicFill(const TopicFillOptions& options);
  /// Throws std::runtime_error when one event cannot be read or is not known to be safe.
  boost::json::object run();

 private:
  boost::asio::awaitable<void> publish_all();
  boost::asio::awaitable<void> publish_some();
  boost::asio::awaitable<void> publish(std::string_view body);

  const std::string topic_;
  boost::asio::io_context io_{1};
  std::unique_ptr<kafka::Producer> producer_;
  UserEvents events_;
  stripe::EventScanner scanner_;
  events::CloudEventWriter headers_;
  SystemClock clock_;
  std::uint64_t published_ = 0, bytes_ = 0;
  std::exception_ptr failure_;
};

}  // namespace tollgate::bench
