// SPDX-License-Identifier: Apache-2.0
// The control routes about webhooks that were sent, and about the faults in their way.
#include "stripe_simulator/api/operation.hpp"
#include "stripe_simulator/control/control_answers.hpp"
#include "stripe_simulator/control/control_api.hpp"

namespace tollgate::simulator {

boost::asio::awaitable<http::Response> ControlApi::list_deliveries(http::Request& request) {
  const std::string event = request.query_value("event").value_or(std::string{});
  co_return answer(Json::object({{"data", parts_.send_webhooks.log().to_json(event)}}));
}

boost::asio::awaitable<http::Response> ControlApi::resend_event(http::Request& request) {
  const std::string& id = request.path_values.at(0);
  const auto event = find_object(parts_.world, "event", id);
  if (!event) co_return answer_outcome(event);
  const std::size_t copies = parts_.send_webhooks.resend(id);
  co_return answer(Json::object({{"event", id}, {"endpoints", copies}}));
}

boost::asio::awaitable<http::Response> ControlApi::get_faults(http::Request&) {
  co_return answer(fault_rates_json(parts_.faults.rates()));
}

}  // namespace tollgate::simulator
