// SPDX-License-Identifier: Apache-2.0
#include "entitlements/make_change_message.hpp"

#include <google/protobuf/timestamp.pb.h>

#include "entitlements/json/answer_json.hpp"
#include "entitlements/json/entitlements_json.hpp"
#include "events/entitlements_changed.pb.h"

namespace tollgate::entitlements {
namespace {

using Message = events::EntitlementsChanged;

void set(google::protobuf::Timestamp& to, Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  to.set_seconds(seconds.time_since_epoch().count());
  to.set_nanos(static_cast<std::int32_t>(std::chrono::nanoseconds{time - seconds}.count()));
}

void set(google::protobuf::Map<std::string, events::Feature>& to, const Limits& features) {
  for (const auto& [name, limit] : features) {
    events::Feature& feature = to[name];
    if (limit) feature.set_limit(*limit);
  }
}

void set(events::Grant& to, const Grant& grant) {
  to.set_source(grant.source);
  to.set_plan(grant.plan);
  set(*to.mutable_features(), grant.features);
  to.set_quantity(grant.quantity);
  set(*to.mutable_from(), grant.from);
  if (grant.until) set(*to.mutable_until(), *grant.until);
  to.set_reason(grant.reason);
}

events::Cause::Kind kind_of(ChangeCause because) {
  switch (because) {
    case ChangeCause::event: return events::Cause::KIND_EVENTS;
    case ChangeCause::time: return events::Cause::KIND_TIME;
    case ChangeCause::catalog: return events::Cause::KIND_CATALOG;
    case ChangeCause::operation: break;
  }
  return events::Cause::KIND_OPERATOR;
}

void set(events::Cause& to, const UnpublishedDocument& document) {
  to.set_kind(kind_of(document.because));
  if (!document.event_id.empty()) to.add_event_ids(document.event_id);
  set(*to.mutable_recorded_at(), document.recorded_at);
}

}  // namespace

std::string make_change_message(const UnpublishedDocument& document) {
  const Answer answer = answer_from_json(ready_answer_json(document.document));
  Message message;
  message.set_user_id(document.user_id);
  message.set_version(document.version);
  message.set_plan(answer.plan);
  message.set_is_premium(answer.is_premium);
  set(*message.mutable_features(), answer.features);
  for (const Grant& grant : answer.grants) set(*message.add_grants(), grant);
  if (answer.valid_until) set(*message.mutable_valid_until(), *answer.valid_until);
  message.set_catalog_revision(document.catalog_revision);
  set(*message.mutable_cause(), document);
  return message.SerializeAsString();
}

}  // namespace tollgate::entitlements
