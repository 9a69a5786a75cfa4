// SPDX-License-Identifier: Apache-2.0
#include "entitlements/json/entitlements_json.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>
#include <stdexcept>
#include <utility>

#include "base/json.hpp"

namespace tollgate::entitlements {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write(Writer& to, std::string_view text) {
  to.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}
void write_key(Writer& to, std::string_view key) {
  to.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
}
std::string_view text_of(const rapidjson::StringBuffer& buffer) {
  return {buffer.GetString(), buffer.GetSize()};
}

void write_features(Writer& to, const Limits& features) {
  to.StartObject();
  for (const auto& [name, limit] : features) {
    write_key(to, name);
    to.StartObject();
    to.Key("limit");
    limit ? to.Int64(*limit) : to.Null();
    to.EndObject();
  }
  to.EndObject();
}

/// Texts for people and programs of any language.
void write_rfc3339(Writer& to, const std::optional<Time>& time) {
  time ? write(to, format_rfc3339(*time)) : static_cast<void>(to.Null());
}
/// Numbers for ourselves: stored grants are read back.
void write_seconds(Writer& to, const std::optional<Time>& time) {
  time ? to.Int64(to_unix_seconds(*time)) : to.Null();
}

enum class Form { answer, stored };

void write_grant(Writer& to, const Grant& grant, Form form) {
  to.StartObject();
  to.Key("source");
  write(to, grant.source);
  to.Key("plan");
  grant.plan.empty() ? static_cast<void>(to.Null()) : write(to, grant.plan);
  if (form == Form::stored) {
    to.Key("rank");
    to.Int64(grant.rank);
  }
  to.Key("features");
  write_features(to, grant.features);
  to.Key("quantity");
  to.Int64(grant.quantity);
  const auto write_time = form == Form::stored ? write_seconds : write_rfc3339;
  to.Key("from");
  write_time(to, grant.from);
  to.Key("until");
  write_time(to, grant.until);
  to.Key("reason");
  write(to, grant.reason);
  to.EndObject();
}

void write_grants(Writer& to, const std::vector<Grant>& grants, Form form) {
  to.StartArray();
  for (const Grant& grant : grants) write_grant(to, grant, form);
  to.EndArray();
}

/// What the answer says whoever asks: an object without the user's id and the version.
std::string answer_core(const Answer& answer) {
  rapidjson::StringBuffer buffer;
  Writer to{buffer};
  to.StartObject();
  to.Key("plan");
  write(to, answer.plan);
  to.Key("is_premium");
  to.Bool(answer.is_premium);
  to.Key("features");
  write_features(to, answer.features);
  to.Key("grants");
  write_grants(to, answer.grants, Form::answer);
  to.Key("valid_until");
  write_rfc3339(to, answer.valid_until);
  to.EndObject();
  return std::string{text_of(buffer)};
}

std::string body_of(std::string_view core, std::string_view user_id, std::int64_t version) {
  rapidjson::StringBuffer quoted_user;
  Writer to{quoted_user};
  write(to, user_id);
  std::string body;
  body.reserve(core.size() + quoted_user.GetSize() + 48);
  body.append("{\"user_id\":").append(text_of(quoted_user)).append(",");
  body.append(core.substr(1, core.size() - 2));
  return body.append(",\"version\":").append(std::to_string(version)).append("}");
}

/// The front of a stored document: `{"until":1771149600,"bytes":412,"answer":{…},…`.
struct Ready {
  std::optional<std::int64_t> until;  ///< Unix seconds; nothing: until an event comes
  std::string_view core;
};

[[noreturn]] void refuse() { throw std::invalid_argument{"not a stored document"}; }

void skip(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) refuse();
  text.remove_prefix(expected.size());
}

std::int64_t take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) refuse();
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

Ready read_front(std::string_view text) {
  Ready ready;
  skip(text, "{\"until\":");
  if (text.starts_with("null")) {
    skip(text, "null");
  } else {
    ready.until = take_number(text);
  }
  skip(text, ",\"bytes\":");
  const auto bytes = static_cast<std::size_t>(take_number(text));
  skip(text, ",\"answer\":");
  if (bytes < 2 || bytes > text.size()) refuse();
  ready.core = text.substr(0, bytes);
  return ready;
}

