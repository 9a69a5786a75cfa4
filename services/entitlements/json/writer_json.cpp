// SPDX-License-Identifier: Apache-2.0
#include "entitlements/json/writer_json.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace tollgate::entitlements {

struct JsonWriter::State {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> to{buffer};

  void key(std::string_view name) {
    to.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  }
};

JsonWriter::JsonWriter() : state_(std::make_unique<State>()) {}
JsonWriter::~JsonWriter() = default;

void JsonWriter::begin_object() { state_->to.StartObject(); }

void JsonWriter::begin_object(std::string_view key) {
  state_->key(key);
  state_->to.StartObject();
}

void JsonWriter::end_object() { state_->to.EndObject(); }

void JsonWriter::begin_list(std::string_view key) {
  state_->key(key);
  state_->to.StartArray();
}

void JsonWriter::end_list() { state_->to.EndArray(); }

void JsonWriter::text(std::string_view value) {
  state_->to.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void JsonWriter::text(std::string_view key, std::string_view value) {
  state_->key(key);
  text(value);
}

void JsonWriter::text_or_null(std::string_view key, std::string_view value) {
  if (value.empty()) return null(key);
  text(key, value);
}

void JsonWriter::number(std::string_view key, std::optional<std::int64_t> value) {
  if (!value) return null(key);
  state_->key(key);
  state_->to.Int64(*value);
}

void JsonWriter::flag(std::string_view key, bool value) {
  state_->key(key);
  state_->to.Bool(value);
}

void JsonWriter::time(std::string_view key, const std::optional<Time>& value) {
  if (!value) return null(key);
  text(key, format_rfc3339(*value));
}

void JsonWriter::null(std::string_view key) {
  state_->key(key);
  state_->to.Null();
}

void JsonWriter::object(std::string_view key, std::string_view json) {
  state_->key(key);
  state_->to.RawValue(json.data(), json.size(), rapidjson::kObjectType);
}

std::string JsonWriter::take() const {
  return {state_->buffer.GetString(), state_->buffer.GetSize()};
}

}  // namespace tollgate::entitlements
