// SPDX-License-Identifier: Apache-2.0
#include "checkout/events_consumer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "checkout/read_events.hpp"

namespace tollgate::checkout {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds poll_wait{200};
constexpr milliseconds report_interval{1'000};

kafka::ConsumerOptions with_positions(kafka::ConsumerOptions options, EventsStore& store) {
  options.on_assigned = [&store, topic = options.topic](std::span<const std::int32_t> partitions) {
    std::vector<kafka::PartitionOffset> positions;
    for (const auto& [partition, next] : store.next_offsets(topic, partitions)) {
      positions.push_back({partition, next});
    }
    return positions;
  };
  return options;
}

}  // namespace

EventsConsumer::EventsConsumer(kafka::ConsumerOptions options, EventsStore& store, bool livemode,
                               Metrics& metrics)
    : options_(with_positions(std::move(options), store)),
      store_(store),
      livemode_(livemode),
      lag_(metrics.gauge("tollgate_consumer_lag", "Records in the topic that are not applied yet")),
      loop_(
          "events", [this] { return run_once(); }, metrics,
          [this] {
            if (consumer_) consumer_->close();
            consumer_.reset();
          }) {}

milliseconds EventsConsumer::run_once() {
  try {
    apply_batch();
    return milliseconds{0};
  } catch (const std::exception&) {
    // What was read and not written is read again: a new consumer begins where the database stands.
    consumer_.reset();
    throw;
  }
}

void EventsConsumer::apply_batch() {
  if (!consumer_) consumer_ = kafka::make_consumer(options_);
  const auto batch = consumer_->poll(records_of_batch_max, poll_wait);
  lag_.Set(static_cast<double>(std::max<std::int64_t>(consumer_->lag(), 0)));
  if (!batch) return;
  const Told told = read_events(batch->records(), livemode_);
  store_.apply(options_.topic, told);
  const auto now = std::chrono::steady_clock::now();
  if (now < report_due_) return;
  std::vector<kafka::PartitionOffset> positions;
  for (const auto& [partition, next] : told.next_offsets) positions.push_back({partition, next});
  consumer_->commit(positions);
  report_due_ = now + report_interval;
}

}  // namespace tollgate::checkout
