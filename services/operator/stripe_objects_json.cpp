// SPDX-License-Identifier: Apache-2.0
#include "operator/stripe_objects_json.hpp"

#include <rapidjson/document.h>

namespace tollgate::operations {
namespace {

using Value = rapidjson::Value;

// Iterative, so that no nesting can exhaust the stack.
rapidjson::Document parse(std::string_view json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  return document;
}

const Value* find(const Value& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  const auto member = object.FindMember(name);
  return member == object.MemberEnd() ? nullptr : &member->value;
}

std::string text_of(const Value& value) {
  return value.IsString() ? std::string{value.GetString(), value.GetStringLength()} : std::string{};
}

std::string text(const Value& object, const char* name) {
  const Value* value = find(object, name);
  return value != nullptr ? text_of(*value) : std::string{};
}

std::optional<std::int64_t> integer(const Value& object, const char* name) {
  const Value* value = find(object, name);
  if (value == nullptr || !value->IsInt64()) return std::nullopt;
  return value->GetInt64();
}

bool flag(const Value& object, const char* name) {
  const Value* value = find(object, name);
  return value != nullptr && value->IsBool() && value->GetBool();
}

Metadata metadata(const Value& object) {
  Metadata found;
  const Value* members = find(object, "metadata");
  if (members == nullptr || !members->IsObject()) return found;
  for (const auto& member : members->GetObject()) {
    found.emplace(text_of(member.name), text_of(member.value));
  }
  return found;
}

/// The id itself, or that of the object in its place.
std::string reference(const Value& object, const char* name) {
  const Value* value = find(object, name);
  if (value == nullptr) return {};
  return value->IsObject() ? text(*value, "id") : text_of(*value);
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
  if (const Value* recurring = find(object, "recurring")) {
    price.interval = text(*recurring, "interval");
    price.interval_count = integer(*recurring, "interval_count").value_or(1);
  }
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
  const Value* types = find(object, "enabled_events");
  if (types == nullptr || !types->IsArray()) return endpoint;
  for (const auto& type : types->GetArray()) endpoint.event_types.push_back(text_of(type));
  return endpoint;
}

FoundCustomer read_customer(std::string_view json) {
  const auto object = parse(json);
  return {
      .id = text(object, "id"), .deleted = flag(object, "deleted"), .metadata = metadata(object)};
}

}  // namespace tollgate::operations
