// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/bind.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace tollgate::entitlements {
namespace {

using Users = std::vector<std::string>;

void sort_once(Users& users) {
  std::erase_if(users, [](const std::string& user) { return !is_user_id(user); });
  std::ranges::sort(users);
  users.erase(std::unique(users.begin(), users.end()), users.end());
}

Users named_by(const stripe::Customer& it) { return {it.user_id}; }
Users named_by(const stripe::Subscription& it) { return {it.user_id}; }
/// An open or expired session says who wanted to buy, not who did.
Users named_by(const stripe::CheckoutSession& it) {
  return it.status == "complete" ? Users{it.client_reference_id, it.user_id} : Users{};
}
/// Invoices, payments and what hangs on them only copy what a subscription or session says.
template <class Other>
Users named_by(const Other&) {
  return {};
}

}  // namespace

bool is_user_id(std::string_view text) {
  return !text.empty() && is_storable(text) && character_count(text) <= user_id_characters_max;
}

std::vector<std::string> users_named_by(const stripe::Object& object) {
  Users users = std::visit([](const auto& it) { return named_by(it); }, object);
  sort_once(users);
  return users;
}

Binding bind(std::span<const std::string> of_customer, std::span<const std::string> of_others) {
  const auto naming = of_customer.empty() ? of_others : of_customer;
  Binding binding;
  binding.users.assign(naming.begin(), naming.end());
  sort_once(binding.users);
  if (binding.users.size() == 1) binding.ownership = Ownership::bound;
  if (binding.users.size() > 1) binding.ownership = Ownership::conflict;
  return binding;
}

}  // namespace tollgate::entitlements
