// SPDX-License-Identifier: Apache-2.0
// One state of one object as `newest` compares it: its text and what its status means in a life.
// What the state says in full is stripe/objects.hpp's.
#pragma once

#include <cstdint>
#include <string>

#include "stripe/objects.hpp"

namespace tollgate::entitlements {

/// Where in its life an object stands.
struct Stage {
  std::string status{};  ///< Stripe's word; a session's is `complete/paid`; customers have none
  std::int64_t progress = 0;  ///< further is greater, for kinds whose life goes one way; else 0
  bool terminal = false;      ///< never left: canceled, incomplete_expired, deleted
  bool deleted = false;
  bool stub = false;  ///< of a deleted object only the id is left: says that, and nothing else

  bool operator==(const Stage&) const = default;
};

Stage stage_of(const stripe::Object& object);

struct Snapshot {
  std::string text;  ///< canonical (stripe/object_json.hpp): equal states are equal texts
  Stage stage;       ///< stage_of the same object

  bool operator==(const Snapshot&) const = default;
};

}  // namespace tollgate::entitlements
