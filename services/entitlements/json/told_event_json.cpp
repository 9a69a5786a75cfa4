// SPDX-License-Identifier: Apache-2.0
#include "entitlements/json/told_event_json.hpp"

namespace tollgate::entitlements {

void write_event(JsonWriter& writer, const ToldEvent& event) {
  writer.text("event_id", event.key.id);
  writer.text_or_null("account", event.key.account);
  writer.flag("livemode", event.key.livemode);
  writer.text("type", event.type);
  writer.time("created", event.created);
  writer.text("topic", event.topic);
  writer.number("partition", event.position.partition);
  writer.number("position", event.position.offset);
}

}  // namespace tollgate::entitlements
