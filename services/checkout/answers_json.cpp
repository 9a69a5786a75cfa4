// SPDX-License-Identifier: Apache-2.0
#include "checkout/answers_json.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/clock.hpp"

namespace tollgate::checkout {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write_text(Writer& writer, std::string_view text) {
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write_member(Writer& writer, const char* name, std::string_view text) {
  writer.Key(name);
  write_text(writer, text);
}

void write_member(Writer& writer, const char* name, std::int64_t number) {
  writer.Key(name);
  writer.Int64(number);
}

void write_plan(Writer& writer, const Plan& plan) {
  writer.StartObject();
  write_member(writer, "id", plan.id);
  write_member(writer, "name", plan.name);
  write_member(writer, "rank", plan.rank);
  writer.Key("features");
  writer.StartArray();
  for (const std::string& feature : plan.features) write_text(writer, feature);
  writer.EndArray();
  write_member(writer, "trial_days", plan.trial_days);
  writer.Key("prices");
  writer.StartArray();
  for (const Price& price : plan.stripe.prices) {
    writer.StartObject();
    write_member(writer, "interval", price.interval);
    write_member(writer, "amount", price.amount);
    write_member(writer, "currency", price.currency);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
}

}  // namespace

std::string plans_json(const Catalog& catalog) {
  rapidjson::StringBuffer text;
  Writer writer{text};
  writer.StartObject();
  writer.Key("data");
  writer.StartArray();
  for (const Plan& plan : catalog.plans) write_plan(writer, plan);
  writer.EndArray();
  writer.EndObject();
  return {text.GetString(), text.GetSize()};
}

}  // namespace tollgate::checkout
