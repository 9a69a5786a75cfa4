// SPDX-License-Identifier: Apache-2.0
#include "entitlements/json/explanation_json.hpp"

#include <string_view>

#include "entitlements/json/entitlements_json.hpp"
#include "entitlements/json/status_json.hpp"
#include "entitlements/json/told_event_json.hpp"
#include "entitlements/json/writer_json.hpp"
#include "stripe/objects.hpp"

namespace tollgate::entitlements {
namespace {

std::string_view to_string(Lack lack) {
  switch (lack) {
    case Lack::line_items: return "line_items";
    case Lack::items: return "items";
    case Lack::invoice_payments: break;
  }
  return "invoice_payments";
}

void write_rule(JsonWriter& writer, const PolicyRule& rule) {
  writer.begin_object("rule");
  writer.text_or_null("setting", rule.setting);
  writer.text_or_null("value", rule.value);
  writer.text("text", rule.text);
  writer.end_object();
}

void write_fact(JsonWriter& writer, const ExplainedFact& explained) {
  writer.begin_object();
  writer.text("kind", stripe::to_string(explained.fact.kind));
  writer.text("id", explained.fact.object_id);
  write_status(writer, explained.status);
  if (explained.event) {
    write_event(writer, *explained.event);
  } else {
    writer.text("event_id", explained.fact.event_id);
  }
  writer.end_object();
}

void write_verdict(JsonWriter& writer, const ExplainedVerdict& explained) {
  const Verdict& verdict = explained.verdict;
  const bool is_over = verdict.granted && !explained.in_force;
  writer.begin_object();
  writer.text("source", verdict.source);
  writer.text_or_null("plan", verdict.plan);
  writer.flag("granted", explained.in_force);
  writer.text("reason", is_over ? "ended" : verdict.reason);
  writer.time("until", explained.until);
  write_rule(writer, explained.rule);
  writer.begin_list("facts");
  for (const ExplainedFact& fact : explained.facts) write_fact(writer, fact);
  writer.end_list();
  writer.end_object();
}

void write_conflict(JsonWriter& writer, const ExplainedConflict& conflict) {
  writer.begin_object();
  writer.text("customer_id", conflict.owner.id);
  writer.text_or_null("account", conflict.owner.account);
  writer.flag("livemode", conflict.owner.livemode);
  writer.begin_list("user_ids");
  for (const std::string& user_id : conflict.user_ids) writer.text(user_id);
  writer.end_list();
  writer.end_object();
}

void write_doubts(JsonWriter& writer, const Explanation& explanation) {
  writer.begin_list("alerts");
  for (const Alert& alert : explanation.alerts) {
    writer.begin_object();
    writer.text("code", alert.code);
    writer.text("id", alert.object_id);
    writer.end_object();
  }
  writer.end_list();
  writer.begin_list("questions");
  for (const Need& need : explanation.needs) {
    writer.begin_object();
    writer.text("lack", to_string(need.lack));
    writer.text("kind", stripe::to_string(need.kind));
    writer.text("id", need.object_id);
    writer.end_object();
  }
  writer.end_list();
}

}  // namespace

std::string explanation_json(const Explanation& explanation) {
  JsonWriter writer;
  writer.begin_object();
  writer.time("at", explanation.asked_at);
  writer.time("as_of", explanation.as_of);
  writer.number("catalog_revision", explanation.catalog_revision);
  writer.begin_list("verdicts");
  for (const ExplainedVerdict& verdict : explanation.verdicts) write_verdict(writer, verdict);
  writer.end_list();
  writer.begin_list("conflicts");
  for (const ExplainedConflict& conflict : explanation.conflicts) write_conflict(writer, conflict);
  writer.end_list();
  write_doubts(writer, explanation);
  writer.end_object();
  std::string body = answer_json(explanation.answer, explanation.user_id, explanation.version);
  body.back() = ',';
  return body.append(writer.take(), 1);
}

}  // namespace tollgate::entitlements
