// SPDX-License-Identifier: Apache-2.0
#include "poller.hpp"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace tollgate::bench {

Poller::Poller()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;  // the timer: it only has to wake us
  if (epoll_ < 0 || timer_ < 0 || epoll_ctl(epoll_, EPOLL_CTL_ADD, timer_, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll or timerfd");
  }
}

Poller::~Poller() {
  close(timer_);
  close(epoll_);
}

void Poller::watch(int socket, Watcher& watcher) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &watcher;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
}

void Poller::change(int socket, Watcher& watcher, Interest interest) {
  epoll_event event{};
  event.events = interest == Interest::read ? EPOLLIN : EPOLLIN | EPOLLOUT;
  event.data.ptr = &watcher;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event);
}

void Poller::arm(Instant moment) {
  if (moment == armed_) return;
  armed_ = moment;
  // steady_clock is CLOCK_MONOTONIC; a moment of zero would disarm the timer.
  const auto since_boot = std::max(moment.time_since_epoch(), Instant::duration{1});
  itimerspec time{};
  time.it_value.tv_sec = std::chrono::floor<std::chrono::seconds>(since_boot).count();
  time.it_value.tv_nsec = (since_boot % std::chrono::seconds{1}).count();
  timerfd_settime(timer_, TFD_TIMER_ABSTIME, &time, nullptr);
}

void Poller::serve_until(Instant moment) {
  arm(moment);
  std::array<epoll_event, 256> events{};
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
  for (int i = 0; i < count; ++i) {
    auto* watcher = static_cast<Watcher*>(events[static_cast<std::size_t>(i)].data.ptr);
    if (watcher != nullptr) {
      watcher->on_ready(events[static_cast<std::size_t>(i)].events);
      continue;
    }
    std::uint64_t expirations = 0;
    if (read(timer_, &expirations, sizeof expirations) > 0) armed_ = {};
  }
}

}  // namespace tollgate::bench
