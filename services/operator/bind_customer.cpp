// SPDX-License-Identifier: Apache-2.0
#include "operator/bind_customer.hpp"

#include "base/utf8.hpp"
#include "operator/stripe_objects_json.hpp"

namespace tollgate::operations {

bool is_user_id(const std::string& user) {
  constexpr std::size_t characters_max = 255;
  return !user.empty() && is_storable(user) && character_count(user) <= characters_max;
}

Applied bind_customer(const std::string& customer, const std::string& user, AskStripe& stripe,
                      const Consent& consent, std::ostream& out) {
  const std::string path = "/v1/customers/" + stripe::percent_encoded(customer);
  const FoundCustomer found = read_customer(stripe.get(path));
  if (found.deleted) {
    throw StripeRefusal{customer + " was deleted at Stripe", stripe::ApiFault::not_found};
  }
  const auto bound = found.metadata.find("user_id");
  const std::string before = bound == found.metadata.end() ? "" : bound->second;
  if (before == user) {
    out << "nothing to do: " << customer << " is user " << user << "'s" << std::endl;
    return Applied::unchanged;
  }
  if (!before.empty()) {
    out << "~ " << customer << ": user " << before << " -> " << user << "; what it pays for counts "
        << "for " << user << " alone from then on" << std::endl;
    if (!consent()) return Applied::withheld;
  }
  stripe::Form form;
  form.add("metadata[user_id]", user);
  stripe.post(path, form);
  out << customer << " is user " << user << "'s" << std::endl;
  return Applied::done;
}

}  // namespace tollgate::operations
