// SPDX-License-Identifier: Apache-2.0
#include "entitlements/json/features_json.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <unordered_set>
#include <utility>

#include "base/json.hpp"
#include "base/utf8.hpp"

namespace tollgate::entitlements {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write_text(Writer& writer, std::string_view text) {
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write_feature(Writer& writer, const FeatureAnswer& answer) {
  writer.StartObject();
  writer.Key("allowed");
  writer.Bool(answer.allowed);
  writer.Key("reason");
  write_text(writer, answer.reason);
  writer.Key("until");
  if (answer.until) {
    write_text(writer, format_rfc3339(*answer.until));
  } else {
    writer.Null();
  }
  writer.Key("limit");
  if (answer.limit) {
    writer.Int64(*answer.limit);
  } else {
    writer.Null();
  }
  writer.EndObject();
}

void write_user(Writer& writer, const UserFeatures& user,
                const std::vector<std::string>& features) {
  writer.StartObject();
  writer.Key("user_id");
  write_text(writer, user.user_id);
  writer.Key("plan");
  write_text(writer, user.plan);
  writer.Key("version");
  writer.Int64(user.version);
  writer.Key("features");
  writer.StartObject();
  for (std::size_t at = 0; at < features.size(); ++at) {
    writer.Key(features[at].data(), static_cast<rapidjson::SizeType>(features[at].size()));
    write_feature(writer, user.features[at]);
  }
  writer.EndObject();
  writer.EndObject();
}

/// A name asked for twice is answered once: members of an object have names of their own.
void drop_repeated(std::vector<std::string>& names) {
  std::unordered_set<std::string_view> seen;
  std::vector<std::string> kept;
  for (const std::string& name : names) {
    if (seen.insert(name).second) kept.push_back(name);
  }
  names = std::move(kept);
}

/// False unless the member is a list of texts.
bool read_texts(const json::Value& object, const char* name, std::vector<std::string>& texts) {
  const json::Value& list = json::member(object, name);
  if (!list.IsArray()) return false;
  for (const json::Value& each : list.GetArray()) {
    if (!each.IsString()) return false;
    texts.emplace_back(json::text_of(each));
    // RapidJSON lets a lone \udc00 pass, which could not be written into the answer.
    if (valid_utf8(texts.back()) != texts.back()) return false;
  }
  return true;
}

}  // namespace

std::string feature_json(const FeatureAnswer& answer) {
  rapidjson::StringBuffer text;
  Writer writer{text};
  write_feature(writer, answer);
  return {text.GetString(), text.GetSize()};
}

Result<BatchQuestion, QuestionFault> read_batch_question(std::string_view body) {
  const auto document = json::parse(body);
  if (!document) return QuestionFault::not_json;
  BatchQuestion question;
  if (!read_texts(*document, "user_ids", question.user_ids) ||
      !read_texts(*document, "features", question.features)) {
    return QuestionFault::wrong_shape;
  }
  if (question.user_ids.size() > BatchQuestion::users_max ||
      question.features.size() > BatchQuestion::features_max) {
    return QuestionFault::too_many;
  }
  drop_repeated(question.features);
  return question;
}

std::string batch_json(const std::vector<UserFeatures>& users,
                       const std::vector<std::string>& features) {
  rapidjson::StringBuffer text;
  Writer writer{text};
  writer.StartObject();
  writer.Key("data");
  writer.StartArray();
  for (const UserFeatures& user : users) write_user(writer, user, features);
  writer.EndArray();
  writer.EndObject();
  return {text.GetString(), text.GetSize()};
}

}  // namespace tollgate::entitlements
