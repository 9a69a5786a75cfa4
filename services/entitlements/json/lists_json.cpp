// SPDX-License-Identifier: Apache-2.0
#include "entitlements/json/lists_json.hpp"

#include "entitlements/json/status_json.hpp"
#include "entitlements/json/writer_json.hpp"

namespace tollgate::entitlements {
namespace {

template <class Row, class Write>
std::string page_json(const std::vector<Row>& rows, std::string_view next_cursor, Write write) {
  JsonWriter writer;
  writer.begin_object();
  writer.begin_list("data");
  for (const Row& row : rows) {
    writer.begin_object();
    write(writer, row);
    writer.end_object();
  }
  writer.end_list();
  writer.text_or_null("next_cursor", next_cursor);
  writer.end_object();
  return writer.take();
}

void write_place(JsonWriter& writer, const ObjectPlace& place) {
  writer.text("id", place.key.id);
  writer.text_or_null("account", place.key.account);
  writer.flag("livemode", place.key.livemode);
  writer.time("created", place.created);
}

void write_texts(JsonWriter& writer, std::string_view key, const std::vector<std::string>& texts) {
  writer.begin_list(key);
  for (const std::string& text : texts) writer.text(text);
  writer.end_list();
}

void write_subscription(JsonWriter& writer, const ShownSubscription& row) {
  write_place(writer, row.place);
  writer.text_or_null("customer_id", row.customer_id);
  writer.text_or_null("user_id", row.user_id);
  writer.text("status", row.status);
  writer.text_or_null("plan", row.plan);
  write_texts(writer, "price_ids", row.price_ids);
  writer.number("quantity", row.quantity);
  writer.time("current_period_start", row.current_period_start);
  writer.time("current_period_end", row.current_period_end);
  writer.time("cancel_at", row.cancel_at);
  writer.time("canceled_at", row.canceled_at);
  writer.time("ended_at", row.ended_at);
  writer.time("trial_end", row.trial_end);
  writer.time("paid_through", row.paid_through);
}

/// Why it counts for nobody.
std::string_view reason_of(const ShownOrphan& row) {
  if (row.conflict) return "conflict";
  return row.owner_id.empty() ? "no_customer" : "no_user";
}

void write_orphan(JsonWriter& writer, const ShownOrphan& row) {
  write_place(writer, row.place);
  writer.text("kind", row.kind);
  writer.text("reason", reason_of(row));
  writer.text_or_null("customer_id", row.customer_id);
  writer.text_or_null("owner_id", row.owner_id);
  write_texts(writer, "user_ids", row.user_ids);
  write_status(writer, row.status);
  writer.text_or_null("plan", row.plan);
  writer.text_or_null("event_id", row.event_id);
}

}  // namespace

std::string subscriptions_json(const std::vector<ShownSubscription>& rows,
                               std::string_view next_cursor) {
  return page_json(rows, next_cursor, write_subscription);
}

std::string orphans_json(const std::vector<ShownOrphan>& rows, std::string_view next_cursor) {
  return page_json(rows, next_cursor, write_orphan);
}

std::string dead_letters_json(const std::vector<ShownDeadLetter>& rows,
                              std::string_view next_cursor, std::size_t body_bytes_max) {
  return page_json(rows, next_cursor, [&](JsonWriter& writer, const ShownDeadLetter& row) {
    writer.text_or_null("id", row.event_id);
    writer.text_or_null("type", row.type);
    writer.text("reason", row.reason);
    writer.text("topic", row.place.topic);
    writer.number("partition", row.place.position.partition);
    writer.number("position", row.place.position.offset);
    writer.time("recorded_at", row.place.recorded_at);
    writer.number("body_bytes", row.body_bytes);
    if (body_bytes_max > 0) writer.text("body", row.body);
  });
}

}  // namespace tollgate::entitlements
