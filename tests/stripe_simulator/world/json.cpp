// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/world/json.hpp"

#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

namespace tollgate::simulator {
namespace {

constexpr int depth_max = 64;

const Json null_value;

auto find_member(auto& members, std::string_view key) {
  return std::find_if(members.begin(), members.end(),
                      [&](const Member& member) { return member.key == key; });
}

std::optional<Json> from_rapidjson(const rapidjson::Value& value, int depth) {
  if (depth > depth_max) return std::nullopt;
  if (value.IsNull()) return Json{};
  if (value.IsBool()) return Json{value.GetBool()};
  if (value.IsInt64()) return Json{value.GetInt64()};
  if (value.IsNumber()) return Json{value.GetDouble()};
  if (value.IsString()) return Json{std::string{value.GetString(), value.GetStringLength()}};
  Json result;
  if (value.IsArray()) {
    result = Json::array();
    for (const auto& item : value.GetArray()) {
      auto element = from_rapidjson(item, depth + 1);
      if (!element) return std::nullopt;
      result.items().push_back(std::move(*element));
    }
    return result;
  }
  result = Json::object();
  for (const auto& [name, item] : value.GetObject()) {
    auto element = from_rapidjson(item, depth + 1);
    if (!element) return std::nullopt;
    result[std::string_view{name.GetString(), name.GetStringLength()}] = std::move(*element);
  }
  return result;
}

template <class Writer>
struct WriteValue {
  Writer& writer;

  void write(const Json& value) const { value.visit(*this); }
  void operator()(std::monostate) const { writer.Null(); }
  void operator()(bool flag) const { writer.Bool(flag); }
  void operator()(std::int64_t number) const { writer.Int64(number); }
  void operator()(double number) const { writer.Double(number); }
  void operator()(const std::string& text) const {
    writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  }
  void operator()(const Json::Array& items) const {
    writer.StartArray();
    for (const Json& item : items) write(item);
    writer.EndArray();
  }
  void operator()(const Json::Object& members) const {
    writer.StartObject();
    for (const Member& member : members) {
      writer.Key(member.key.data(), static_cast<rapidjson::SizeType>(member.key.size()));
      write(member.value);
    }
    writer.EndObject();
  }
};

void merge_metadata(Json& target, const Json& changes) {
  if (!changes.is_object()) {
    target = Json::object();
    return;
  }
  for (const Member& change : changes.members()) {
    if (change.value.is_null() || change.value.text().empty()) {
      target.erase(change.key);
    } else {
      target[change.key] = change.value;
    }
  }
}

}  // namespace

Json Json::array(Array items) {
  Json result;
  result.value_ = std::move(items);
  return result;
}

Json Json::object(std::initializer_list<Member> members) {
  Json result;
  result.value_ = Object{members};
  return result;
}

const std::string& Json::text() const {
  static const std::string none;
  const auto* text = std::get_if<std::string>(&value_);
  return text == nullptr ? none : *text;
}

std::int64_t Json::integer(std::int64_t fallback) const {
  const auto* number = std::get_if<std::int64_t>(&value_);
  return number == nullptr ? fallback : *number;
}

bool Json::flag() const {
  const bool* flag = std::get_if<bool>(&value_);
  return flag != nullptr && *flag;
}

const Json::Array& Json::items() const {
  static const Array none;
  const auto* items = std::get_if<Array>(&value_);
  return items == nullptr ? none : *items;
}

const Json::Object& Json::members() const {
  static const Object none;
  const auto* members = std::get_if<Object>(&value_);
  return members == nullptr ? none : *members;
}

Json::Array& Json::items() {
  if (!is_array()) value_ = Array{};
  return std::get<Array>(value_);
}

Json::Object& Json::members() {
  if (!is_object()) value_ = Object{};
  return std::get<Object>(value_);
}

const Json& Json::operator[](std::string_view key) const {
  const auto found = find_member(members(), key);
  return found == members().end() ? null_value : found->value;
}

Json& Json::operator[](std::string_view key) {
  Object& own = members();
  const auto found = find_member(own, key);
  if (found != own.end()) return found->value;
  return own.emplace_back(Member{std::string{key}, Json{}}).value;
}

bool Json::has(std::string_view key) const {
  return find_member(members(), key) != members().end();
}

void Json::erase(std::string_view key) {
  if (!is_object()) return;
  std::erase_if(members(), [&](const Member& member) { return member.key == key; });
}

const Json& Json::at(std::string_view path) const {
  const Json* value = this;
  for (;;) {
    const auto dot = path.find('.');
    value = &(*value)[path.substr(0, dot)];
    if (dot == std::string_view::npos) return *value;
    path.remove_prefix(dot + 1);
  }
}

bool Json::operator==(const Json& other) const { return value_ == other.value_; }

std::optional<Json> parse_json(std::string_view text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (document.HasParseError()) return std::nullopt;
  return from_rapidjson(document, 0);
}

std::string write_json(const Json& value, Layout layout) {
  rapidjson::StringBuffer text;
  if (layout == Layout::dense) {
    rapidjson::Writer<rapidjson::StringBuffer> writer{text};
    WriteValue<decltype(writer)>{writer}.write(value);
  } else {
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer{text};
    writer.SetIndent(' ', 2);
    WriteValue<decltype(writer)>{writer}.write(value);
  }
  return {text.GetString(), text.GetSize()};
}

Json previous_attributes(const Json& before, const Json& after) {
  Json previous = Json::object();
  for (const Member& old : before.members()) {
    const Json& now = after[old.key];
    if (now == old.value && after.has(old.key)) continue;
    const bool hashes = old.value.is_object() && now.is_object() && old.key != "items";
    previous[old.key] = hashes ? previous_attributes(old.value, now) : old.value;
  }
  for (const Member& added : after.members()) {
    if (!before.has(added.key)) previous[added.key] = nullptr;
  }
  return previous;
}

void merge(Json& target, const Json& changes) {
  for (const Member& change : changes.members()) {
    Json& place = target[change.key];
    if (change.key == "metadata") {
      merge_metadata(place, change.value);
    } else if (place.is_object() && change.value.is_object()) {
      merge(place, change.value);
    } else {
      place = change.value;
    }
  }
}

}  // namespace tollgate::simulator
