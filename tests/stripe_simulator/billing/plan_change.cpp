// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/plan_change.hpp"

#include <algorithm>

#include "stripe_simulator/billing/subscription_shapes.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"
#include "stripe_simulator/shop/prices.hpp"
#include "stripe_simulator/time/calendar.hpp"

namespace tollgate::simulator {
namespace {

Json* find_item(Json& subscription, const std::string& id) {
  Json::Array& items = subscription["items"]["data"].items();
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Json& item) { return item["id"] == id; });
  return found == items.end() ? nullptr : &*found;
}

/// The part of the item's price for the time from `at` to its period's end.
std::int64_t rest_of(const Json& item, std::int64_t at) {
  const std::int64_t start = item["current_period_start"].integer();
  const std::int64_t end = item["current_period_end"].integer();
  const std::int64_t whole = item.at("price.unit_amount").integer() * item["quantity"].integer(1);
  if (end <= start) return 0;
  const std::int64_t left = std::clamp<std::int64_t>(end - at, 0, end - start);
  // Rounded half up, as money is.
  return (2 * whole * left + (end - start)) / (2 * (end - start));
}

LineOrder proration_line(const World& world, std::string_view time, const Json& item,
                         std::int64_t amount, std::int64_t at) {
  LineOrder line;
  line.amount = amount;
  line.price = item["price"];
  line.quantity = item["quantity"].integer(1);
  const Json& product = world.get(item.at("price.product").text());
  line.description = std::string{time} + " time on " + product["name"].text();
  line.period_start = at;
  line.period_end = item["current_period_end"].integer();
  line.subscription_item = item["id"].text();
  line.proration = true;
  return line;
}

LineOrder credit(const World& world, const Json& item, std::int64_t at) {
  return proration_line(world, "Unused", item, -rest_of(item, at), at);
}
LineOrder debit(const World& world, const Json& item, std::int64_t at) {
  return proration_line(world, "Remaining", item, rest_of(item, at), at);
}

bool has_same_interval(const Json& price, const Json& other) {
  return price.at("recurring.interval") == other.at("recurring.interval") &&
         price.at("recurring.interval_count") == other.at("recurring.interval_count");
}

/// Works one PlanChange out; `at` is the moment up to which the old plan counts.
class Work {
 public:
  Work(World& world, const Json& subscription, std::int64_t at)
      : world_(world), at_(at), before_(subscription) {
    change_.subscription = subscription;
  }

  std::optional<ApiError> change_items(const Json& wanted, const std::string& place) {
    for (std::size_t i = 0; i < wanted.items().size(); ++i) {
      const std::string name = place + "[" + std::to_string(i) + "]";
      if (auto fault = change_item(wanted.items()[i], name)) return fault;
    }
    Json& items = change_.subscription["items"];
    if (items["data"].items().empty()) {
      return invalid("items", {}, "A subscription must have at least one active plan.");
    }
    items["total_count"] = items["data"].items().size();
    return std::nullopt;
  }

  /// A period that begins now settles all items, not only those that were changed.
  void start_period() {
    change_.starts_period = true;
    change_.difference = credits_of(world_, before_, at_);
    Json& subscription = change_.subscription;
    subscription["billing_cycle_anchor"] = world_.now();
    for (Json& item : subscription["items"]["data"].items()) {
      item["current_period_start"] = world_.now();
      item["current_period_end"] =
          simulator::period_end(world_.now(), world_.now(), item.at("price.recurring"));
    }
    if (subscription["status"].text() != "trialing") return;
    subscription["trial_end"] = world_.now();
    subscription["status"] = "active";
  }

  /// A trial begins now, whatever was paid before is credited.
  void start_trial(std::int64_t end) {
    change_.difference = credits_of(world_, before_, at_);
    Json& subscription = change_.subscription;
    if (subscription["trial_start"].is_null()) subscription["trial_start"] = world_.now();
    subscription["status"] = "trialing";
    subscription["trial_end"] = end;
    subscription["billing_cycle_anchor"] = end;
    for (Json& item : subscription["items"]["data"].items()) {
      item["current_period_start"] = world_.now();
      item["current_period_end"] = end;
    }
  }

  [[nodiscard]] bool changes_interval() const { return changes_interval_; }
  PlanChange take() { return std::move(change_); }

 private:
  std::optional<ApiError> change_item(const Json& wanted, const std::string& name) {
    const std::string price = wanted["price"].text();
    if (!price.empty() && world_.find("price", price) == nullptr) {
      return no_such("price", price, name + "[price]");
    }
    if (wanted["id"].is_null()) return add_item(wanted, name);
    Json* item = find_item(change_.subscription, wanted["id"].text());
    if (item == nullptr) return no_such("subscription item", wanted["id"].text(), name + "[id]");
    const Json before = *item;
    if (wanted["deleted"].flag()) {
      change_.difference.push_back(credit(world_, before, at_));
      std::erase(change_.subscription["items"]["data"].items(), before);
      return std::nullopt;
    }
    if (!price.empty()) (*item)["price"] = world_.get(price);
    if (!wanted["quantity"].is_null()) (*item)["quantity"] = wanted["quantity"];
    if (wanted.has("metadata")) merge(*item, Json::object({{"metadata", wanted["metadata"]}}));
    changes_interval_ = changes_interval_ || !has_same_interval(before["price"], (*item)["price"]);
    if (before["price"] == (*item)["price"] && before["quantity"] == (*item)["quantity"]) {
      return std::nullopt;
    }
    change_.difference.push_back(credit(world_, before, at_));
    change_.difference.push_back(debit(world_, *item, at_));
    return std::nullopt;
  }

