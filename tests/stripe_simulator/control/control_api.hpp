// SPDX-License-Identifier: Apache-2.0
// The routes under /simulator: what a test or a person does to the simulated Stripe that no client
// of Stripe's API can do. JSON in, JSON out; faults are problem documents.
#pragma once

#include "http/router.hpp"
#include "stripe_simulator/control/beginning.hpp"
#include "stripe_simulator/control/load.hpp"
#include "stripe_simulator/control/request_log.hpp"
#include "stripe_simulator/delivery/send_webhooks.hpp"
#include "stripe_simulator/time/simulated_clock.hpp"

namespace tollgate::simulator {

/// What the routes act on; outlives them.
struct Controlled {
  World& world;
  Api& api;
  Deliveries& deliveries;
  SendWebhooks& send_webhooks;
  SimulatedClock& clock;
  RequestLog& requests;
  Faults& faults;
  const Beginning& beginning;
  Load& load;
};

class ControlApi {
 public:
  explicit ControlApi(Controlled parts);
  ControlApi(const ControlApi&) = delete;  // The router refers to this object.
  ControlApi& operator=(const ControlApi&) = delete;

  boost::asio::awaitable<http::Response> help(http::Request& request);
  boost::asio::awaitable<http::Response> put_object(http::Request& request);
  boost::asio::awaitable<http::Response> requests(http::Request& request);
  boost::asio::awaitable<http::Response> truth(http::Request& request);
  boost::asio::awaitable<http::Response> get_clock(http::Request& request);
  boost::asio::awaitable<http::Response> advance_clock(http::Request& request);
  boost::asio::awaitable<http::Response> drain_deliveries(http::Request& request);
  boost::asio::awaitable<http::Response> list_deliveries(http::Request& request);
  boost::asio::awaitable<http::Response> resend_event(http::Request& request);
  boost::asio::awaitable<http::Response> get_faults(http::Request& request);
  boost::asio::awaitable<http::Response> put_faults(http::Request& request);
  boost::asio::awaitable<http::Response> begin_load(http::Request& request);
  boost::asio::awaitable<http::Response> get_load(http::Request& request);
  boost::asio::awaitable<http::Response> reset(http::Request& request);

  boost::asio::awaitable<http::Response> complete_session(http::Request& request);
  boost::asio::awaitable<http::Response> abandon_session(http::Request& request);
  boost::asio::awaitable<http::Response> settle_session(http::Request& request);
  boost::asio::awaitable<http::Response> authenticate_intent(http::Request& request);
  boost::asio::awaitable<http::Response> set_next_charge(http::Request& request);
  boost::asio::awaitable<http::Response> put_account(http::Request& request);
  boost::asio::awaitable<http::Response> open_dispute(http::Request& request);
  boost::asio::awaitable<http::Response> close_dispute(http::Request& request);
  boost::asio::awaitable<http::Response> fail_refund(http::Request& request);

  http::Handler& handler() { return router_; }

 private:
  Json clock_json() const;

  Controlled parts_;
  http::Router router_;
};

}  // namespace tollgate::simulator
