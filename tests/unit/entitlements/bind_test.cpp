// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/bind.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::entitlements {
namespace {

using Users = std::vector<std::string>;

stripe::CheckoutSession session_naming(const std::string& status, const std::string& reference,
                                       const std::string& user) {
  stripe::CheckoutSession made;
  made.status = status;
  made.client_reference_id = reference;
  made.user_id = user;
  return made;
}

TEST(Bind, LeavesFactsWithoutAnyNameAsOrphans) {
  EXPECT_EQ(entitlements::bind({}, {}), (Binding{Ownership::orphan, {}}));
}

TEST(Bind, TakesTheUserThatSessionsAndSubscriptionsName) {
  EXPECT_EQ(entitlements::bind({}, Users{"ann", "ann"}), (Binding{Ownership::bound, {"ann"}}));
}

TEST(Bind, IsAConflictWhenTwoUsersAreNamedWhateverTheOrder) {
  const Binding conflict{Ownership::conflict, {"ann", "bob"}};
  EXPECT_EQ(entitlements::bind({}, Users{"bob", "ann", "bob"}), conflict);
  EXPECT_EQ(entitlements::bind({}, Users{"ann", "bob"}), conflict);
}

TEST(Bind, LetsTheCustomersOwnNameSettleAConflict) {
  EXPECT_EQ(entitlements::bind(Users{"bob"}, Users{"ann", "bob"}),
            (Binding{Ownership::bound, {"bob"}}));
  EXPECT_EQ(entitlements::bind(Users{"cat"}, Users{"ann"}), (Binding{Ownership::bound, {"cat"}}));
}

TEST(Bind, IsAConflictWhenOneSessionNamesTwoUsers) {
  const Users named = users_named_by(session_naming("complete", "ann", "bob"));
  EXPECT_EQ(named, (Users{"ann", "bob"}));
  EXPECT_EQ(entitlements::bind({}, named).ownership, Ownership::conflict);
}

TEST(Bind, BelievesCompletedSessionsOnly) {
  EXPECT_EQ(users_named_by(session_naming("complete", "ann", "ann")), Users{"ann"});
  EXPECT_EQ(users_named_by(session_naming("open", "ann", "ann")), Users{});
  EXPECT_EQ(users_named_by(session_naming("expired", "ann", "")), Users{});
}

TEST(Bind, TakesNamesFromCustomersAndSubscriptions) {
  stripe::Customer customer;
  customer.user_id = "ann";
  customer.email = "bob@example.com";
  stripe::Subscription subscription;
  subscription.user_id = "cat";
  subscription.status = "incomplete";
  EXPECT_EQ(users_named_by(customer), Users{"ann"});
  EXPECT_EQ(users_named_by(subscription), Users{"cat"});
}

TEST(Bind, TakesNoNamesFromPaymentsAndInvoices) {
  stripe::PaymentIntent intent;
  intent.user_id = "ann";
  stripe::Invoice invoice;
  invoice.user_id = "ann";
  EXPECT_EQ(users_named_by(intent), Users{});
  EXPECT_EQ(users_named_by(invoice), Users{});
}

TEST(Bind, TakesAnyTextOfOneTo255CharactersForAUser) {
  std::string umlauts;
  for (int i = 0; i < 255; ++i) umlauts += "ü";
  EXPECT_TRUE(is_user_id("a b/c"));
  EXPECT_TRUE(is_user_id(umlauts));
  EXPECT_FALSE(is_user_id(umlauts + "u"));
  EXPECT_FALSE(is_user_id(""));
  EXPECT_FALSE(is_user_id(std::string_view{"usr\0_1", 6}));
  EXPECT_FALSE(is_user_id("usr_\xFF"));
  EXPECT_EQ(users_named_by(session_naming("complete", umlauts + "u", "ann")), Users{"ann"});
}

}  // namespace
}  // namespace tollgate::entitlements