  std::optional<ApiError> add_item(const Json& wanted, const std::string& name) {
    const std::string price = wanted["price"].text();
    if (price.empty()) return missing_parameter(name + "[price]");
    if (world_.get(price)["type"].text() != "recurring") {
      return invalid(name + "[price]", {}, "A subscription's items need recurring prices.");
    }
    const Json& subscription = change_.subscription;
    const std::int64_t end = simulator::period_end(subscription["billing_cycle_anchor"].integer(),
                                                   at_, world_.get(price)["recurring"]);
    Json item = item_shape(world_, subscription["id"].text(),
                           {price, wanted["quantity"].integer(1)}, at_, end);
    change_.difference.push_back(debit(world_, item, at_));
    change_.subscription["items"]["data"].items().push_back(std::move(item));
    return std::nullopt;
  }

  World& world_;
  const std::int64_t at_;
  const Json before_;
  PlanChange change_;
  bool changes_interval_ = false;
};

std::optional<ApiError> fault_of_time(const World& world, const Json& subscription,
                                      const Json& wanted, const std::string& prefix) {
  const auto name = [&](const std::string& member) {
    return prefix.empty() ? member : prefix + "[" + member + "]";
  };
  const Json& at = wanted["proration_date"];
  if (at.is_integer()) {
    for (const Json& item : subscription.at("items.data").items()) {
      if (at.integer() >= item["current_period_start"].integer() &&
          at.integer() <= item["current_period_end"].integer()) {
        continue;
      }
      return invalid(name("proration_date"), {},
                     "Cannot specify a proration date outside of the current period.");
    }
  }
  const Json& trial_end = wanted["trial_end"];
  if (trial_end.is_integer() && trial_end.integer() <= world.now()) {
    return invalid(name("trial_end"), {}, "Timestamp must be in the future.");
  }
  return std::nullopt;
}

/// What has never been paid cannot be credited.
bool owes_a_period(const Json& subscription) {
  const std::string& status = subscription["status"].text();
  return status == "active" || status == "past_due" || status == "unpaid";
}

}  // namespace

Outcome<PlanChange> work_out_change(World& world, const Json& subscription, const Json& wanted,
                                    std::string_view place) {
  const std::string prefix{place};
  if (auto fault = fault_of_time(world, subscription, wanted, prefix)) return *fault;
  Work work{world, subscription, wanted["proration_date"].integer(world.now())};
  const std::string items = prefix.empty() ? "items" : prefix + "[items]";
  if (auto fault = work.change_items(wanted["items"], items)) return *fault;
  const bool trial = subscription["status"].text() == "trialing";
  const Json& trial_end = wanted["trial_end"];
  if (!trial && !owes_a_period(subscription)) {
    // Paused or never paid: the items change and nothing is billed.
  } else if (trial_end.is_integer()) {
    work.start_trial(trial_end.integer());
  } else if ((trial && trial_end.text() == "now") ||
             wanted.at("billing_cycle_anchor.type").text() == "now" ||
             (!trial && work.changes_interval())) {
    work.start_period();
  }
  PlanChange change = work.take();
  if (!owes_a_period(subscription)) change.difference.clear();
  return change;
}

std::vector<LineOrder> lines_at_once(const PlanChange& change,
                                     std::string_view proration_behavior) {
  std::vector<LineOrder> lines;
  if (proration_behavior == "always_invoice" ||
      (change.starts_period && proration_behavior != "none")) {
    lines = change.difference;
  }
  if (!change.starts_period) return lines;
  for (LineOrder& line : lines_of(change.subscription)) lines.push_back(std::move(line));
  return lines;
}

std::vector<LineOrder> lines_for_later(const PlanChange& change,
                                       std::string_view proration_behavior) {
  const bool waits = !change.starts_period && proration_behavior != "always_invoice" &&
                     proration_behavior != "none";
  return waits ? change.difference : std::vector<LineOrder>{};
}

std::vector<LineOrder> credits_of(const World& world, const Json& subscription, std::int64_t at) {
  std::vector<LineOrder> lines;
  for (const Json& item : subscription.at("items.data").items()) {
    lines.push_back(credit(world, item, at));
  }
  return lines;
}

void move_periods(Json& subscription, std::int64_t at) {
  const std::int64_t anchor = subscription["billing_cycle_anchor"].integer();
  for (Json& item : subscription["items"]["data"].items()) {
    const std::int64_t start = item["current_period_end"].integer();
    if (start > at) continue;
    item["current_period_start"] = start;
    item["current_period_end"] = simulator::period_end(anchor, start, item.at("price.recurring"));
  }
}

}  // namespace tollgate::simulator
