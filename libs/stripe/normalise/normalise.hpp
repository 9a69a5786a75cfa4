// SPDX-License-Identifier: Apache-2.0
// The first of the four pure steps: one event of any API version -> one shape per kind of object.
// For the envelope alone use stripe_event.hpp; for the shapes objects.hpp and object_json.hpp.
//
// Per field the new place is read first, then the old one; `api_version` decides nothing, because
// Stripe adds fields to old versions too (https://docs.stripe.com/upgrades). Unknown fields, types
// and enum values are no faults. Pure functions, any thread: each keeps its own parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/objects.hpp"
#include "stripe/stripe_event.hpp"

namespace tollgate::stripe {

struct NormalisedEvent {
  std::optional<ObjectKind> kind;  ///< nothing: the event says nothing about access
  std::string object_id;           ///< empty where the object has none
  std::string customer_id;         ///< empty where the object names none
  std::string state;               ///< canonical text (object_json.hpp); empty without a kind, and
                                   ///< for thin events, whose object must be fetched
  std::string previous;  ///< the same of the object with `data.previous_attributes` put back; empty
                         ///< where the event has none
  bool operator==(const NormalisedEvent&) const = default;
};

/// Amounts and quantities lie between its negative and it: far beyond what anybody can pay in the
/// smallest unit of any currency, yet of 900,000 numbers, more than one body lists or one payment
/// has refunds, the sum stays within 64 bits, here and in the views.
inline constexpr std::int64_t number_max = 10'000'000'000'000;

/// Why an event that is well formed cannot become facts: the consumer makes it a dead letter.
struct NormaliseFault {
  enum class Reason {
    not_json,          ///< the body is not what the scanner read
    no_object_id,      ///< an object of a known kind without `id`
    wrong_type,        ///< a field that is read is of another JSON type, or a number beyond 64 bits
    number_too_large,  ///< an amount or a quantity beyond number_max
    id_too_long,       ///< an id or reference over EventScanner::text_bytes_max: no index holds any
    unstorable_text,   ///< NUL, or a lone surrogate: PostgreSQL holds neither
  };
  Reason reason = Reason::not_json;
  std::string_view field;  ///< the member's name, static text; empty where none is to blame
};
std::string_view to_string(NormaliseFault::Reason reason);

/// `event` is what an EventScanner made of `body`.
Result<NormalisedEvent, NormaliseFault> normalise(const StripeEvent& event, std::string_view body);

/// A bare object as Stripe's API answers it (a GET of `/v1/subscriptions/{id}`), for what `resolve`
/// fetched. A deleted stub (`"deleted": true`) gives a state with little more than the id.
Result<NormalisedEvent, NormaliseFault> normalise_answer(std::string_view object);

/// Was the normaliser tested with this version's family? Others work as far as their fields allow;
/// the consumer says once that it met one.
bool is_tested_version(std::string_view api_version);

}  // namespace tollgate::stripe
