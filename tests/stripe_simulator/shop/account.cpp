// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/shop/account.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "account";
constexpr std::string_view setting = "after_last_retry";
constexpr std::pair<std::string_view, AfterLastRetry> choices[] = {
    {"cancel", AfterLastRetry::cancel},
    {"unpaid", AfterLastRetry::unpaid},
    {"past_due", AfterLastRetry::past_due},
    {"pause", AfterLastRetry::pause},
};

/// The one account, made when it is first needed.
std::string the_account(World& world) {
  if (!world.ids(kind).empty()) return world.ids(kind).front();
  const std::string id = world.make_id("acct_1", 15);
  world.create(Json::object({{"id", id},
                             {"object", kind},
                             {"business_profile", Json::object({{"name", "Tollgate"}})},
                             {"business_type", nullptr},
                             {"charges_enabled", true},
                             {"country", "US"},
                             {"created", world.now()},
                             {"default_currency", "usd"},
                             {"details_submitted", true},
                             {"email", nullptr},
                             {"metadata", Json::object()},
                             {"payouts_enabled", true},
                             {"type", "standard"}}),
               {});
  return id;
}

Outcome<Json> show(Call& call) { return call.world.get(the_account(call.world)); }

constexpr Operation operations[] = {{Verb::get, "/v1/account", {}, show}};

}  // namespace

Operations account_operations() { return operations; }

AfterLastRetry after_last_retry(const World& world) {
  if (world.ids(kind).empty()) return AfterLastRetry::cancel;
  const std::string& wanted = world.notes(world.ids(kind).front())[setting].text();
  for (const auto& [name, choice] : choices) {
    if (name == wanted) return choice;
  }
  return AfterLastRetry::cancel;
}

Outcome<Json> set_after_last_retry(World& world, const std::string& wanted) {
  const bool known = std::any_of(std::begin(choices), std::end(choices),
                                 [&](const auto& choice) { return choice.first == wanted; });
  if (!known) return invalid(setting, {}, "Send cancel, unpaid, past_due or pause.");
  world.note(the_account(world), setting, wanted);
  return Json::object({{setting.data(), wanted}});
}

}  // namespace tollgate::simulator
