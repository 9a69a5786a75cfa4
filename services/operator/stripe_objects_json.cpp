// SPDX-License-Identifier: Apache-2.0
#include "operator/stripe_objects_json.hpp"

#include "base/json.hpp"

namespace tollgate::operations {
namespace {

using json::Value;

/// A null for what is no JSON: libs/stripe has parsed it before.
rapidjson::Document parse(std::string_view text) {
  return json::parse(text).value_or(rapidjson::Document{});
}

std::string text_of(const Value& value) { return std::string{json::text_of(value)}; }

std::string text(const Value& object, const char* name) {
  return text_of(json::member(object, name));
}

std::optional<std::int64_t> integer(const Value& object, const char* name) {
  const Value& value = json::member(object, name);
  if (!value.IsInt64()) return std::nullopt;
  return value.GetInt64();
}

bool flag(const Value& object, const char* name) { return json::member(object, name).IsTrue(); }

Metadata metadata(const Value& object) {
  Metadata found;
  const Value& members = json::member(object, "metadata");
  if (!members.IsObject()) return found;
  for (const auto& member : members.GetObject()) {
    found.emplace(text_of(member.name), text_of(member.value));
  }
  return found;
}

/// The id itself, or that of the object in its place.
std::string reference(const Value& object, const char* name) {
  const Value& value = json::member(object, name);
  return value.IsObject() ? text(value, "id") : text_of(value);
}

}  // namespace

FoundProduct read_product(std::string_view json) {
  const auto object = parse(json);
  return {.id = text(object, "id"),
          .name = text(object, "name"),
          .active = flag(object, "active"),
          .metadata = metadata(object)};
}

FoundPrice read_price(std::string_view json) {
  const auto object = parse(json);
  FoundPrice price{.id = text(object, "id"),
                   .lookup_key = text(object, "lookup_key"),
                   .product = reference(object, "product"),
                   .amount = integer(object, "unit_amount"),
                   .currency = text(object, "currency"),
                   .interval = {},
                   .interval_count = 1,
                   .active = flag(object, "active"),
                   .metadata = metadata(object)};
  const Value& recurring = json::member(object, "recurring");
  price.interval = text(recurring, "interval");
  price.interval_count = integer(recurring, "interval_count").value_or(1);
  return price;
}

FoundEndpoint read_endpoint(std::string_view json) {
  const auto object = parse(json);
  FoundEndpoint endpoint{.id = text(object, "id"),
                         .url = text(object, "url"),
                         .api_version = text(object, "api_version"),
                         .secret = text(object, "secret"),
                         .enabled = text(object, "status") == "enabled",
                         .event_types = {}};
  const Value& types = json::member(object, "enabled_events");
  if (!types.IsArray()) return endpoint;
  for (const auto& type : types.GetArray()) endpoint.event_types.push_back(text_of(type));
  return endpoint;
}

FoundCustomer read_customer(std::string_view json) {
  const auto object = parse(json);
  return {
      .id = text(object, "id"), .deleted = flag(object, "deleted"), .metadata = metadata(object)};
}

}  // namespace tollgate::operations
