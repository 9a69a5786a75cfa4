// SPDX-License-Identifier: Apache-2.0
// What only Stripe can tell, as it waits to be asked: one question an object and part. The rules of
// derive.hpp and newest.hpp raise questions; resolve_objects.hpp asks them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "entitlements/domain/entitlement_rows.hpp"
#include "stripe/objects.hpp"

namespace tollgate::entitlements {

enum class FetchPart {
  object,    ///< itself, with its lists whole and a session's line items
  payments,  ///< of an invoice: its invoice payments
  refunds,   ///< of a charge
};
std::string_view to_string(FetchPart part);
std::optional<FetchPart> parse_fetch_part(std::string_view text);

enum class FetchReason {
  tie,        ///< what happened within a second cannot be told
  thin,       ///< a thin event names it and does not say what it is
  link,       ///< the only object that may know whose another one is, and no event told it
  truncated,  ///< a list in it has more
  need,       ///< derive.hpp wants to know more of it
};
std::string_view to_string(FetchReason reason);

struct Question {
  Key object;
  stripe::ObjectKind kind{};
  FetchPart part = FetchPart::object;
  FetchReason reason = FetchReason::need;
  Time about;  ///< by Stripe's clock: an answer of a later second settles it
  Time due;    ///< not to be asked before
};

/// A tie that further events do not settle within this is asked about; so is an orphan's relative.
inline constexpr std::chrono::seconds tie_wait{5};

/// A question that an instance has claimed.
struct Fetch {
  Key object;
  stripe::ObjectKind kind{};
  FetchPart part = FetchPart::object;
  std::int64_t asked = 0;     ///< counts the times it was raised: later ones are not answered yet
  std::int64_t attempts = 0;  ///< this one included
  Time about{};               ///< the latest of what raised it
};

}  // namespace tollgate::entitlements
