// SPDX-License-Identifier: Apache-2.0
#include "entitlements/wait_for_database.hpp"

#include <string>
#include <thread>

namespace tollgate::entitlements {
namespace {

// Conflicts end as soon as the other writer commits; so many in a row mean something else.
constexpr int failures_max = 20;

}  // namespace

void RunAgain::count(const std::exception& failure) {
  if (++failures_ == failures_max) throw StoreAway{std::string{"conflicts: "} + failure.what()};
}

void RunAgain::wait_out(const StoreAway& away) {
  const auto now = std::chrono::steady_clock::now();
  if (give_up_ == std::chrono::steady_clock::time_point{}) give_up_ = now + patience_.budget;
  if (now >= give_up_) throw StoreAway{away.what()};
  progress_.wait(std::string{"the database is away: "} + away.what());
  std::this_thread::sleep_for(patience_.pause);
}

}  // namespace tollgate::entitlements
