// SPDX-License-Identifier: Apache-2.0
// Sends what deliveries.hpp says is due, signed at the real time, many at once.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.hpp"
#include "deliveries.hpp"
#include "http/client.hpp"

namespace tollgate::simulator {

/// The io_context's thread; everything it refers to outlives the loop.
class SendWebhooks {
 public:
  SendWebhooks(boost::asio::io_context& io, World& world, Deliveries& deliveries,
               http::Client& client, const Clock& clock);

  /// Queues the world's new events and starts what is due. After every change of the world.
  void wake();
  /// Done when every delivery that is due is answered or given up, or the time is over.
  boost::asio::awaitable<bool> drain(std::chrono::milliseconds wait_max);

 private:
  boost::asio::awaitable<void> send(Attempt attempt);
  void start_due();
  void set_alarm();

  boost::asio::io_context& io_;
  World& world_;
  Deliveries& deliveries_;
  http::Client& client_;
  const Clock& clock_;
  boost::asio::steady_timer alarm_;    ///< rings when the next retry is due
  boost::asio::steady_timer settled_;  ///< cancelled whenever a delivery is settled
};

}  // namespace tollgate::simulator