const rapidjson::Value& member(const rapidjson::Value& object, const char* key) {
  const auto found = object.FindMember(key);
  if (found == object.MemberEnd()) refuse();
  return found->value;
}

std::string read_text(const rapidjson::Value& value) {
  if (value.IsNull()) return {};
  if (!value.IsString()) refuse();
  return {value.GetString(), value.GetStringLength()};
}

std::optional<std::int64_t> read_number(const rapidjson::Value& value) {
  if (value.IsNull()) return std::nullopt;
  if (!value.IsInt64()) refuse();
  return value.GetInt64();
}

std::int64_t read_required(const rapidjson::Value& value) {
  const auto number = read_number(value);
  if (!number) refuse();
  return *number;
}

Limits read_features(const rapidjson::Value& value) {
  Limits features;
  if (!value.IsObject()) refuse();
  for (const auto& feature : value.GetObject()) {
    if (!feature.value.IsObject()) refuse();
    features[read_text(feature.name)] = read_number(member(feature.value, "limit"));
  }
  return features;
}

Grant read_grant(const rapidjson::Value& value) {
  if (!value.IsObject()) refuse();
  const auto until = read_number(member(value, "until"));
  return {.source = read_text(member(value, "source")),
          .plan = read_text(member(value, "plan")),
          .rank = read_required(member(value, "rank")),
          .features = read_features(member(value, "features")),
          .quantity = read_required(member(value, "quantity")),
          .from = from_unix_seconds(read_required(member(value, "from"))),
          .until = until ? std::optional{from_unix_seconds(*until)} : std::nullopt,
          .reason = read_text(member(value, "reason"))};
}

Entitlements read_document(std::string_view text) {
  const auto document = json::parse(text);
  if (!document || !document->IsObject()) refuse();
  Entitlements entitlements;
  entitlements.catalog_revision = read_required(member(*document, "revision"));
  const rapidjson::Value& stored = member(*document, "stored");
  if (!stored.IsArray()) refuse();
  for (const auto& grant : stored.GetArray()) entitlements.grants.push_back(read_grant(grant));
  return entitlements;
}

}  // namespace

std::string answer_json(const Answer& answer, std::string_view user_id, std::int64_t version) {
  return body_of(answer_core(answer), user_id, version);
}

std::string document_json(const Entitlements& entitlements, const Catalog& catalog, Time now) {
  const Answer answer = answer_at(entitlements, catalog, now);
  const std::string core = answer_core(answer);
  rapidjson::StringBuffer buffer;
  Writer to{buffer};
  to.StartObject();
  to.Key("until");
  write_seconds(to, answer.valid_until);
  to.Key("bytes");
  to.Uint64(core.size());
  to.Key("answer");
  to.RawValue(core.data(), core.size(), rapidjson::kObjectType);
  to.Key("revision");
  to.Int64(entitlements.catalog_revision);
  to.Key("stored");
  write_grants(to, entitlements.grants, Form::stored);
  to.EndObject();
  return std::string{text_of(buffer)};
}

std::optional<Entitlements> entitlements_from_json(std::string_view document) {
  try {
    return read_document(document);
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

std::string_view ready_answer_json(std::string_view document) { return read_front(document).core; }

std::string read_answer_json(std::string_view document, const Catalog& catalog,
                             std::string_view user_id, std::int64_t version, Time now) {
  const Ready ready = read_front(document);
  const bool lapsed = ready.until && from_unix_seconds(*ready.until) <= now;
  if (lapsed) return answer_json(read_answer(document, catalog, now), user_id, version);
  return body_of(ready.core, user_id, version);
}

Answer read_answer(std::string_view document, const Catalog& catalog, Time now) {
  return answer_at(read_document(document), catalog, now);
}

std::string default_answer_json(const Catalog& catalog, std::string_view user_id) {
  return answer_json(answer_at({}, catalog, Time{}), user_id, 0);
}

}  // namespace tollgate::entitlements
