// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/config.hpp"

#include "base/command_line.hpp"

namespace tollgate::simulator {

Config read_config(Settings& settings) {
  Config config;
  config.http_listen =
      settings.endpoint("HTTP_LISTEN", "Where Stripe's API and /simulator are", ":12111");
  config.admin_listen =
      settings.endpoint("ADMIN_LISTEN", "Where /livez, /readyz and /metrics are", ":13111");
  config.log_level = read_log_level(settings);
  config.state_file = settings.text("SIMULATOR_STATE_FILE",
                                    "Keeps the state between two runs; empty: it is forgotten", "");
  config.pages_url = settings.text("SIMULATOR_PAGES_URL",
                                   "Where browsers find the pages of sessions; empty: "
                                   "http://127.0.0.1 and the port of HTTP_LISTEN",
                                   "");
  config.beginning.webhook_url =
      settings.text("SIMULATOR_WEBHOOK_URL",
                    "An endpoint that takes every event, made at start if it is missing", "");
  const auto secrets = settings.list(
      "STRIPE_WEBHOOK_SECRETS", "The first one signs what goes to that endpoint", Secrecy::secret);
  if (!secrets.empty()) config.beginning.webhook_secret = secrets.front();
  config.beginning.calls =
      settings.text("SIMULATOR_CALLS",
                    "API calls made in an empty world, one a line: POST /v1/products name=A", "");
  config.seed = static_cast<std::uint64_t>(settings.integer(
      "SIMULATOR_SEED", "Ids of a new world come from it, so that calls can be repeated; 0: drawn",
      0, 0, 1LL << 62));
  config.retries.first_wait = std::chrono::milliseconds{settings.integer(
      "SIMULATOR_RETRY_WAIT_MS", "Until a refused webhook comes again; doubled each time", 500, 1,
      3'600'000)};
  return config;
}

}  // namespace tollgate::simulator
