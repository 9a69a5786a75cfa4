// SPDX-License-Identifier: Apache-2.0
// Waits until the documents take an event, a subscription or a Checkout session into account.
// Whether they do now says find_reflected.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/metrics.hpp"
#include "entitlements/domain/catalog.hpp"
#include "entitlements/fact_store.hpp"

namespace tollgate::entitlements {

struct AwaitLimits {
  std::size_t waiters_max = 1'000;
  std::size_t waiters_of_user_max = 20;  ///< so that one impatient page keeps nobody else out
  std::chrono::milliseconds look_interval{25};
  std::chrono::milliseconds look_again_after_failure{500};
};

/// As many wait as may. Asking again later is right.
struct TooManyWaiting : std::runtime_error {
  TooManyWaiting() : std::runtime_error("too many requests are waiting for facts") {}
};

/// One look at the database serves all who wait, and there is none while nobody waits. One io
/// thread; what it refers to outlives the io_context's last run.
class AwaitFacts {
 public:
  AwaitFacts(boost::asio::io_context& io, FactStore& facts, const Catalog& catalog,
             Metrics& metrics, AwaitLimits limits = {});
  ~AwaitFacts();
  AwaitFacts(const AwaitFacts&) = delete;
  AwaitFacts& operator=(const AwaitFacts&) = delete;

  /// For an answer about that user. False when `id` is not reflected in time, or the process is
  /// about to end. While the database is away it waits on. Throws TooManyWaiting.
  boost::asio::awaitable<bool> wait(std::string user_id, std::string id,
                                    std::chrono::milliseconds timeout);

  /// Ends every wait, and those to come at once.
  void begin_drain();

 private:
  struct State;
  std::shared_ptr<State> state_;  ///< also the loop's and the waiters'
};

}  // namespace tollgate::entitlements
