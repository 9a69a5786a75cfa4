// SPDX-License-Identifier: Apache-2.0
// To which customer an object belongs, where it does not say so itself: refunds, disputes and
// invoice payments belong to the customer of what they name. Which user that is decides bind.hpp.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "stripe/objects.hpp"

namespace tollgate::entitlements {

/// The customer that the object itself names (a customer: itself); empty if it names none.
std::string customer_of(const stripe::Object& object);

/// Ids of the objects that may know the customer of one that names none, sorted, each once.
std::vector<std::string> references_of(const stripe::Object& object);

/// Objects that name no customer, linked with each other, have one owner together.
struct Kinship {
  std::vector<std::string> customers;       ///< of the objects they link to that name one
  std::vector<std::string> guest_sessions;  ///< ids of sessions among them
};

/// The customer if there is one, else the guest's session; of several the least, so that the order
/// of arrival decides nothing. Empty: orphans.
std::string owner_of(const Kinship& kinship);

}  // namespace tollgate::entitlements
