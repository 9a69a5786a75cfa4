// SPDX-License-Identifier: Apache-2.0
// Why a user may use what he may: the material of derive.hpp with the events behind it. Who puts it
// together is read_explanation.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "entitlements/domain/derive.hpp"
#include "entitlements/domain/entitlements.hpp"
#include "entitlements/domain/policy_rule.hpp"
#include "entitlements/domain/shown_rows.hpp"

namespace tollgate::entitlements {

struct ExplainedFact {
  DecidingFact fact;
  std::string status;              ///< of the object, see Stage::status
  std::optional<ToldEvent> event;  ///< nothing: it was pruned
};

struct ExplainedVerdict {
  Verdict verdict;
  bool in_force = false;      ///< granted, and not over
  std::optional<Time> until;  ///< of a grant: its end; nothing: none
  PolicyRule rule;
  std::vector<ExplainedFact> facts;
};

/// A customer, or a guest's session, that several users are named for: he grants to nobody.
struct ExplainedConflict {
  Key owner;
  std::vector<std::string> user_ids;
};

struct Explanation {
  std::string user_id;
  std::optional<Time> asked_at;  ///< by Stripe's clock; nothing: now
  Time as_of;                    ///< the moment that decides what is over
  std::int64_t catalog_revision = 0;
  std::int64_t version = 0;  ///< of the user's document now
  Answer answer;
  std::vector<ExplainedVerdict> verdicts;
  std::vector<ExplainedConflict> conflicts;
  std::vector<Alert> alerts;
  std::vector<Need> needs;
};

}  // namespace tollgate::entitlements
