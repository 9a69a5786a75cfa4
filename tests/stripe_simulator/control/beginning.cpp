// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/control/beginning.hpp"

#include <random>
#include <sstream>
#include <stdexcept>

#include "stripe_simulator/delivery/webhook_endpoints.hpp"

namespace tollgate::simulator {
namespace {

void make_call(Api& api, const std::string& line) {
  std::istringstream words{line};
  std::string method;
  std::string path;
  words >> method >> path >> std::ws;
  std::string form;
  std::getline(words, form);
  ApiRequest request;
  request.method = method;
  request.path = path;
  request.body = form;
  request.authorization = "Bearer sk_test_beginning";
  const ApiAnswer answer = api.answer(request);
  if (answer.status == 200) return;
  throw std::runtime_error("the call '" + line + "' of SIMULATOR_CALLS is refused: " + answer.body);
}

}  // namespace

std::uint64_t draw_seed() {
  std::random_device device;
  return std::uniform_int_distribution<std::uint64_t>{1, (1ULL << 53) - 1}(device);
}

void ensure_webhook_endpoint(World& world, const Beginning& beginning) {
  if (beginning.webhook_url.empty()) return;
  // Of the version that `operator webhook-endpoint apply` gives it, which then has nothing to do.
  for (const std::string& id : world.ids("webhook_endpoint")) {
    if (world.get(id)["url"].text() != beginning.webhook_url) continue;
    if (!beginning.webhook_secret.empty()) world.note(id, "secret", beginning.webhook_secret);
    world.change(id, {}, [](Json& endpoint) { endpoint["api_version"] = pinned_version; });
    return;
  }
  const auto parameters =
      Json::object({{"url", beginning.webhook_url}, {"api_version", pinned_version}});
  create_webhook_endpoint(world, parameters, beginning.webhook_secret);
}

void begin_world(World& world, Api& api, const Beginning& beginning) {
  ensure_webhook_endpoint(world, beginning);
  std::istringstream lines{beginning.calls};
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && !line.starts_with('#')) make_call(api, line);
  }
}

}  // namespace tollgate::simulator
