// SPDX-License-Identifier: Apache-2.0
#include "entitlements/resolve_and_sweep.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <exception>
#include <thread>
#include <utility>

#include "base/io_loop.hpp"
#include "base/log.hpp"
#include "entitlements/publish_events.hpp"
#include "entitlements/resolve_objects.hpp"
#include "entitlements/sweep_events.hpp"
#include "http/client.hpp"
#include "kafka/producer.hpp"
#include "stripe/stripe_api.hpp"

namespace tollgate::entitlements {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr milliseconds drain_look{10};
constexpr milliseconds drain_max{5'000};

kafka::ProducerOptions producer_options(const ResolveAndSweepOptions& options) {
  return {.properties = options.kafka_properties,
          .topic_probed = options.topic,
          .on_fatal = options.on_fatal};
}

}  // namespace

/// Members in the order in which they need each other; the thread runs the loops and nothing else.
struct ResolveAndSweep::Running {
  Running(ResolveAndSweepOptions options, FetchStore& fetches, SweepStore& sweeps,
          const Clock& clock, Metrics& metrics)
      : client(http::make_client(io, {})),
        api(*client, options.stripe, metrics, {.requests_per_second = options.requests_per_second}),
        producer(kafka::make_producer(io, producer_options(options))),
        log(*producer, clock, options.topic),
        resolve(api, fetches, log, clock, metrics),
        sweep(api, sweeps, log, clock, metrics, options.accounts, options.sweep_interval),
        resolving(
            io, "resolve", [this] { return resolve.run_once(); }, metrics),
        sweeping(
            io, "sweep", [this] { return sweep.run_once(); }, metrics) {
    if (!api.may_ask()) {
      log::warning("no STRIPE_SECRET_KEY: questions to Stripe wait, lost events stay lost");
    }
    start(resolving);
    start(sweeping);
    thread = std::thread{[this] { run(); }};
  }

  ~Running() {
    io.stop();
    thread.join();
  }

  void start(IoLoop& loop) {
    ++loops;
    asio::co_spawn(io, loop.run(), [this](const std::exception_ptr&) { --loops; });
  }

  void run() {
    const auto keep_running = asio::make_work_guard(io);
    io.run();
  }

  void request_stop() {
    asio::post(io, [this] {
      resolve.request_stop();
      sweep.request_stop();
      resolving.request_stop();
      sweeping.request_stop();
    });
  }

  asio::io_context io{1};
  std::unique_ptr<http::Client> client;
  stripe::StripeApi api;
  std::unique_ptr<kafka::Producer> producer;
  PublishEvents log;
  ResolveObjects resolve;
  SweepEvents sweep;
  IoLoop resolving;
  IoLoop sweeping;
  std::atomic<int> loops = 0;
  std::thread thread;
};

ResolveAndSweep::ResolveAndSweep(ResolveAndSweepOptions options, FetchStore& fetches,
                                 SweepStore& sweeps, const Clock& clock, Metrics& metrics)
    : running_(std::make_unique<Running>(std::move(options), fetches, sweeps, clock, metrics)) {}

ResolveAndSweep::~ResolveAndSweep() = default;

void ResolveAndSweep::request_stop() { running_->request_stop(); }

asio::awaitable<void> ResolveAndSweep::drain() {
  request_stop();
  asio::steady_timer timer{co_await asio::this_coro::executor};
  const auto give_up = std::chrono::steady_clock::now() + drain_max;
  while (running_->loops > 0 && std::chrono::steady_clock::now() < give_up) {
    timer.expires_after(drain_look);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace tollgate::entitlements
