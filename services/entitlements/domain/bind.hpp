// SPDX-License-Identifier: Apache-2.0
// bind: to which user a customer, or a guest's Checkout session, belongs.
// It never looks at e-mail addresses: they are not unique, and the buyer types them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/objects.hpp"

namespace tollgate::entitlements {

inline constexpr std::size_t user_id_characters_max = 255;

/// Users are opaque texts of 1 to 255 characters (UTF-8).
bool is_user_id(std::string_view text);

/// Users whom the newest state of an object names as the owner of its customer (for a guest's
/// session, of itself), sorted, each once: completed sessions, subscriptions, customers. Usually
/// one or none; a session whose two fields differ names two.
std::vector<std::string> users_named_by(const stripe::Object& object);

enum class Ownership {
  orphan,  ///< nobody is named yet: the facts are kept and count when somebody is
  bound,
  conflict,  ///< two users are named: grants to nobody until it is settled at Stripe
};

struct Binding {
  Ownership ownership = Ownership::orphan;
  std::vector<std::string> users;  ///< sorted; one if bound, two or more in a conflict

  bool operator==(const Binding&) const = default;
};

/// `of_customer`: users_named_by the customer itself, which settles it (an operator may set
/// `metadata.user_id` at Stripe). `of_others`: users_named_by all sessions and subscriptions of
/// that customer, in any order; doubled names are one. For a guest's session: {} and those it
/// names.
Binding bind(std::span<const std::string> of_customer, std::span<const std::string> of_others);

}  // namespace tollgate::entitlements
