// SPDX-License-Identifier: Apache-2.0
#include "checkout/json/answers_json.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/clock.hpp"
#include "checkout/domain/guard.hpp"

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

/// Null for an empty text.
void write_optional(Writer& writer, const char* name, std::string_view text) {
  if (!text.empty()) return write_member(writer, name, text);
  writer.Key(name);
  writer.Null();
}

void write_optional(Writer& writer, const char* name, std::optional<Time> time) {
  write_optional(writer, name, time ? format_rfc3339(*time) : std::string{});
}

/// An object; `write` writes its members.
template <class Write>
std::string object_text(Write write) {
  rapidjson::StringBuffer text;
  Writer writer{text};
  writer.StartObject();
  write(writer);
  writer.EndObject();
  return {text.GetString(), text.GetSize()};
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

/// When it ends by what is planned now.
std::optional<Time> end_of(const Subscription& subscription) {
  if (subscription.cancel_at || !subscription.cancel_at_period_end || subscription.items.empty()) {
    return subscription.cancel_at;
  }
  return subscription.items.front().period_end;
}

void write_subscription(Writer& writer, const Catalog& catalog, const Subscription& subscription) {
  const Plan* plan = plan_of(catalog, subscription);
  const SubscriptionItem item =
      subscription.items.empty() ? SubscriptionItem{} : subscription.items.front();
  writer.StartObject();
  write_member(writer, "id", subscription.id);
  write_optional(writer, "plan", plan == nullptr ? std::string_view{} : plan->id);
  write_member(writer, "status", subscription.status);
  write_member(writer, "quantity", item.quantity);
  write_member(writer, "amount", item.amount);
  write_member(writer, "currency", item.currency);
  write_member(writer, "interval", item.interval);
  write_optional(writer, "current_period_end", item.period_end);
  write_optional(writer, "cancel_at", end_of(subscription));
  write_optional(writer, "trial_end", subscription.trial_end);
  write_optional(writer, "created", subscription.created);
  writer.Key("change_pending");
  writer.Bool(subscription.change_pending);
  // A credential: only for the change that needs it.
  if (subscription.change_pending) {
    write_optional(writer, "client_secret", subscription.client_secret);
  }
  writer.EndObject();
}

}  // namespace

std::string plans_json(const Catalog& catalog) {
  return object_text([&](Writer& writer) {
    writer.Key("data");
    writer.StartArray();
    for (const Plan& plan : catalog.plans) write_plan(writer, plan);
    writer.EndArray();
  });
}

std::string session_json(const Session& session) {
  return object_text([&](Writer& writer) {
    write_member(writer, "id", session.id);
    write_optional(writer, "url", session.url);
    write_member(writer, "status", session.status);
    write_optional(writer, "expires_at", session.expires_at);
  });
}

std::string session_status_json(const std::string& id, const std::string& status,
                                const std::string& subscription) {
  return object_text([&](Writer& writer) {
    write_member(writer, "id", id);
    write_member(writer, "status", status);
    write_optional(writer, "subscription", subscription);
  });
}

std::string started_subscription_json(const std::string& id, const std::string& status,
                                      const std::string& client_secret) {
  return object_text([&](Writer& writer) {
    write_member(writer, "id", id);
    write_member(writer, "status", status);
    write_optional(writer, "client_secret", client_secret);
  });
}

std::string subscription_json(const Catalog& catalog, const Subscription& subscription) {
  rapidjson::StringBuffer text;
  Writer writer{text};
  write_subscription(writer, catalog, subscription);
  return {text.GetString(), text.GetSize()};
}

std::string subscriptions_json(const Catalog& catalog,
                               const std::vector<Subscription>& subscriptions) {
  return object_text([&](Writer& writer) {
    writer.Key("data");
    writer.StartArray();
    for (const Subscription& each : subscriptions) write_subscription(writer, catalog, each);
    writer.EndArray();
  });
}

std::string preview_json(const Preview& preview, std::int64_t proration_date) {
  return object_text([&](Writer& writer) {
    write_member(writer, "amount_due", preview.amount_due);
    write_member(writer, "currency", preview.currency);
    writer.Key("lines");
    writer.StartArray();
    for (const PreviewLine& line : preview.lines) {
      writer.StartObject();
      write_member(writer, "description", line.description);
      write_member(writer, "amount", line.amount);
      writer.Key("proration");
      writer.Bool(line.proration);
      writer.EndObject();
    }
    writer.EndArray();
    write_member(writer, "proration_date", proration_date);
  });
}

std::string url_json(const std::string& url) {
  return object_text([&](Writer& writer) { write_member(writer, "url", url); });
}

}  // namespace tollgate::checkout
