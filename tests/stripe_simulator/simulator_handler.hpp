// SPDX-License-Identifier: Apache-2.0
// HTTP's side of the simulator: control routes to their own table, the rest to Stripe's API, with
// the headers that Stripe's answers carry.
#pragma once

#include "control_api.hpp"

namespace tollgate::simulator {

class SimulatorHandler final : public http::Handler {
 public:
  /// `parts` and `control` outlive it.
  SimulatorHandler(Controlled parts, ControlApi& control) : parts_(parts), control_(control) {}

  boost::asio::awaitable<http::Response> handle(http::Request& request) override;

 private:
  boost::asio::awaitable<void> be_late();
  http::Response answer_api(const http::Request& request);
  /// Status 0 for no fault.
  ApiAnswer fail_on_request();

  Controlled parts_;
  ControlApi& control_;
};

}  // namespace tollgate::simulator
