// SPDX-License-Identifier: Apache-2.0
#include "entitlements/json/answer_json.hpp"

#include <stdexcept>
#include <string>

#include "base/json.hpp"

namespace tollgate::entitlements {
namespace {

using json::Value;

[[noreturn]] void refuse() { throw std::invalid_argument{"not an answer"}; }

const Value& member(const Value& object, const char* key) {
  if (!object.IsObject()) refuse();
  const auto found = object.FindMember(key);
  if (found == object.MemberEnd()) refuse();
  return found->value;
}

/// Null is the empty text.
std::string text_of(const Value& value) {
  if (value.IsNull()) return {};
  if (!value.IsString()) refuse();
  return {value.GetString(), value.GetStringLength()};
}

std::optional<std::int64_t> number_of(const Value& value) {
  if (value.IsNull()) return std::nullopt;
  if (!value.IsInt64()) refuse();
  return value.GetInt64();
}

std::optional<Time> time_of(const Value& value) {
  if (value.IsNull()) return std::nullopt;
  const auto time = parse_rfc3339(text_of(value));
  if (!time) refuse();
  return time;
}

Limits features_of(const Value& value) {
  if (!value.IsObject()) refuse();
  Limits features;
  for (const auto& feature : value.GetObject()) {
    features[text_of(feature.name)] = number_of(member(feature.value, "limit"));
  }
  return features;
}

Grant grant_of(const Value& value) {
  return {.source = text_of(member(value, "source")),
          .plan = text_of(member(value, "plan")),
          .rank = 0,
          .features = features_of(member(value, "features")),
          .quantity = number_of(member(value, "quantity")).value_or(0),
          .from = time_of(member(value, "from")).value_or(Time{}),
          .until = time_of(member(value, "until")),
          .reason = text_of(member(value, "reason"))};
}

}  // namespace

Answer answer_from_json(std::string_view text) {
  const auto parsed = json::parse(text);
  if (!parsed) refuse();
  const Value& premium = member(*parsed, "is_premium");
  const Value& grants = member(*parsed, "grants");
  if (!premium.IsBool() || !grants.IsArray()) refuse();
  Answer answer;
  answer.plan = text_of(member(*parsed, "plan"));
  answer.is_premium = premium.GetBool();
  answer.features = features_of(member(*parsed, "features"));
  for (const Value& grant : grants.GetArray()) answer.grants.push_back(grant_of(grant));
  answer.valid_until = time_of(member(*parsed, "valid_until"));
  return answer;
}

}  // namespace tollgate::entitlements
