// SPDX-License-Identifier: Apache-2.0
#include "events/cloudevents.hpp"

#include <algorithm>

namespace tollgate::events {
namespace {

constexpr std::string_view spec_version = "1.0";
constexpr std::string_view stripe_type_prefix = "com.stripe.";
constexpr std::string_view fetched_type = "com.tollgate.fetched";
constexpr std::string_view source_scheme = "stripe:";
constexpr std::string_view own_account = "-";

/// What write() makes itself besides account and type: three times, prefixes, separators.
constexpr std::size_t made_text_bytes_max = 128;

struct Reader {
  std::span<const Header> headers;

  [[nodiscard]] std::string_view value(std::string_view name) const {
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [name](const Header& header) { return header.name == name; });
    return found == headers.end() ? std::string_view{} : found->value;
  }

  /// False when the header is there and is no time; an absent one is fine.
  [[nodiscard]] bool read_time(std::string_view name, std::optional<Time>& time) const {
    const std::string_view text = value(name);
    if (text.empty()) return true;
    time = parse_rfc3339(text);
    return time.has_value();
  }
};

bool read_type(std::string_view text, CloudEvent& event) {
  if (text == fetched_type) {
    event.origin = Origin::fetched;
    return true;
  }
  if (!text.starts_with(stripe_type_prefix)) return false;
  event.type = text.substr(stripe_type_prefix.size());
  return !event.type.empty();
}

/// The account is what stands between the first colon and the last one, whatever it holds.
bool read_source(std::string_view text, CloudEvent& event) {
  if (!text.starts_with(source_scheme)) return false;
  text.remove_prefix(source_scheme.size());
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view mode = text.substr(colon + 1);
  if (mode != "live" && mode != "test") return false;
  event.livemode = mode == "live";
  event.account = text.substr(0, colon);
  if (event.account == own_account) event.account = {};
  return true;
}

}  // namespace

std::span<const Header> CloudEventWriter::write(const CloudEvent& event) {
  // Views into text_ are taken while it grows: the room must be there from the beginning.
  text_.clear();
  text_.reserve(event.account.size() + event.type.size() + made_text_bytes_max);
  count_ = 0;
  add("ce_specversion", spec_version);
  add("ce_id", event.id);
  const std::size_t source = text_.size();
  text_.append(source_scheme).append(event.account.empty() ? own_account : event.account);
  text_.append(event.livemode ? ":live" : ":test");
  add("ce_source", std::string_view{text_}.substr(source));
  const std::size_t type = text_.size();
  if (event.origin == Origin::fetched) {
    text_.append(fetched_type);
  } else {
    text_.append(stripe_type_prefix).append(event.type);
  }
  add("ce_type", std::string_view{text_}.substr(type));
  add("ce_subject", event.subject);
  add_time("ce_time", event.time);
  add("content-type", "application/json");
  add("ce_apiversion", event.api_version);
  add_time("ce_received", event.received);
  add_time("ce_asof", event.as_of);
  return {headers_.data(), count_};
}

void CloudEventWriter::add(std::string_view name, std::string_view value) {
  if (!value.empty()) headers_[count_++] = {name, value};
}

void CloudEventWriter::add_time(std::string_view name, std::optional<Time> time) {
  if (!time) return;
  const std::size_t begin = text_.size();
  append_rfc3339(text_, *time);
  add(name, std::string_view{text_}.substr(begin));
}

std::string_view to_string(CloudEventFault fault) {
  switch (fault) {
    case CloudEventFault::no_spec_version: return "no_spec_version";
    case CloudEventFault::no_id: return "no_id";
    case CloudEventFault::no_type: return "no_type";
    case CloudEventFault::foreign_type: return "foreign_type";
    case CloudEventFault::no_source: return "no_source";
    case CloudEventFault::bad_time: return "bad_time";
  }
  return "unknown";
}

Result<CloudEvent, CloudEventFault> read_cloud_event(std::span<const Header> headers) {
  const Reader reader{headers};
  CloudEvent event;
  if (reader.value("ce_specversion") != spec_version) return CloudEventFault::no_spec_version;
  event.id = reader.value("ce_id");
  if (event.id.empty()) return CloudEventFault::no_id;
  const std::string_view type = reader.value("ce_type");
  if (type.empty()) return CloudEventFault::no_type;
  if (!read_type(type, event)) return CloudEventFault::foreign_type;
  if (!read_source(reader.value("ce_source"), event)) return CloudEventFault::no_source;
  event.subject = reader.value("ce_subject");
  event.api_version = reader.value("ce_apiversion");
  if (!reader.read_time("ce_time", event.time) ||
      !reader.read_time("ce_received", event.received) ||
      !reader.read_time("ce_asof", event.as_of)) {
    return CloudEventFault::bad_time;
  }
  return event;
}

}  // namespace tollgate::events
