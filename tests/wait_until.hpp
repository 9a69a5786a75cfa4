// SPDX-License-Identifier: Apache-2.0
// Waits for what another thread or process will make true. What runs on the test's own io_context
// is waited for by running that.
#pragma once

#include <chrono>
#include <thread>

namespace tollgate::tests {

/// False when `holds()` is false for far longer than anything takes, under a sanitiser too.
template <class Fact>
bool wait_until(Fact holds) {
  constexpr std::chrono::milliseconds pace{5};
  constexpr std::chrono::seconds patience{40};
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(pace);
  }
  return true;
}

}  // namespace tollgate::tests
