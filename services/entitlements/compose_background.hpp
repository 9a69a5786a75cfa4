// SPDX-License-Identifier: Apache-2.0
// The part of the composition that works without being asked: lapsing, the catalogue, publishing
// changes, pruning, questions to Stripe. Each has a thread and a connection of its own; main.cpp
// composes the rest.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/runtime.hpp"
#include "entitlements/config.hpp"
#include "entitlements/domain/catalog.hpp"

namespace tollgate::entitlements {

/// Starts its threads at once; everything it is given outlives it.
class Background {
 public:
  Background(const Config& config, const Catalog& catalog, const Clock& clock, Metrics& metrics,
             Runtime& runtime);
  ~Background();  ///< waits for the pieces of work under way

  /// No loop begins another piece of work. Any thread.
  void request_stop();
  /// request_stop(), done when all threads have ended.
  boost::asio::awaitable<void> drain();

 private:
  struct Loops;
  std::unique_ptr<Loops> loops_;
};

}  // namespace tollgate::entitlements
