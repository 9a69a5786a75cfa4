// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "entitlements/domain/derive.hpp"
#include "entitlements/json/entitlements_json.hpp"
#include "properties.hpp"
#include "user_facts_builder.hpp"

namespace tollgate::entitlements {
namespace {

template <std::size_t count>
std::string word_of(const std::array<const char*, count>& words) {
  return words.at(static_cast<std::size_t>(one_of(static_cast<int>(count))));
}

template <class T>
void shuffle(std::vector<T>& list) {
  for (std::size_t i = list.size(); i > 1; --i) {
    std::swap(list[i - 1], list[*rc::gen::inRange<std::size_t>(0, i)]);
  }
}

Known<stripe::Subscription> arbitrary_subscription(int number) {
  constexpr std::array statuses{"active", "active", "trialing", "past_due", "unpaid", "odd"};
  stripe::Subscription made = subscription(word_of(statuses));
  made.id = "sub_" + std::to_string(number);
  made.items[0].product = word_of(std::array{"prod_basic", "prod_unknown"});
  if (one_of(2) == 0) made.items[0].lookup_key = "team_monthly";
  made.items[0].period_end = bought + days{one_of(40)};
  if (one_of(3) == 0) made.cancel_at = bought + days{one_of(40)};
  made.cancel_at_period_end = one_of(4) == 0;
  return known(made, bought + days{one_of(5)});
}

void add_payment(UserFacts& facts, int number) {
  const std::string intent = "pi_" + std::to_string(number);
  if (one_of(4) == 0) {
    stripe::Refund made = refund("re_" + std::to_string(number), 500 * (1 + one_of(2)));
    made.payment_intent = intent;
    made.charge = "ch_" + std::to_string(number);
    made.status = word_of(std::array{"succeeded", "pending", "failed"});
    facts.refunds.push_back(known(made));
  }
  if (one_of(8) == 0) {
    stripe::Dispute made = dispute(word_of(std::array{"needs_response", "won", "lost"}));
    made.id = "du_" + std::to_string(number);
    made.payment_intent = intent;
    facts.disputes.push_back(known(made));
  }
}

UserFacts arbitrary_user() {
  UserFacts facts;
  const int subscriptions = one_of(3);
  for (int i = 0; i < subscriptions; ++i) {
    facts.subscriptions.push_back(arbitrary_subscription(i));
    const std::string invoice = "in_" + std::to_string(i);
    facts.invoices.push_back(known(paid_invoice(invoice)));
    facts.invoices.back().object.subscription = "sub_" + std::to_string(i);
    facts.invoice_payments.push_back(known(invoice_payment(invoice, "pi_" + std::to_string(i))));
    add_payment(facts, i);
  }
  const int sessions = one_of(3);
  for (int i = 10; i < 10 + sessions; ++i) {
    stripe::CheckoutSession made = session(word_of(std::array{"handbook:1", "day_pass:2", "x:1"}));
    made.id = "cs_" + std::to_string(i);
    made.payment_intent = "pi_" + std::to_string(i);
    made.payment_status = word_of(std::array{"paid", "unpaid"});
    facts.sessions.push_back(known(made));
    add_payment(facts, i);
  }
  return facts;
}

TEST(DeriveProperty, DependsOnTheSetOfFactsAlone) {
  EXPECT_TRUE(holds("facts in any order give the same verdicts and texts", [] {
    UserFacts facts = arbitrary_user();
    const Catalog catalog = test_mode_shop();
    const Derived one = derive(facts, catalog);
    shuffle(facts.subscriptions);
    shuffle(facts.invoices);
    shuffle(facts.invoice_payments);
    shuffle(facts.sessions);
    shuffle(facts.refunds);
    shuffle(facts.disputes);
    const Derived other = derive(facts, catalog);
    RC_ASSERT(one.entitlements == other.entitlements);
    RC_ASSERT(one.verdicts == other.verdicts);
    RC_ASSERT(one.alerts == other.alerts);
    RC_ASSERT(one.needs == other.needs);
  }));
}

TEST(DeriveProperty, ChangesItsAnswerWithoutAnEventOnlyAtValidUntil) {
  EXPECT_TRUE(holds("between now and valid_until the answer stays, and then it does not", [] {
    const Catalog catalog = test_mode_shop();
    const Entitlements entitlements = derive(arbitrary_user(), catalog).entitlements;
    const Time now = bought + days{one_of(45)} + std::chrono::seconds{one_of(3)};
    const Answer answer = answer_at(entitlements, catalog, now);
    RC_CLASSIFY(answer.valid_until.has_value(), "ends");
    if (!answer.valid_until) {
      RC_ASSERT(answer_at(entitlements, catalog, now + days{10'000}) == answer);
      return;
    }
    const Time end = *answer.valid_until;
    RC_ASSERT(end > now);
    RC_ASSERT(answer_at(entitlements, catalog, end - std::chrono::seconds{1}) == answer);
    RC_ASSERT(answer_at(entitlements, catalog, end) != answer);
  }));
}

TEST(DeriveProperty, AnswersAloneFromWhatIsStored) {
  EXPECT_TRUE(holds("a document written at any time answers as the grants do", [] {
    const Catalog catalog = test_mode_shop();
    const Entitlements entitlements = derive(arbitrary_user(), catalog).entitlements;
    const Time written = bought + days{one_of(45)};
    const Time now = written + days{one_of(45)};
    const std::string document = document_json(entitlements, catalog, written);
    RC_ASSERT(entitlements_from_json(document) == entitlements);
    RC_ASSERT(read_answer_json(document, catalog, "ann", 2, now) ==
              answer_json(answer_at(entitlements, catalog, now), "ann", 2));
  }));
}

/// The policy's tables once more, object by object, without the indexes of the real thing.
bool has_access(const UserFacts& facts, const std::string& source, Time now) {
  const auto money_is_gone = [&](const std::string& payment_intent) {
    std::int64_t refunded = 0;
    bool disputed = false;
    for (const auto& it : facts.refunds) {
      const bool counts =
          it.object.payment_intent == payment_intent && it.object.status != "failed";
      refunded += counts ? *it.object.amount : 0;
    }
    for (const auto& it : facts.disputes) {
      disputed |= it.object.payment_intent == payment_intent && it.object.status != "won";
    }
    return refunded >= 1000 || disputed;
  };
  if (money_is_gone("pi_" + source.substr(source.find('_') + 1))) return false;
  for (const auto& it : facts.sessions) {
    const stripe::CheckoutSession& one = it.object;
    if (one.id != source || one.payment_status == "unpaid") continue;
    if (one.tollgate_items == "handbook:1") return true;
    return one.tollgate_items == "day_pass:2" && now < it.status_since + days{1};
  }
  for (const auto& it : facts.subscriptions) {
    const stripe::Subscription& one = it.object;
    const bool is_sold = one.items[0].product == "prod_basic" || !one.items[0].lookup_key.empty();
    if (one.id != source || !is_sold) continue;
    const Time period_end = *one.items[0].period_end;
    const Time cancel = one.cancel_at              ? *one.cancel_at
                        : one.cancel_at_period_end ? period_end
                                                   : Time::max();
    if (one.status == "past_due") return now < std::min(it.status_since + days{7}, cancel);
    if (one.status != "active" && one.status != "trialing") return false;
    return now < std::min(period_end + days{2}, cancel);
  }
  return false;
}

TEST(DeriveProperty, AgreesWithThePolicyWrittenAgainAsLoops) {
  EXPECT_TRUE(holds("the sources of the grants in force are those of the reference", [] {
    const UserFacts facts = arbitrary_user();
    const Catalog catalog = test_mode_shop();
    const Time now = bought + days{one_of(45)};
    std::set<std::string> granted, expected;
    for (const Grant& grant : answer_of(facts, catalog, now).grants) granted.insert(grant.source);
    for (const auto& it : facts.subscriptions) {
      if (has_access(facts, it.object.id, now)) expected.insert(it.object.id);
    }
    for (const auto& it : facts.sessions) {
      if (has_access(facts, it.object.id, now)) expected.insert(it.object.id);
    }
    RC_ASSERT(granted == expected);
    RC_CLASSIFY(!granted.empty(), "some access");
  }));
}

}  // namespace
}  // namespace tollgate::entitlements
