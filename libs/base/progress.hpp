// SPDX-License-Identifier: Apache-2.0
// How far a long command is: a bar on a terminal, a plain line now and then elsewhere. Services
// tell their progress by log lines and metrics instead.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

namespace tollgate {

/// Where progress is shown.
enum class Display { terminal, lines };

/// Of this process's stderr.
Display stderr_display();

/// One thread. Shows its last state when it is destroyed.
class Progress {
 public:
  static constexpr std::chrono::milliseconds bar_interval{100};
  static constexpr std::chrono::milliseconds line_interval{5'000};

  /// `what`: the unit in the plural, e.g. `events`. `total` may turn out to be too small.
  Progress(std::ostream& out, Display display, std::string what, std::int64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(std::int64_t count);
  /// Shows that nothing goes on, and why, until the next advance().
  void wait(const std::string& reason);

 private:
  using Clock = std::chrono::steady_clock;
  void show(Clock::time_point now);
  [[nodiscard]] std::string bar(int percent) const;
  [[nodiscard]] std::string time_left(Clock::time_point now) const;

  std::ostream& out_;
  const Display display_;
  const std::string what_;
  const std::int64_t total_;
  const Clock::time_point begun_ = Clock::now();
  Clock::time_point next_show_ = begun_;
  std::int64_t done_ = 0;
  std::string waits_for_;
};

}  // namespace tollgate
