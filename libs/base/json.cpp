// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"

namespace tollgate::json {

std::optional<rapidjson::Document> parse(std::string_view text) {
  // A NUL ends the text for RapidJSON, whatever its length says: the rest would go unread.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
  std::optional<rapidjson::Document> document{std::in_place};
  document->Parse<flags>(text.data(), text.size());
  if (document->HasParseError()) document.reset();
  return document;
}

const Value& member(const Value& object, const char* name) {
  static const Value nothing;
  if (!object.IsObject()) return nothing;
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nothing : found->value;
}

std::string_view text_of(const Value& value) {
  if (!value.IsString()) return {};
  return {value.GetString(), value.GetStringLength()};
}

std::string_view text(const Value& object, const char* name) {
  return text_of(member(object, name));
}

}  // namespace tollgate::json
