// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/delivery/deliveries.hpp"

#include <algorithm>

#include "stripe_simulator/delivery/event_destinations.hpp"
#include "stripe_simulator/delivery/events.hpp"
#include "stripe_simulator/delivery/webhook_endpoints.hpp"

namespace tollgate::simulator {
namespace {

// As if a second endpoint had been left at one of these.
constexpr std::string_view old_versions[] = {"2025-03-31.basil", "2024-06-20"};
constexpr std::int64_t late_max_ms = 5'000;

}  // namespace

std::vector<std::string> Deliveries::takers_of(const std::string& event_id) const {
  const std::string type = world_.get(event_id)["type"].text();
  std::vector<std::string> takers;
  for (const std::string& endpoint : world_.ids("webhook_endpoint")) {
    if (takes_event(world_.get(endpoint), type)) takers.push_back(endpoint);
  }
  for (const std::string& destination : world_.ids(event_destination_kind)) {
    if (destination_takes(world_.get(destination), type)) takers.push_back(destination);
  }
  return takers;
}

void Deliveries::add(const std::string& event_id, Time now) {
  const std::vector<std::string> takers = takers_of(event_id);
  for (const std::string& taker : takers) queue_with_faults(event_id, taker, now);
  world_.change(event_id, {}, [&](Json& event) { event["pending_webhooks"] = takers.size(); });
}

std::size_t Deliveries::resend(const std::string& event_id, Time now) {
  const std::vector<std::string> takers = takers_of(event_id);
  for (const std::string& taker : takers) queue({event_id, taker, Kind::copy}, now);
  return takers.size();
}

void Deliveries::queue(Delivery delivery, Time due) {
  deliveries_[++last_] = std::move(delivery);
  due_.emplace(due, last_);
}

void Deliveries::queue_with_faults(const std::string& event_id, const std::string& endpoint_id,
                                   Time now) {
  const FaultRates& rates = faults_.rates();
  Time due = now + faults_.delay();
  if (faults_.happens(rates.forge_percent)) {
    queue({event_id, endpoint_id, Kind::forged_copy}, now + faults_.delay());
  }
  if (faults_.happens(rates.duplicate_percent)) {
    queue({event_id, endpoint_id, Kind::copy}, now + faults_.delay());
  }
  if (faults_.happens(rates.old_version_percent)) {
    const auto version = old_versions[faults_.draw(std::size(old_versions))];
    Delivery copy{event_id, endpoint_id, Kind::old_copy};
    copy.version = version;
    const std::chrono::milliseconds late{faults_.draw(late_max_ms + 1)};
    queue(std::move(copy), now + faults_.delay() + late);
  }
  // As if the first attempt had been lost on its way.
  if (faults_.happens(rates.drop_percent)) due += wait_after(1);
  queue({event_id, endpoint_id, Kind::real}, due);
}

std::optional<Attempt> Deliveries::take_due(Time now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    const std::uint64_t number = due_.begin()->second;
    due_.erase(due_.begin());
    Delivery& delivery = deliveries_.at(number);
    const Json* endpoint = world_.find(delivery.endpoint_id);
    // Deleted or disabled since: Stripe stops its retries. A copy may outlive its event.
    if (endpoint == nullptr || (*endpoint)["status"].text() != "enabled" ||
        world_.find(delivery.event_id) == nullptr) {
      give_up(number);
      continue;
    }
    ++delivery.attempts;
    ++under_way_;
    return attempt_of(number);
  }
  return std::nullopt;
}

Attempt Deliveries::attempt_of(std::uint64_t number) const {
  const Delivery& delivery = deliveries_.at(number);
  const bool forged = delivery.kind == Kind::forged_copy;
  Attempt attempt;
  attempt.delivery = number;
  attempt.event_id = delivery.event_id;
  attempt.url = url_of(delivery.endpoint_id);
  attempt.body = write_json(body_of(delivery), Layout::readable);
  attempt.secret = forged ? "whsec_forged" : world_.notes(delivery.endpoint_id)["secret"].text();
  return attempt;
}

std::string Deliveries::url_of(const std::string& endpoint_id) const {
  const Json& hidden = world_.notes(endpoint_id)["url"];  // A destination's.
  return hidden.is_null() ? world_.get(endpoint_id)["url"].text() : hidden.text();
}

Json Deliveries::body_of(const Delivery& delivery) const {
  const Json& endpoint = world_.get(delivery.endpoint_id);
  if (endpoint["object"].text() == event_destination_kind) {
    return event_for_destination(world_, delivery.event_id, endpoint);
  }
  const Json version = delivery.version.empty() ? endpoint["api_version"] : Json{delivery.version};
  return event_in_version(world_, delivery.event_id, version);
}

void Deliveries::settle(std::uint64_t number, Verdict verdict, Time now) {
  --under_way_;
  const auto found = deliveries_.find(number);
  if (found == deliveries_.end()) return;  // cleared meanwhile
  if (world_.find(found->second.event_id) == nullptr) {
    deliveries_.erase(found);
  } else if (found->second.kind != Kind::real) {
    if (found->second.kind == Kind::copy && verdict == Verdict::accepted) {
      accept_after_all(found->second);
    }
    deliveries_.erase(found);
  } else if (verdict == Verdict::accepted) {
    count_accepted(found->second.event_id);
    deliveries_.erase(found);
  } else if (found->second.attempts >= policy_.attempts_max) {
    ++given_up_;
    give_up(number);
  } else {
    due_.emplace(now + wait_after(found->second.attempts), number);
  }
}

// The event stays undelivered in Stripe's list, but nothing waits for it any more.
void Deliveries::give_up(std::uint64_t number) {
  const Delivery delivery = deliveries_.at(number);
  deliveries_.erase(number);
  if (delivery.kind != Kind::real || world_.find(delivery.event_id) == nullptr) return;
  world_.note(delivery.event_id, "given_up", true);
  Json refused = world_.notes(delivery.event_id)["refused_by"];
  if (refused.is_null()) refused = Json::array();
  refused.items().push_back(delivery.endpoint_id);
  world_.note(delivery.event_id, "refused_by", std::move(refused));
}

void Deliveries::accept_after_all(const Delivery& delivery) {
  Json refused = world_.notes(delivery.event_id)["refused_by"];
  if (std::erase(refused.items(), Json{delivery.endpoint_id}) == 0) return;
  world_.note(delivery.event_id, "refused_by", std::move(refused));
  count_accepted(delivery.event_id);
}

void Deliveries::count_accepted(const std::string& event_id) {
  world_.change(event_id, {}, [](Json& event) {
    event["pending_webhooks"] = std::max<std::int64_t>(event["pending_webhooks"].integer() - 1, 0);
  });
}

std::chrono::milliseconds Deliveries::wait_after(int attempts) const {
  auto wait = policy_.first_wait;
  for (int i = 1; i < attempts && wait < policy_.wait_max; ++i) wait *= 2;
  return std::min(wait, policy_.wait_max);
}

std::optional<Time> Deliveries::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

bool Deliveries::is_quiet(Time now) const {
  return under_way_ == 0 && (due_.empty() || due_.begin()->first > now);
}

void Deliveries::clear() {
  deliveries_.clear();
  due_.clear();
  given_up_ = 0;
}

}  // namespace tollgate::simulator
