// SPDX-License-Identifier: Apache-2.0
#include "entitlements/events_consumer.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "base/log.hpp"

namespace tollgate::entitlements {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds poll_wait{200};
constexpr milliseconds report_interval{1'000};

}  // namespace

EventsConsumer::EventsConsumer(kafka::ConsumerOptions options, ApplyEvents& apply_events,
                               Metrics& metrics, MakeConsumer make_consumer)
    : options_(with_callbacks(std::move(options))),
      make_consumer_(std::move(make_consumer)),
      apply_events_(apply_events),
      lag_(metrics.gauge("tollgate_consumer_lag", "Records in the topic that are not applied yet")),
      loop_(
          "events", [this] { return run_once(); }, metrics, [this] { leave_group(); }) {}

/// The consumer's, with the positions that the database knows.
kafka::ConsumerOptions EventsConsumer::with_callbacks(kafka::ConsumerOptions options) {
  options.on_assigned = [this](std::span<const std::int32_t> partitions) {
    ++assignment_;
    return apply_events_.begin_partitions(partitions);
  };
  options.on_revoked = [this](std::span<const std::int32_t> partitions) {
    ++assignment_;
    apply_events_.end_partitions(partitions);
  };
  return options;
}

milliseconds EventsConsumer::run_once() {
  try {
    apply_batch();
    return milliseconds{0};
  } catch (const StoreAway&) {
    read_on();
    throw;
  } catch (const std::exception&) {
    // A consumer that reported a fatal error is of no more use; a new one joins the group again.
    forget_consumer();
    throw;
  }
}

/// One batch, if there is one.
void EventsConsumer::apply_batch() {
  if (!consumer_) consumer_ = make_consumer_(options_);
  if (ahead_.has_batch()) {
    ReadAhead::Taken batch = ahead_.take();
    apply(batch.records->records(), &batch.content);
    ahead_.free(std::move(batch));
  } else if (const auto batch = consumer_->poll(records_of_batch_max, poll_wait)) {
    apply(batch->records(), nullptr);
  } else {
    note_lag(0);
  }
  report_positions();
}

/// `content`: null where the records are still to be read.
void EventsConsumer::apply(Records records, const BatchContent* content) {
  note_lag(records.size());
  const std::size_t assignment = assignment_;
  if (records.size() >= records_read_ahead_behind) read_ahead();
  // What was taken before partitions came or went is delivered again to whoever has them now.
  if (assignment != assignment_) return;
  const Applied applied =
      content ? apply_events_.apply(records, *content) : apply_events_.apply(records);
  if (applied == Applied::lost) {
    log::warning("another instance applied these events first: reading on behind them");
    return read_on();
  }
  has_unreported_ = true;
}

/// Before anything is read ahead, which is not applied either.
void EventsConsumer::note_lag(std::size_t taken) {
  const std::int64_t behind = consumer_->lag();
  lag_.Set(static_cast<double>(std::max<std::int64_t>(behind, 0)) + static_cast<double>(taken));
}

/// Behind a batch that is half full more is waiting: it is read while the database works. Behind a
/// smaller one that would only tear apart what can be applied together.
void EventsConsumer::read_ahead() {
  if (auto next = consumer_->poll(records_of_batch_max, milliseconds{0})) {
    ahead_.begin(std::move(next));
  }
}

/// Lag tools alone read what Kafka is told, so once a second will do: with a report a batch Kafka's
/// topic of offsets would grow faster than ours.
void EventsConsumer::report_positions() {
  const auto now = std::chrono::steady_clock::now();
  // There is no consumer when it could not read on: the next one reports.
  if (!consumer_ || !has_unreported_ || now < report_due_) return;
  consumer_->commit(apply_events_.positions());
  has_unreported_ = false;
  report_due_ = now + report_interval;
}

/// From where the database stands: what was read beyond it is dropped.
void EventsConsumer::read_on() {
  ahead_.drop();
  if (!consumer_) return;
  try {
    consumer_->seek(apply_events_.positions());
  } catch (const std::exception& failure) {
    log::error("cannot read on, joining the group again", {{"reason", failure.what()}});
    forget_consumer();
  }
}

void EventsConsumer::forget_consumer() {
  ahead_.drop();
  consumer_.reset();
}

void EventsConsumer::leave_group() {
  if (consumer_) consumer_->close();
  forget_consumer();
}

}  // namespace tollgate::entitlements
