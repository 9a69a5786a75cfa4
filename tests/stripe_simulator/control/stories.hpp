// SPDX-License-Identifier: Apache-2.0
// One generated buyer: what he, the shop and his bank do, drawn from dice of his own. Everything
// goes through the API and the functions behind the control routes, as if clients had asked.
// How many there are, and how fast they live, is load.hpp's.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "stripe_simulator/api/api.hpp"

namespace tollgate::simulator {

class Story {
 public:
  /// `user` becomes the client_reference_id and the metadata of what he buys.
  Story(World& world, Api& api, std::string user, std::uint64_t seed);

  /// One more thing happens. For so many seconds nothing else does; often 0, for the same second.
  std::int64_t go_on();

 private:
  struct Step {
    int weight;
    bool (Story::*happen)();  ///< false where it cannot be now
  };
  bool take(const std::vector<Step>& steps);

  // What can happen; stories.cpp says when.
  bool subscribe();
  bool buy_once();
  bool walk_away();
  bool change_plan();
  bool change_quantity();
  bool cancel_later();
  bool cancel_now();
  bool keep();
  bool suspend_collection();
  bool resume_collection();
  bool decline_next_charge();
  bool lose_card();
  bool mend_card();
  bool refund();
  bool fail_refund();
  bool dispute();
  bool answer_dispute();
  bool rename();
  bool wait();

  /// The answer's body; null when it was refused.
  Json post(const std::string& path, const std::string& form);
  Json open_session(const std::string& form);
  void complete(const Json& session);
  bool update_subscription(const std::string& form);
  /// A price of that type, made where the shop sells none; empty when `not_this` is the only one.
  std::string price(std::string_view type, std::string_view not_this = {});
  /// One of the payments that succeeded; empty when there is none.
  std::string paid_intent();
  [[nodiscard]] const Json* subscription() const;
  void ensure_customer();
  bool chance(int percent) { return draw(100) < percent; }
  int draw(int choices);

  World& world_;
  Api& api_;
  const std::string user_;
  std::mt19937_64 dice_;
  std::string customer_;      ///< empty until one is known
  std::string subscription_;  ///< the last one bought
  std::string refund_;
  std::string dispute_;
  std::vector<std::string> intents_;  ///< of purchases; those of renewals are looked up
};

}  // namespace tollgate::simulator
