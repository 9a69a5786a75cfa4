// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/read_records.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/utf8.hpp"
#include "entitlements/domain/fact.hpp"
#include "entitlements/json/fact_json.hpp"
#include "events/cloudevents.hpp"
#include "stripe/normalise/normalise.hpp"

namespace tollgate::entitlements {
namespace {

/// With U+FFFD for what PostgreSQL cannot hold, so that a dead letter has a row to be found by;
/// empty where it is not even UTF-8.
std::string storable_form(std::string_view text) {
  if (is_storable(text)) return std::string{text};
  std::string form;
  for (const char letter : text) {
    if (letter == '\0') {
      form += "\xEF\xBF\xBD";
    } else {
      form += letter;
    }
  }
  return is_storable(form) ? form : std::string{};
}

DeadLetter dead_letter(const kafka::Record& record, std::string reason) {
  return {.position = {record.partition, record.offset},
          .event_id = {},
          .type = {},
          .reason = std::move(reason),
          .key = record.key,
          .body = record.value};
}

std::string reason_of(const stripe::NormaliseFault& fault) {
  std::string reason{to_string(fault.reason)};
  if (!fault.field.empty()) reason.append(":").append(fault.field);
  return reason;
}

/// What the envelope alone says.
EventRow row_of(const stripe::StripeEvent& event, const kafka::Record& record) {
  EventRow row;
  row.key = {storable_form(event.account), event.livemode, storable_form(event.id)};
  row.type = storable_form(event.type);
  row.api_version = storable_form(event.api_version);
  if (event.created) row.created = std::chrono::floor<std::chrono::seconds>(*event.created);
  row.position = {record.partition, record.offset};
  return row;
}

bool has_storable_names(const stripe::StripeEvent& event) {
  return is_storable(event.id) && is_storable(event.type) && is_storable(event.account) &&
         is_storable(event.api_version) && is_storable(event.object_id);
}

/// Keeps the bytes, and the row where the event can be named.
void refuse_event(EventRow row, DeadLetter letter, BatchContent& content) {
  letter.event_id = row.key.id;
  letter.type = row.type;
  content.dead_letters.push_back(std::move(letter));
  if (row.key.id.empty() || row.type.empty()) return;
  row.outcome = Outcome::dead_letter;
  content.events.push_back(std::move(row));
}

std::optional<Stage> stage_of_text(stripe::ObjectKind kind, const std::string& text) {
  if (text.empty()) return std::nullopt;
  return stage_of(read_state(kind, text));
}

void take(stripe::NormalisedEvent said, EventRow row, BatchContent& content) {
  row.kind = said.kind;
  row.object_id = std::move(said.object_id);
  row.customer_id = std::move(said.customer_id);
  row.state = std::move(said.state);
  row.previous = std::move(said.previous);
  if (row.kind) {
    row.stage = stage_of_text(*row.kind, row.state);
    row.previous_stage = stage_of_text(*row.kind, row.previous);
  }
  row.outcome = !row.kind ? Outcome::irrelevant : row.state.empty() ? Outcome::thin : Outcome::fact;
  content.events.push_back(std::move(row));
}

bool is_answer(const kafka::Record& record) { return record.header("ce_type") == fetched_type; }

void arrange(BatchContent& content) {
  std::ranges::stable_sort(content.events, {}, &EventRow::key);
  content.links = links_of(content.events);
}

}  // namespace

BatchContent content_of(std::vector<EventRow> events) {
  BatchContent content{.events = std::move(events)};
  arrange(content);
  return content;
}

BatchContent RecordReader::read(std::span<const kafka::Record> records) {
  BatchContent content;
  content.events.reserve(records.size());
  for (const kafka::Record& record : records) {
    if (is_answer(record)) {
      read_answer(record, content);
    } else {
      read_event(record, content);
    }
  }
  arrange(content);
  return content;
}

/// The body alone decides: its headers only route it.
void RecordReader::read_event(const kafka::Record& record, BatchContent& content) {
  const auto event = scanner_.scan(record.value);
  if (!event) {
    content.dead_letters.push_back(dead_letter(record, std::string{to_string(event.error())}));
    return;
  }
  EventRow row = row_of(*event, record);
  if (!has_storable_names(*event)) {
    refuse_event(std::move(row), dead_letter(record, "unstorable_text"), content);
    return;
  }
  auto said = normalise(*event, record.value);
  if (!said) {
    refuse_event(std::move(row), dead_letter(record, reason_of(said.error())), content);
  } else {
    take(*std::move(said), std::move(row), content);
  }
}

/// What `resolve` fetched: the body is a bare object, so the headers name the event and its time.
void RecordReader::read_answer(const kafka::Record& record, BatchContent& content) {
  const auto event = events::read_cloud_event(record.headers);
  if (!event || !event->as_of) {
    content.dead_letters.push_back(
        dead_letter(record, event ? "no_time" : std::string{to_string(event.error())}));
    return;
  }
  EventRow row;
  row.key = {storable_form(event->account), event->livemode, storable_form(event->id)};
  row.type = fetched_type;
  row.created = std::chrono::floor<std::chrono::seconds>(*event->as_of);
  row.position = {record.partition, record.offset};
  if (!is_storable(event->id) || !is_storable(event->account)) {
    refuse_event(std::move(row), dead_letter(record, "unstorable_text"), content);
    return;
  }
  auto said = stripe::normalise_answer(record.value);
  if (said) {
    take(*std::move(said), std::move(row), content);
  } else {
    refuse_event(std::move(row), dead_letter(record, reason_of(said.error())), content);
  }
}

BatchContent RecordReader::refuse(const kafka::Record& record, std::string_view reason) {
  BatchContent content;
  const auto event = scanner_.scan(record.value);
  refuse_event(event ? row_of(*event, record) : EventRow{},
               dead_letter(record, std::string{reason}), content);
  return content;
}

}  // namespace tollgate::entitlements
