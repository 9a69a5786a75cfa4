// SPDX-License-Identifier: Apache-2.0
#include "entitlements/events_consumer.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace tollgate::entitlements {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds poll_wait{200};
constexpr milliseconds report_interval{1'000};
constexpr milliseconds drain_look{10};
constexpr milliseconds retry_wait_min{100};
constexpr milliseconds retry_wait_max{5'000};

}  // namespace

EventsConsumer::EventsConsumer(kafka::ConsumerOptions options, ApplyEvents& apply_events,
                               Metrics& metrics)
    : options_(std::move(options)),
      apply_events_(apply_events),
      lag_(metrics.gauge("tollgate_consumer_lag", "Records in the topic that are not applied yet")),
      retry_wait_(retry_wait_min) {
  options_.on_assigned = [this](std::span<const std::int32_t> partitions) {
    return apply_events_.begin_partitions(partitions);
  };
  options_.on_revoked = [this](std::span<const std::int32_t> partitions) {
    apply_events_.end_partitions(partitions);
  };
  thread_ = std::thread{[this] { run(); }};
}

EventsConsumer::~EventsConsumer() {
  request_stop();
  thread_.join();
}

void EventsConsumer::request_stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  stop_requested_.notify_all();
}

boost::asio::awaitable<void> EventsConsumer::drain() {
  request_stop();
  boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
  while (!stopped_) {
    timer.expires_after(drain_look);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

std::string EventsConsumer::fault() const {
  const std::lock_guard lock{mutex_};
  return fault_;
}

bool EventsConsumer::stopping() const {
  const std::lock_guard lock{mutex_};
  return stopping_;
}

void EventsConsumer::run() {
  while (!stopping()) {
    try {
      run_once();
      note_fault({});
    } catch (const StoreAway& away) {
      note_fault(away.what());
      read_on();
      wait_before_retry();
    } catch (const std::exception& failure) {
      // A consumer that reported a fatal error is of no more use; a new one joins the group again.
      note_fault(failure.what());
      consumer_.reset();
      wait_before_retry();
    }
  }
  if (consumer_) consumer_->close();
  consumer_.reset();
  stopped_ = true;
}

/// One batch, if there is one.
void EventsConsumer::run_once() {
  if (!consumer_) consumer_ = kafka::make_consumer(options_);
  const auto batch = consumer_->poll(records_of_batch_max, poll_wait);
  lag_.Set(static_cast<double>(std::max<std::int64_t>(consumer_->lag(), 0)));
  if (batch && apply_events_.apply(batch->records()) == Applied::lost) {
    log::warning("another instance applied these events first: reading on behind them");
    read_on();
    return;
  }
  if (batch) has_unreported_ = true;
  report_positions();
}

/// Lag tools alone read what Kafka is told, so once a second will do: with a report a batch Kafka's
/// topic of offsets would grow faster than ours.
void EventsConsumer::report_positions() {
  const auto now = std::chrono::steady_clock::now();
  if (!has_unreported_ || now < report_due_) return;
  consumer_->commit(apply_events_.positions());
  has_unreported_ = false;
  report_due_ = now + report_interval;
}

/// From where the database stands: what was read beyond it is dropped.
void EventsConsumer::read_on() {
  try {
    consumer_->seek(apply_events_.positions());
  } catch (const std::exception& failure) {
    log::error("cannot read on, joining the group again", {{"reason", failure.what()}});
    consumer_.reset();
  }
}

/// One log line when it begins, one when the reason changes, one when it is over.
void EventsConsumer::note_fault(std::string what) {
  const std::lock_guard lock{mutex_};
  if (what.empty()) retry_wait_ = retry_wait_min;
  if (what == fault_) return;
  if (what.empty()) {
    log::info("events are applied again");
  } else {
    log::error("events cannot be applied", {{"reason", what}});
  }
  fault_ = std::move(what);
}

void EventsConsumer::wait_before_retry() {
  std::unique_lock lock{mutex_};
  stop_requested_.wait_for(lock, retry_wait_, [this] { return stopping_; });
  retry_wait_ = std::min(retry_wait_ * 2, retry_wait_max);
}

}  // namespace tollgate::entitlements
