// SPDX-License-Identifier: Apache-2.0
// A service with its work left out: what remains is the floor under its cost. Of the ingress:
// FLOOR_MODE=constant answers 200 at once, verify checks the signature first; nothing is parsed or
// published. Of the entitlements: every user has the same answer, and nobody is asked who he is.
#include "base/command_line.hpp"
#include "base/metrics.hpp"
#include "base/runtime.hpp"
#include "http/server.hpp"
#include "stripe/webhook_signature.hpp"

namespace {

using namespace tollgate;

constexpr std::size_t body_bytes_max = 1024 * 1024;  // as the ingress
constexpr std::chrono::seconds drain_max{2};

// As long as the answer about a user of the benchmark.
constexpr const char* entitlements_answer =
    R"({"user_id":"bench_000000000","plan":"professional","is_premium":true,)"
    R"("features":{"api_access":{"limit":null}},"grants":[{"source":"sub_1Benchbench000000000",)"
    R"("plan":"professional","features":["api_access"],"quantity":1,"from":"2026-11-01T00:00:00Z",)"
    R"("until":"2026-12-03T00:00:00Z","reason":"subscription_active"}],)"
    R"("valid_until":"2026-12-03T00:00:00Z","version":1})";

enum class Mode { verify, constant };

class FloorApi {
 public:
  FloorApi(Mode mode, const stripe::WebhookSignature& signature)
      : mode_(mode), signature_(signature), router_(*this, routes()) {}

  http::Handler& handler() { return router_; }

  boost::asio::awaitable<http::Response> post_webhook(http::Request& request) {
    http::Response response;
    if (mode_ == Mode::verify) {
      const auto verified =
          signature_.verify(request.header("stripe-signature"), request.body, clock_.now());
      if (!verified) response.status = 400;
    }
    co_return response;
  }

  boost::asio::awaitable<http::Response> get_entitlements(http::Request&) {
    co_return http::json_response(200, entitlements_answer);
  }

 private:
  static std::span<const http::Route<FloorApi>> routes();

  Mode mode_;
  const stripe::WebhookSignature& signature_;
  SystemClock clock_;
  http::Router router_;
};

constexpr http::Route<FloorApi> floor_routes[] = {
    {"POST", "/webhooks/stripe", &FloorApi::post_webhook},
    {"GET", "/v1/users/{user_id}/entitlements", &FloorApi::get_entitlements},
};

std::span<const http::Route<FloorApi>> FloorApi::routes() { return floor_routes; }

int serve(const Endpoint& listen, Mode mode, const std::vector<std::string>& secrets) {
  Runtime runtime;
  Metrics metrics;
  const stripe::WebhookSignature signature{secrets};
  FloorApi api{mode, signature};
  http::ServerLimits limits;
  limits.body_bytes_max = body_bytes_max;
  const auto server = http::make_server(runtime.io(), listen, limits, api.handler(), metrics);
  return runtime.run([&]() -> boost::asio::awaitable<void> { co_await server->drain(drain_max); },
                     drain_max);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings{process_environment()};
  const Endpoint listen = settings.endpoint("HTTP_LISTEN", "Where requests arrive", ":8080");
  const auto secrets =
      settings.required_list("STRIPE_WEBHOOK_SECRETS", "Signing secrets", Secrecy::secret);
  const std::string mode = settings.choice("FLOOR_MODE", "What to do before answering 200",
                                           {"verify", "constant"}, "constant");
  const CommandLine command_line{"bench_floor", "The floor under the services' cost.", {}};
  return run_program(command_line, settings, log::Level::info, argc, argv, [&](const auto&) {
    return serve(listen, mode == "verify" ? Mode::verify : Mode::constant, secrets);
  });
}
