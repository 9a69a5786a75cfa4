// SPDX-License-Identifier: Apache-2.0
#include "entitlements/events_consumer.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace tollgate::entitlements {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds poll_wait{200};
constexpr milliseconds report_interval{1'000};

/// The consumer's, with the positions that the database knows.
kafka::ConsumerOptions with_callbacks(kafka::ConsumerOptions options, ApplyEvents& apply_events) {
  options.on_assigned = [&apply_events](std::span<const std::int32_t> partitions) {
    return apply_events.begin_partitions(partitions);
  };
  options.on_revoked = [&apply_events](std::span<const std::int32_t> partitions) {
    apply_events.end_partitions(partitions);
  };
  return options;
}

}  // namespace

EventsConsumer::EventsConsumer(kafka::ConsumerOptions options, ApplyEvents& apply_events,
                               Metrics& metrics)
    : options_(with_callbacks(std::move(options), apply_events)),
      apply_events_(apply_events),
      lag_(metrics.gauge("tollgate_consumer_lag", "Records in the topic that are not applied yet")),
      loop_(
          "events", [this] { return run_once(); }, metrics, [this] { leave_group(); }) {}

milliseconds EventsConsumer::run_once() {
  try {
    apply_batch();
    return milliseconds{0};
  } catch (const StoreAway&) {
    read_on();
    throw;
  } catch (const std::exception&) {
    // A consumer that reported a fatal error is of no more use; a new one joins the group again.
    consumer_.reset();
    throw;
  }
}

/// One batch, if there is one.
void EventsConsumer::apply_batch() {
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

void EventsConsumer::leave_group() {
  if (consumer_) consumer_->close();
  consumer_.reset();
}

}  // namespace tollgate::entitlements
