// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/time/test_clocks.hpp"

#include <algorithm>

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"
#include "stripe_simulator/shop/customers.hpp"
#include "stripe_simulator/time/calendar.hpp"
#include "stripe_simulator/time/timeline.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "test_helpers.test_clock";
constexpr std::int64_t day_s = 24 * 3600;
// docs.stripe.com/billing/testing/test-clocks
constexpr std::int64_t lifetime_s = 30 * day_s;
constexpr std::int64_t advance_max_s = 2LL * 366 * day_s;
constexpr std::int64_t intervals_max = 2;

constexpr Parameter create_parameters[] = {
    {.path = "frozen_time", .shape = Shape::integer, .need = Need::required},
    {.path = "name"},
};
constexpr Parameter advance_parameters[] = {
    {.path = "frozen_time", .shape = Shape::integer, .need = Need::required}};

Outcome<Json> create(Call& call) {
  World& world = call.world;
  const std::string id = world.make_id("clock_1", 23);
  const Json& time = call.parameters["frozen_time"];
  world.start_clock(id, time.integer());
  return world.create(Json::object({{"id", id},
                                    {"object", kind},
                                    {"created", world.now()},
                                    {"deletes_after", world.now() + lifetime_s},
                                    {"frozen_time", time},
                                    {"livemode", false},
                                    {"name", call.parameters["name"]},
                                    {"status", "ready"},
                                    {"status_details", Json::object()}}),
                      "test_helpers.test_clock.created");
}

Outcome<Json> show(Call& call) { return find_object(call.world, kind, call.id()); }

/// Two intervals of the shortest subscription from now on; two years where there is none.
std::int64_t latest_time(const World& world, const std::string& clock, std::int64_t now) {
  std::int64_t latest = now + advance_max_s;
  for (const std::string& customer : world.ids_with("customer", "test_clock", clock)) {
    for (const std::string& id : world.ids_with("subscription", "customer", customer)) {
      const Json& subscription = world.get(id);
      if (has_ended(subscription)) continue;
      for (const Json& item : subscription.at("items.data").items()) {
        const Json& recurring = item.at("price.recurring");
        const std::int64_t count = intervals_max * recurring["interval_count"].integer(1);
        latest = std::min(latest, add_intervals(now, recurring["interval"].text(), count));
      }
    }
  }
  return latest;
}

Outcome<Json> advance(Call& call) {
  World& world = call.world;
  const auto clock = find_object(world, kind, call.id());
  if (!clock) return clock;
  if ((*clock)["status"].text() != "ready") {
    return invalid({}, {}, "The test clock is advancing; wait until it is ready.");
  }
  const std::int64_t now = (*clock)["frozen_time"].integer();
  const std::int64_t to = call.parameters["frozen_time"].integer();
  if (to <= now) {
    return invalid("frozen_time", {}, "A test clock's time can only be advanced to the future.");
  }
  if (to > latest_time(world, call.id(), now)) {
    return invalid("frozen_time", {},
                   "A test clock can be advanced by up to two intervals of its shortest "
                   "subscription, or two years without any.");
  }
  world.schedule({world.now(), "advance_test_clock", call.id()});
  world.change(call.id(), {}, [&](Json& object) {
    object["status"] = "advancing";
    object["status_details"]["advancing"] = Json::object({{"target_frozen_time", to}});
  });
  world.announce(call.id(), "test_helpers.test_clock.advancing");
  return world.get(call.id());
}

Outcome<Json> remove(Call& call) {
  World& world = call.world;
  const auto clock = find_object(world, kind, call.id());
  if (!clock) return clock;
  for (const std::string& customer : world.ids_with("customer", "test_clock", call.id())) {
    const InTimeOf scope{world, call.id()};
    delete_customer(world, customer);
  }
  return world.remove(call.id(), "test_helpers.test_clock.deleted");
}

Outcome<Json> list(Call& call) {
  return list_objects(call, kind, "/v1/test_helpers/test_clocks", {});
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/test_helpers/test_clocks", create_parameters, create},
    {Verb::get, "/v1/test_helpers/test_clocks/{id}", {}, show},
    {Verb::post, "/v1/test_helpers/test_clocks/{id}/advance", advance_parameters, advance},
    {Verb::remove, "/v1/test_helpers/test_clocks/{id}", {}, remove},
    {Verb::list, "/v1/test_helpers/test_clocks", {}, list},
};

}  // namespace

Operations test_clock_operations() { return operations; }

void advance_test_clock(World& world, const std::string& clock) {
  const Json* object = world.find(kind, clock);
  if (object == nullptr) return;
  const std::int64_t to = object->at("status_details.advancing.target_frozen_time").integer();
  {
    const InTimeOf scope{world, clock};
    pass_time(world, to);
  }
  world.change(clock, {}, [&](Json& changed) {
    changed["frozen_time"] = to;
    changed["status"] = "ready";
    changed["status_details"] = Json::object();
  });
  world.announce(clock, "test_helpers.test_clock.ready");
}

}  // namespace tollgate::simulator
