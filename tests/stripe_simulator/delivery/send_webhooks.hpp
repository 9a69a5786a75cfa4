// SPDX-License-Identifier: Apache-2.0
// Sends what deliveries.hpp says is due, signed at the real time, many at once.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.hpp"
#include "http/client.hpp"
#include "stripe_simulator/delivery/deliveries.hpp"
#include "stripe_simulator/delivery/delivery_log.hpp"

namespace tollgate::simulator {

/// Of the client that sends: as many connections are kept as are used at once.
http::ClientOptions webhook_connections();

/// The io_context's thread; everything it refers to outlives the loop.
class SendWebhooks {
 public:
  SendWebhooks(boost::asio::io_context& io, World& world, Deliveries& deliveries,
               http::Client& client, const Clock& clock, Faults& faults);

  /// Queues the world's new events and starts what is due. After every change of the world.
  void wake();
  /// Deliveries::resend(), begun at once.
  std::size_t resend(const std::string& event_id);
  /// What drain() waits for: `all` is also what comes later, retries among it.
  enum class Waiting { due, all };
  /// Done when these deliveries are answered or given up; false when the time is over before.
  boost::asio::awaitable<bool> drain(Waiting waiting, std::chrono::milliseconds wait_max);
  /// What was sent lately, and what came back.
  DeliveryLog& log() { return log_; }

 private:
  boost::asio::awaitable<void> send(Attempt attempt);
  void start_due();
  void set_alarm();

  boost::asio::io_context& io_;
  World& world_;
  Deliveries& deliveries_;
  http::Client& client_;
  const Clock& clock_;
  Faults& faults_;
  DeliveryLog log_;
  boost::asio::steady_timer alarm_;    ///< rings when the next retry is due
  boost::asio::steady_timer settled_;  ///< cancelled whenever a delivery is settled
};

}  // namespace tollgate::simulator
