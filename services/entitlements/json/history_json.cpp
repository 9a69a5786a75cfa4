// SPDX-License-Identifier: Apache-2.0
#include "entitlements/json/history_json.hpp"

#include "entitlements/json/entitlements_json.hpp"
#include "entitlements/json/told_event_json.hpp"
#include "entitlements/json/writer_json.hpp"

namespace tollgate::entitlements {
namespace {

void write_cause(JsonWriter& writer, const ShownChange& change) {
  writer.begin_object("cause");
  writer.text("kind", change.cause);
  if (change.event) write_event(writer, *change.event);
  writer.end_object();
}

void write_change(JsonWriter& writer, const ShownChange& change) {
  writer.begin_object();
  writer.number("version", change.version);
  if (change.before.empty()) {
    writer.null("before");
  } else {
    writer.object("before", ready_answer_json(change.before));
  }
  writer.object("after", ready_answer_json(change.after));
  write_cause(writer, change);
  writer.time("recorded_at", change.recorded_at);
  writer.end_object();
}

}  // namespace

std::string history_json(const std::vector<ShownChange>& changes, std::string_view next_cursor) {
  JsonWriter writer;
  writer.begin_object();
  writer.begin_list("data");
  for (const ShownChange& change : changes) write_change(writer, change);
  writer.end_list();
  writer.text_or_null("next_cursor", next_cursor);
  writer.end_object();
  return writer.take();
}

}  // namespace tollgate::entitlements
