// SPDX-License-Identifier: Apache-2.0
// stripe_simulator: Stripe's API, its webhooks and its time, for tests and for trying things out.
// Composition only.
#include "base/command_line.hpp"
#include "base/end_process.hpp"
#include "base/io_loop.hpp"
#include "base/runtime.hpp"
#include "http/admin_api.hpp"
#include "http/server.hpp"
#include "stripe_simulator/config.hpp"
#include "stripe_simulator/simulator_handler.hpp"
#include "stripe_simulator/time/timeline.hpp"
#include "stripe_simulator/world/state_file.hpp"

#include <boost/asio/co_spawn.hpp>

namespace {

using namespace tollgate;

constexpr std::chrono::milliseconds drain_max{5'000};
constexpr std::chrono::milliseconds tick{1'000};
constexpr int ticks_between_saves = 3;
constexpr std::chrono::milliseconds load_tick{2};
constexpr std::chrono::milliseconds idle_load_tick{100};
constexpr std::size_t waiting_max = 10'000;

int serve(const simulator::Config& config) {
  Runtime runtime;
  Metrics metrics;
  const SystemClock real_clock;
  simulator::SimulatedClock clock{real_clock};
  const std::uint64_t seed = config.seed == 0 ? simulator::draw_seed() : config.seed;
  simulator::World world{seed, clock.now()};
  simulator::Api api{world};
  simulator::StateFile state{config.state_file, world, api.idempotent_answers(), clock};
  if (state.load() == simulator::Loaded::everything) {
    // After a crash the file is older than what was told already: ids must not come twice.
    world.stir(simulator::draw_seed());
    simulator::ensure_webhook_endpoint(world, config.beginning);
  } else {
    simulator::begin_world(world, api, config.beginning);
    log::info("a new world", {{"seed", seed}});
  }

  const auto client = http::make_client(runtime.io(), simulator::webhook_connections());
  simulator::Faults faults;
  simulator::Deliveries deliveries{world, faults, config.retries};
  simulator::SendWebhooks send_webhooks{runtime.io(), world,      deliveries,
                                        *client,      real_clock, faults};
  simulator::Load load{world, api, clock};
  simulator::RequestLog requests;
  const simulator::Controlled parts{world,    api,    deliveries,       send_webhooks, clock,
                                    requests, faults, config.beginning, load};
  simulator::ControlApi control{parts};
  simulator::Pages pages{world, simulator::Portal{world, api}};
  simulator::SimulatorHandler handler{parts, control, pages};
  http::AdminApi admin{metrics, {}};
  const auto admin_server = http::make_server(
      runtime.io(), config.admin_listen, http::ServerLimits{}, admin.handler(), metrics, "admin");
  http::ServerLimits limits;
  limits.body_bytes_max = 1024 * 1024;
  const auto server = http::make_server(runtime.io(), config.http_listen, limits, handler, metrics);
  world.set_pages_url(config.pages_url.empty()
                          ? "http://127.0.0.1:" + std::to_string(server->port())
                          : config.pages_url);
  log::info("listening", {{"port", server->port()}, {"admin_port", admin_server->port()}});

  int ticks = 0;
  const auto live_on = [&]() -> boost::asio::awaitable<std::chrono::milliseconds> {
    simulator::pass_time(world, clock.now());
    send_webhooks.wake();
    if (++ticks % ticks_between_saves == 0) state.save_at_leisure();
    co_return tick;
  };
  IoLoop life{runtime.io(), "live", live_on, metrics};
  boost::asio::co_spawn(runtime.io(), life.run(), end_process_on_failure);
  const auto make_load = [&]() -> boost::asio::awaitable<std::chrono::milliseconds> {
    // What is made faster than it can be sent would only fill the memory.
    const bool may = deliveries.waiting() < waiting_max;
    if (may) load.go_on(std::chrono::steady_clock::now(), [&] { send_webhooks.wake(); });
    co_return load.is_running() ? load_tick : idle_load_tick;
  };
  IoLoop loading{runtime.io(), "load", make_load, metrics};
  boost::asio::co_spawn(runtime.io(), loading.run(), end_process_on_failure);

  return runtime.run(
      [&]() -> boost::asio::awaitable<void> {
        admin.begin_drain();
        life.request_stop();
        loading.request_stop();
        co_await server->drain(drain_max - std::chrono::seconds{1});
        state.save();
      },
      drain_max);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings{process_environment()};
  const simulator::Config config = simulator::read_config(settings);
  const CommandLine command_line{
      "stripe_simulator", "A stateful Stripe with a clock of its own and signed webhooks.", {}};
  return run_program(command_line, settings, config.log_level, argc, argv,
                     [&](const std::string&) { return serve(config); });
}
