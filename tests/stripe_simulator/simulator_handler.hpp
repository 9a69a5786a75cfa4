// SPDX-License-Identifier: Apache-2.0
// HTTP's side of the simulator: /v1 and /v2 to Stripe's API, with the headers that Stripe's answers
// carry; control routes and web pages to their own tables.
#pragma once

#include "stripe_simulator/control/control_api.hpp"
#include "stripe_simulator/pages/pages.hpp"

namespace tollgate::simulator {

class SimulatorHandler final : public http::Handler {
 public:
  /// What `parts` refers to and the other two outlive it.
  SimulatorHandler(Controlled parts, ControlApi& control, Pages& pages)
      : parts_(parts), control_(control), pages_(pages) {}

  boost::asio::awaitable<http::Response> handle(http::Request& request) override;

 private:
  boost::asio::awaitable<void> be_late();
  http::Response answer_api(const http::Request& request, const KeysAtWork::Hold& key);
  ApiAnswer refuse(const ApiError& error);
  /// Status 0 for no fault.
  ApiAnswer fail_on_request();

  Controlled parts_;
  ControlApi& control_;
  Pages& pages_;
  KeysAtWork keys_at_work_;
};

}  // namespace tollgate::simulator
