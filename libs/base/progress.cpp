// SPDX-License-Identifier: Apache-2.0
#include "base/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace tollgate {
namespace {

constexpr std::int64_t bar_cells = 30;

int percent_of(std::int64_t done, std::int64_t total) {
  if (total <= 0) return 100;
  return static_cast<int>(std::min<std::int64_t>(100, done * 100 / total));
}

}  // namespace

Display stderr_display() { return isatty(STDERR_FILENO) != 0 ? Display::terminal : Display::lines; }

Progress::Progress(std::ostream& out, Display display, std::string what, std::int64_t total)
    : out_(out), display_(display), what_(std::move(what)), total_(total) {
  show(begun_);
}

Progress::~Progress() {
  show(Clock::now());
  if (display_ == Display::terminal) out_ << std::endl;
}

void Progress::advance(std::int64_t count) {
  done_ += count;
  waits_for_.clear();
  const auto now = Clock::now();
  if (now >= next_show_) show(now);
}

void Progress::wait(const std::string& reason) {
  const bool is_news = waits_for_.empty();
  waits_for_ = reason;
  const auto now = Clock::now();
  if (is_news || now >= next_show_) show(now);
}

void Progress::show(Clock::time_point now) {
  next_show_ = now + (display_ == Display::terminal ? bar_interval : line_interval);
  const int percent = percent_of(done_, total_);
  const std::string counted = std::to_string(done_) + " of " +
                              std::to_string(std::max(done_, total_)) + " " + what_ + ", " +
                              std::to_string(percent) + " %" +
                              (waits_for_.empty() ? "" : ", waiting: " + waits_for_);
  if (display_ == Display::lines) {
    out_ << counted << std::endl;
    return;
  }
  // The escape clears what a longer line left behind.
  out_ << '\r' << bar(percent) << ' ' << counted << time_left(now) << "\x1b[K" << std::flush;
}

std::string Progress::bar(int percent) const {
  const auto filled = static_cast<std::size_t>(percent * bar_cells / 100);
  return "[" + std::string(filled, '#') + std::string(bar_cells - filled, '.') + "]";
}

std::string Progress::time_left(Clock::time_point now) const {
  const double taken = std::chrono::duration<double>(now - begun_).count();
  if (done_ <= 0 || done_ >= total_ || taken < 1) return {};
  const auto left = static_cast<std::int64_t>(taken * static_cast<double>(total_ - done_) /
                                              static_cast<double>(done_));
  const std::string seconds = std::to_string(left % 60);
  return ", " + std::to_string(left / 60) + ":" + (seconds.size() < 2 ? "0" : "") + seconds +
         " left";
}

}  // namespace tollgate
