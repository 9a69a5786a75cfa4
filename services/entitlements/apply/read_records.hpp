// SPDX-License-Identifier: Apache-2.0
// Records of the topic -> rows of facts, or dead letters with their bytes. Pure; what the facts
// mean is decided later, by newest, bind and derive.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"
#include "kafka/record.hpp"
#include "stripe/stripe_event.hpp"

namespace tollgate::entitlements {

/// What a batch of records says.
struct BatchContent {
  std::vector<EventRow> events;  ///< sorted by key; of one event's renderings all are there
  std::vector<Link> links{};     ///< of the events' objects, sorted
  std::vector<DeadLetter> dead_letters{};
};

/// The same of events that are stored already.
BatchContent content_of(std::vector<EventRow> events);

/// Keeps its buffers from batch to batch. One thread.
class RecordReader {
 public:
  /// Every record becomes an event, a dead letter, or both: one whose envelope can be read but
  /// whose object cannot has a row of outcome `dead_letter` too.
  BatchContent read(std::span<const kafka::Record> records);

  /// A record that the database refuses: bytes kept, nothing believed.
  BatchContent refuse(const kafka::Record& record, std::string_view reason);

 private:
  void read_event(const kafka::Record& record, BatchContent& content);
  void read_answer(const kafka::Record& record, BatchContent& content);

  stripe::EventScanner scanner_;
};

}  // namespace tollgate::entitlements
