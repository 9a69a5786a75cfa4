// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>

#include "entitlements/apply/find_reflected.hpp"
#include "entitlements/json/entitlements_json.hpp"
#include "tests/integration/entitlements/reader.hpp"

namespace tollgate::entitlements {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::Buyer;
using tests::Guest;

class ExplanationTest : public testing::Test {
 protected:
  tests::MigratedSchema database_;
  tests::Writer writer_{database_};
  tests::Reader reader_{database_};
  Buyer buyer_{"1"};
};

TEST_F(ExplanationTest, APlanIsExplainedWithRuleFactEventAndPosition) {
  writer_.apply(buyer_.first_checkout(), 2);
  const std::string why = reader_.explain(buyer_.user_id);
  EXPECT_THAT(why, AllOf(HasSubstr(R"({"user_id":"usr_1","plan":"professional",)"),
                         HasSubstr(R"("at":null,"as_of":"2026-12-11T15:40:00Z")"),
                         HasSubstr(R"("source":"sub_1","plan":"professional","granted":true,)"
                                   R"("reason":"active","until":"2027-01-12T14:40:00Z")"),
                         HasSubstr(R"("setting":"policy.statuses.active","value":"period")")));
  EXPECT_THAT(
      why,
      HasSubstr(R"({"kind":"subscription","id":"sub_1","status":"active","payment_status":null,)"
                R"("event_id":"evt_1_sub_created","account":null,"livemode":false,)"
                R"("type":"customer.subscription.created",)"
                R"("created":"2026-12-11T14:40:01Z","topic":"stripe.events",)"
                R"("partition":2,"position":5})"));
}

/// What happens to a buyer a hundred seconds after his first checkout.
struct Story {
  std::string name;
  std::function<std::string(const Buyer&)> event;
  std::string reason;
  std::string setting;   ///< of the catalogue
  std::string event_id;  ///< behind the buyer's mark; the event that decided
};

std::function<std::string(const Buyer&)> becomes(const std::string& status) {
  return [=](const Buyer& buyer) { return buyer.subscription_is(status, Buyer::begun + 100); };
}

std::function<std::string(const Buyer&)> is_disputed(const std::string& status) {
  return [=](const Buyer& buyer) {
    return tests::event_body(
        "evt_" + buyer.name + "_dispute", "charge.dispute.closed", Buyer::begun + 100,
        {"dp_" + buyer.name, "dispute",
         R"(, "charge": ")" + buyer.charge + R"(", "amount": 1900, "status": ")" + status + '"'});
  };
}

const std::vector<Story> stories{
    {"trial", becomes("trialing"), "trialing", "policy.statuses.trialing",
     "sub_trialing1797000100"},
    {"late", becomes("past_due"), "past_due_grace", "policy.statuses.past_due",
     "sub_past_due1797000100"},
    {"unpaid", becomes("unpaid"), "unpaid", "policy.statuses.unpaid", "sub_unpaid1797000100"},
    {"paused", becomes("paused"), "paused", "policy.statuses.paused", "sub_paused1797000100"},
    {"ended", [](const Buyer& buyer) { return buyer.subscription_deleted(Buyer::begun + 100); },
     "canceled", "policy.statuses.canceled", "sub_deleted"},
    {"refunded", [](const Buyer& buyer) { return buyer.refunded(Buyer::begun + 100); }, "refunded",
     "policy.refunded_in_full", "refund.created"},
    {"disputed", is_disputed("needs_response"), "disputed", "policy.dispute_opened", "dispute"},
    {"lost", is_disputed("lost"), "dispute_lost", "policy.dispute_lost", "dispute"},
    {"appeal", is_disputed("appeal_under_review"), "dispute_appealed", "policy.dispute_appealed",
     "dispute"},
};

TEST_F(ExplanationTest, EveryStoryIsExplainedByItsRuleAndItsEventNowAndBefore) {
  for (const Story& story : stories) {
    const Buyer buyer{story.name};
    writer_.apply(buyer.first_checkout());
    writer_.apply({story.event(buyer)});
    const std::string mark = "\"event_id\":\"evt_" + story.name + "_";
    EXPECT_THAT(reader_.explain(buyer.user_id),
                AllOf(HasSubstr("\"reason\":\"" + story.reason + '"'),
                      HasSubstr("\"setting\":\"" + story.setting + '"'),
                      HasSubstr(mark + story.event_id + '"')))
        << story.name;
    EXPECT_THAT(
        reader_.explain(buyer.user_id, Buyer::begun + 99),
        AllOf(HasSubstr(R"("granted":true,"reason":"active")"),
              HasSubstr(R"("setting":"policy.statuses.active")"), HasSubstr(mark + "sub_created\""),
              Not(HasSubstr(mark + story.event_id + '"'))))
        << story.name;
  }
}

TEST_F(ExplanationTest, AUserNeverSeenHasTheDefaultPlanForNoReason) {
  EXPECT_THAT(reader_.explain("usr_never"),
              AllOf(HasSubstr(R"("plan":"free")"), HasSubstr(R"("version":0)"),
                    HasSubstr(R"("verdicts":[],"conflicts":[])")));
}

TEST_F(ExplanationTest, APastTimeIsAnsweredByWhatStripeHadSaidByThen) {
  writer_.apply(buyer_.first_checkout());
  writer_.apply({buyer_.subscription_is("past_due", Buyer::begun + 100)});
  writer_.apply({buyer_.subscription_is("active", Buyer::begun + 200)});
  writer_.apply({buyer_.refunded(Buyer::begun + 300)}, 1);
  const auto at = [&](std::int64_t second) {
    return reader_.explain(buyer_.user_id, Buyer::begun + second);
  };
  EXPECT_THAT(at(0), AllOf(HasSubstr(R"("plan":"free")"), HasSubstr(R"("verdicts":[])")));
  EXPECT_THAT(at(99), HasSubstr(R"("granted":true,"reason":"active")"));
  EXPECT_THAT(at(100), AllOf(HasSubstr(R"("granted":true,"reason":"past_due_grace")"),
                             HasSubstr("evt_1_sub_past_due1797000100"),
                             HasSubstr(R"("as_of":"2026-12-11T14:41:40Z")")));
  EXPECT_THAT(at(200), HasSubstr(R"("granted":true,"reason":"active")"));
  EXPECT_THAT(at(300), AllOf(HasSubstr(R"("plan":"free")"), HasSubstr(R"("reason":"refunded")"),
                             HasSubstr(R"("setting":"policy.refunded_in_full")"),
                             HasSubstr(R"("kind":"refund","id":"re_1")"),
                             HasSubstr(R"("kind":"invoice","id":"in_1")")));
  EXPECT_THAT(reader_.explain(buyer_.user_id), HasSubstr(R"("reason":"refunded")"));
}

TEST_F(ExplanationTest, TheOrderOfArrivalDoesNotChangeThePast) {
  writer_.apply({buyer_.subscription_deleted(Buyer::begun + 500)});
  writer_.apply(buyer_.first_checkout());
  EXPECT_THAT(reader_.explain(buyer_.user_id, Buyer::begun + 400),
              HasSubstr(R"("plan":"professional")"));
  EXPECT_THAT(reader_.explain(buyer_.user_id, Buyer::begun + 500),
              AllOf(HasSubstr(R"("plan":"free")"), HasSubstr(R"("reason":"canceled")")));
}

/// Of an event: the first in its body.
std::int64_t created_of(const std::string& body) {
  constexpr std::string_view key = "\"created\": ";
  return std::stoll(body.substr(body.find(key) + key.size()));
}

/// A database that was told nothing later, and what it would answer then.
class DatabaseUntil {
 public:
  DatabaseUntil(std::int64_t second, const std::vector<std::string>& events)
      : at_(from_unix_seconds(second)) {
    std::vector<std::string> known;
    std::ranges::copy_if(events, std::back_inserter(known),
                         [&](const std::string& body) { return created_of(body) <= second; });
    tests::Writer{database_}.apply(known);
  }

  /// The answer's text without its version, which counts arrivals.
  std::string answer_to(const std::string& user_id) {
    const auto document =
        database_.rows("select document from user_entitlements where user_id = '" + user_id + "'");
    const Catalog& catalog = tests::development_catalog();
    const Answer answer = document.empty() ? answer_at({}, catalog, at_)
                                           : read_answer(document.front(), catalog, at_);
    const std::string text = answer_json(answer, user_id, 0);
    return text.substr(0, text.find(",\"version\":"));
  }

 private:
  const Time at_;
  tests::MigratedSchema database_;
};

TEST_F(ExplanationTest, AnyPastTimeIsAnsweredAsByADatabaseThatKnowsNoMore) {
  std::vector<std::string> events = buyer_.first_checkout();
  events.push_back(buyer_.subscription_is("past_due", Buyer::begun + 100));
  events.push_back(buyer_.invoice_is("payment_failed", "open", Buyer::begun + 90));
  events.push_back(buyer_.subscription_is("active", Buyer::begun + 200));
  events.push_back(buyer_.refunded(Buyer::begun + 300));
  events.push_back(buyer_.subscription_deleted(Buyer::begun + 400));
  events.push_back(
      tests::event_body("evt_moved", "customer.updated", Buyer::begun + 250,
                        {buyer_.customer, "customer", R"(, "metadata": {"user_id": "usr_heir"})"}));
  std::mt19937 random{7};
  std::ranges::shuffle(events, random);
  for (const std::string& event : events) writer_.apply({event});
  std::set<std::int64_t> seconds;
  for (const std::string& event : events) seconds.insert(created_of(event));
  for (const std::int64_t second : seconds) {
    DatabaseUntil then{second, events};
    for (const char* user_id : {"usr_1", "usr_heir"}) {
      EXPECT_THAT(reader_.explain(user_id, second), testing::StartsWith(then.answer_to(user_id)))
          << user_id << " at " << second - Buyer::begun;
    }
  }
}

TEST_F(ExplanationTest, AFormerCustomerIsFoundAtTheTimeWhenHeWasHis) {
  writer_.apply(buyer_.first_checkout());
  const std::string moved =
      tests::event_body("evt_moved", "customer.updated", Buyer::begun + 100,
                        {buyer_.customer, "customer", R"(, "metadata": {"user_id": "usr_heir"})"});
  writer_.apply({moved});
  EXPECT_EQ(database_.answer_of("usr_heir").plan, "professional");
  EXPECT_THAT(reader_.explain(buyer_.user_id), HasSubstr(R"("plan":"free")"));
  EXPECT_THAT(reader_.explain(buyer_.user_id, Buyer::begun + 99),
              HasSubstr(R"("plan":"professional")"));
  EXPECT_THAT(reader_.explain("usr_heir", Buyer::begun + 99), HasSubstr(R"("plan":"free")"));
  EXPECT_THAT(reader_.explain("usr_heir", Buyer::begun + 100),
              HasSubstr(R"("plan":"professional")"));
}

TEST_F(ExplanationTest, ATimeToComeIsAnsweredByWhatIsKnown) {
  writer_.apply(buyer_.first_checkout());
  EXPECT_THAT(reader_.explain(buyer_.user_id, Buyer::period_end),
              HasSubstr(R"("granted":true,"reason":"active")"));
  EXPECT_THAT(
      reader_.explain(buyer_.user_id, Buyer::period_end + 2 * 24 * 3'600),
      AllOf(HasSubstr(R"("plan":"free")"), HasSubstr(R"("granted":false,"reason":"ended")")));
}

TEST_F(ExplanationTest, AConflictIsNamedToAllWhoAreInIt) {
  writer_.apply(buyer_.first_checkout());
  for (const char* name : {"other", "third"}) {
    Buyer rival{"1"};
    rival.name = name;
    rival.user_id = std::string{"usr_"} + name;
    rival.session = std::string{"cs_"} + name;
    writer_.apply({rival.session_completed()});
  }
  for (const char* user_id : {"usr_1", "usr_other", "usr_third"}) {
    EXPECT_THAT(
        reader_.explain(user_id),
        AllOf(HasSubstr(R"("plan":"free")"), HasSubstr(R"("verdicts":[])"),
              HasSubstr(R"("conflicts":[{"customer_id":"cus_1","account":null,)"
                        R"("livemode":false,"user_ids":["usr_1","usr_other","usr_third"])")))
        << user_id;
  }
  EXPECT_THAT(reader_.explain("usr_1", Buyer::begun + 2),
              AllOf(HasSubstr(R"("plan":"professional")"), HasSubstr(R"("conflicts":[])")));
}

TEST_F(ExplanationTest, AGuestsPurchaseIsExplainedThroughItsPayment) {
  const Guest guest{"9"};
  writer_.apply({guest.charge_succeeded(), guest.payment_succeeded(), guest.session_completed()});
  writer_.apply({guest.dispute_opened()}, 1);
  EXPECT_THAT(reader_.explain(guest.user_id, Buyer::begun + 19),
              AllOf(HasSubstr(R"("source":"cs_9","plan":"handbook","granted":true)"),
                    HasSubstr(R"("setting":"products.handbook.duration")")));
  EXPECT_THAT(reader_.explain(guest.user_id),
              AllOf(HasSubstr(R"("granted":false,"reason":"disputed")"),
                    HasSubstr(R"("id":"cs_9","status":"complete","payment_status":"paid",)"),
                    HasSubstr(R"("kind":"dispute","id":"dp_9","status":"needs_response",)"
                              R"("payment_status":null,"event_id":"evt_dp_9")")));
}

TEST_F(ExplanationTest, WhatDoesNotCountIsExplainedToo) {
  const std::string live = tests::event_body(
      "evt_live", "customer.subscription.created", Buyer::begun,
      {"sub_live", "subscription",
       R"(, "customer": "cus_live", "status": "active", "metadata": {"user_id": "usr_1"})"},
      {}, R"(, "account": "acct_other")");
  writer_.apply({live});
  EXPECT_THAT(reader_.explain("usr_1"),
              AllOf(HasSubstr(R"("plan":"free")"), HasSubstr(R"("reason":"other_account")"),
                    HasSubstr(R"("account":"acct_other")")));
}

TEST_F(ExplanationTest, AFactIsReflectedOnceItIsApplied) {
  const std::vector<std::string> ids{buyer_.session, buyer_.subscription, "evt_1_sub_created"};
  std::set<std::string> found;
  const auto look = [&](FactReader& reader) {
    found = find_reflected(reader, tests::development_catalog(), ids);
  };
  reader_.ask(look);
  EXPECT_THAT(found, IsEmpty());
  writer_.apply({buyer_.session_completed()});
  reader_.ask(look);
  EXPECT_THAT(found, Not(testing::Contains(buyer_.session)));
  writer_.apply({buyer_.subscription_created()});
  reader_.ask(look);
  EXPECT_THAT(found, ElementsAre(buyer_.session, "evt_1_sub_created", buyer_.subscription));
}

}  // namespace
}  // namespace tollgate::entitlements
