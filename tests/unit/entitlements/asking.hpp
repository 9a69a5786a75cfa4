// SPDX-License-Identifier: Apache-2.0
// What the tests of resolve and sweep share: a clock that stands, a Stripe that follows a script, a
// log in memory, and a loop that runs one coroutine to its end.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <string>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "stripe/stripe_api.hpp"
#include "tests/unit/entitlements/memory_events_log.hpp"
#include "tests/unit/stripe/scripted_client.hpp"

namespace tollgate::tests {

class HandClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return time; }
  Time time = from_unix_seconds(1'795'219'200);  ///< the `Date` of ScriptedClient
};

struct Asking {
  stripe::StripeApi api_with(const std::string& key, double requests_per_second = 0) {
    stripe::ApiOptions options;
    options.requests_per_second = requests_per_second;
    options.wait = [this](std::chrono::milliseconds length) { return wait(length); };
    options.random = [] { return 1.0; };
    options.now = [this] { return clock.time; };
    return {
        client, {stripe::Mode::test, key, "https://stripe.example"}, metrics, std::move(options)};
  }

  boost::asio::awaitable<void> wait(std::chrono::milliseconds length) {
    clock.time += length;
    co_return;
  }

  template <class T>
  T run(boost::asio::awaitable<T> task) {
    auto result = boost::asio::co_spawn(io, std::move(task), boost::asio::use_future);
    io.restart();
    io.run();
    return result.get();
  }

  [[nodiscard]] bool shows(const std::string& line) const {
    return metrics.render().find(line + "\n") != std::string::npos;
  }
  /// `path?query` of a request.
  [[nodiscard]] std::string asked(std::size_t request) const {
    return client.requests.at(request).url.substr(std::string{"https://stripe.example"}.size());
  }

  HandClock clock;
  ScriptedClient client;
  Metrics metrics;
  MemoryEventsLog log;
  boost::asio::io_context io{1};
};

}  // namespace tollgate::tests
