// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/newest.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "histories.hpp"

namespace tollgate::entitlements {
namespace {

using Facts = std::vector<Fact>;

const Snapshot incomplete = state_of("incomplete");
const Snapshot active = state_of("active");
const Snapshot past_due = state_of("past_due");
const Snapshot paused = state_of("paused");
const Snapshot canceled = state_of("canceled");

void expect_state(const Facts& facts, const Snapshot& expected, Tie tie = Tie::sole) {
  const Newest row = newest(facts);
  EXPECT_EQ(row.state, expected.text);
  EXPECT_EQ(row.status, expected.stage.status);
  EXPECT_EQ(row.tie, tie);
}

// Rule 1: terminal states are never left.

TEST(Newest, NeverRevivesACanceledSubscriptionByALaterUpdate) {
  expect_state({told("e1", 10, "deleted", canceled), updated("e2", 20, past_due, active)},
               canceled);
}

TEST(Newest, TakesTheTerminalStateOfASecondWhateverElseItHolds) {
  expect_state({updated("e1", 10, incomplete, active), told("e2", 10, "deleted", canceled),
                updated("e3", 10, active, past_due)},
               canceled);
}

TEST(Newest, LetsOnlyTerminalStatesCompeteOnceThereIsOne) {
  const Snapshot with_note = state_of("canceled", " with a note");
  expect_state({told("e1", 10, "deleted", canceled), updated("e2", 30, canceled, with_note),
                updated("e3", 40, past_due, active)},
               with_note);
}

TEST(Newest, ForgetsWhatWasBeforeTheEndWhenItSaysSinceWhenAStatusIs) {
  const Newest row =
      newest(Facts{updated("e1", 10, incomplete, active), told("e2", 20, "deleted", canceled),
                   updated("e3", 30, past_due, active)});
  EXPECT_EQ(row.status_since, from_unix_seconds(20));
  EXPECT_EQ(row.other_status_at, std::nullopt);
}

// Rule 2: a later second beats an earlier one.

TEST(Newest, TakesTheLatestSecondWhateverTheOrderOfArrival) {
  expect_state({updated("e2", 20, active, past_due), created("e1", 10, active)}, past_due);
}

TEST(Newest, ReturnsToAnEarlierStateWhenALaterSecondSaysSo) {
  expect_state({created("e1", 10, active), updated("e2", 20, active, past_due),
                updated("e3", 30, past_due, active)},
               active);
}

// Rule 3: inside a second, a one-way life takes the further state.

TEST(Newest, TakesThePaidInvoiceOfASecondThatHoldsItsWholeLife) {
  const Snapshot draft = step_of("draft", 0), open = step_of("open", 1), paid = step_of("paid", 3);
  expect_state({fact("e3", 10, "invoice.paid", paid), fact("e1", 10, "invoice.created", draft),
                fact("e2", 10, "invoice.finalized", open)},
               paid);
}

TEST(Newest, LetsALaterSecondReopenADispute) {
  const Snapshot lost = step_of("lost", 2), appealed = step_of("appeal_needs_response", 0);
  expect_state({fact("e1", 10, "charge.dispute.closed", lost),
                fact("e2", 11, "charge.dispute.updated", appealed, lost)},
               appealed);
}

TEST(Newest, OrdersEquallyFarStatesByTheirChanges) {
  const Snapshot first = step_of("open", 1), second = step_of("open", 1, " tried once");
  expect_state({fact("e2", 10, "invoice.updated", second, first),
                fact("e1", 10, "invoice.finalized", first)},
               second, Tie::ordered);
}

// Rule 4: inside a second, created < changes, and the changes chain.

TEST(Newest, PutsCreatedBeforeEverythingElseOfItsSecond) {
  expect_state({updated("e2", 10, incomplete, active), created("e1", 10, incomplete)}, active);
  expect_state({told("e2", 10, "paused", paused), created("e1", 10, active)}, paused);
}

TEST(Newest, FollowsAChainOfChangesToItsEnd) {
  expect_state({updated("e3", 10, active, past_due), updated("e4", 10, past_due, paused),
                updated("e2", 10, incomplete, active)},
               paused, Tie::ordered);
}

TEST(Newest, KnowsThereAndBackWithinASecondByWhereItBegan) {
  const Facts there_and_back{updated("e2", 10, active, past_due),
                             updated("e3", 10, past_due, active)};
  Facts from_active = there_and_back, from_past_due = there_and_back;
  from_active.push_back(created("e1", 5, active));
  from_past_due.push_back(created("e1", 10, past_due));
  expect_state(from_active, active, Tie::ordered);
  expect_state(from_past_due, past_due, Tie::ordered);
}

TEST(Newest, CountsAChangeOnceThatTwoEventsTell) {
  expect_state({created("e1", 5, incomplete), updated("e2", 10, incomplete, active),
                updated("e3", 10, incomplete, active), updated("e4", 10, active, past_due)},
               past_due, Tie::ordered);
}

TEST(Newest, LearnsNothingFromSnapshotsThatLieOnTheChain) {
  expect_state({created("e1", 5, active), updated("e2", 10, active, paused),
                updated("e3", 10, paused, past_due), told("e4", 10, "paused", paused),
                told("e5", 10, "trial_will_end", active)},
               past_due, Tie::ordered);
}

TEST(Newest, EndsAtTheOneSnapshotOffTheChain) {
  expect_state({created("e1", 5, incomplete), updated("e2", 10, incomplete, active),
                told("e3", 10, "paused", paused)},
               paused, Tie::ordered);
}

TEST(Newest, KeepsTheStateWhereASecondOnlyRepeatsIt) {
  expect_state({created("e1", 5, active), told("e2", 10, "trial_will_end", active),
                updated("e3", 10, active, active)},
               active);
}

// Rule 5: what only Stripe can tell is picked deterministically and marked.

TEST(Newest, IsAmbiguousWhenTwoSnapshotsLieOffTheChain) {
  expect_state({created("e1", 5, active), told("e2", 10, "paused", paused),
                told("e3", 10, "resumed", past_due)},
               paused, Tie::ambiguous);
}

TEST(Newest, IsAmbiguousWhenNothingTellsWhereACircleBegan) {
  EXPECT_EQ(
      newest(Facts{updated("e2", 10, active, past_due), updated("e3", 10, past_due, active)}).tie,
      Tie::ambiguous);
}

TEST(Newest, IsAmbiguousWhenAChangeToldTwiceMayHaveHappenedTwice) {
  const Newest row =
      newest(Facts{created("e1", 5, active), updated("e2", 10, active, past_due),
                   updated("e3", 10, past_due, active), updated("e4", 10, active, past_due)});
  EXPECT_EQ(row.state, active.text);
  EXPECT_EQ(row.tie, Tie::ambiguous);
}

TEST(Newest, IsAmbiguousWhenTheChangesOfASecondDoNotHangTogether) {
  EXPECT_EQ(
      newest(Facts{updated("e1", 10, incomplete, active), updated("e2", 10, past_due, paused)}).tie,
      Tie::ambiguous);
}

TEST(Newest, IsSureAgainAtTheNextSecond) {
  expect_state({told("e2", 10, "paused", paused), told("e3", 10, "resumed", past_due),
                updated("e4", 11, past_due, active)},
               active);
}

// Fetched answers.

TEST(Newest, LetsAFetchedAnswerBeatEarlierSecondsAndLoseToLaterOnes) {
  expect_state({updated("e1", 10, incomplete, active), fetched("f1", 11, past_due)}, past_due);
  expect_state({updated("e1", 12, incomplete, active), fetched("f1", 11, past_due)}, active);
}

TEST(Newest, AsksAgainWhenAnAnswerWasFetchedInTheSecondOfAChange) {
  expect_state({updated("e1", 10, incomplete, active), fetched("f1", 10, incomplete)}, active,
               Tie::ambiguous);
}

TEST(Newest, BelievesAnAnswerOfTheSameSecondThatAgreesWithTheChanges) {
  expect_state({updated("e1", 10, incomplete, active), updated("e2", 10, active, past_due),
                fetched("f1", 10, past_due)},
               past_due, Tie::ordered);
}

TEST(Newest, NeverRevivesACanceledSubscriptionByAFetchedAnswer) {
  expect_state({told("e1", 10, "deleted", canceled), fetched("f1", 20, active)}, canceled);
}

// Thin events.

TEST(Newest, AsksForWhatAThinEventPointsToUntilALaterStateIsKnown) {
  const Facts asked{created("e1", 10, active), thin("t1", 20, "updated")};
  Facts answered = asked;
  answered.push_back(fetched("f1", 21, past_due));
  EXPECT_EQ(newest(asked).asked_at, from_unix_seconds(20));
  EXPECT_TRUE(undecided(newest(asked)));
  EXPECT_FALSE(undecided(newest(answered)));
}

TEST(Newest, AsksAgainWhenTheAnswerIsOfTheThinEventsOwnSecond) {
  EXPECT_TRUE(undecided(newest(Facts{thin("t1", 20, "updated"), fetched("f1", 20, active)})));
}

TEST(Newest, DoesNotAskWhenTheSnapshotTwinOfAThinEventIsThere) {
  EXPECT_FALSE(
      undecided(newest(Facts{thin("t1", 20, "updated"), updated("e1", 20, incomplete, active)})));
  EXPECT_FALSE(
      undecided(newest(Facts{thin("t1", 20, "past_due"), updated("e1", 20, active, past_due)})));
}

TEST(Newest, HasNoStateWhileOnlyThinEventsAreKnown) {
  EXPECT_EQ(newest(Facts{thin("t1", 20, "updated")}).state, "");
}

// Deleted objects.

TEST(Newest, KeepsWhatWasKnownOfAnObjectWhenOnlyAStubIsLeft) {
  Snapshot stub{"stub", {.terminal = true, .deleted = true, .stub = true}};
  const Newest row = newest(
      Facts{fact("e1", 10, "customer.created", Snapshot{"named", {}}), fetched("f1", 20, stub)});
  EXPECT_EQ(row.state, "named");
  EXPECT_TRUE(row.deleted);
  EXPECT_TRUE(row.terminal);
}

// Since when.

TEST(Newest, DatesAStatusFromTheStartOfItsUnbrokenRun) {
  const Snapshot retried = state_of("past_due", " retried");
  Facts facts{updated("e2", 20, active, past_due), updated("e3", 30, past_due, retried)};
  EXPECT_EQ(newest(facts).status_since, from_unix_seconds(20));
  facts.push_back(updated("e4", 25, past_due, active));
  EXPECT_EQ(newest(facts).status_since, from_unix_seconds(30));
}

TEST(Newest, StartsARunAnewWhenItWasBrokenInsideASecond) {
  const Newest row =
      newest(Facts{updated("e1", 10, active, past_due), updated("e2", 20, past_due, active),
                   updated("e3", 20, active, past_due)});
  EXPECT_EQ(row.status_since, from_unix_seconds(20));
}

TEST(Newest, SeesABreakOfTheRunInTheStateBeforeAChange) {
  EXPECT_EQ(newest(Facts{updated("e1", 10, active, past_due), updated("e3", 30, active, past_due)})
                .status_since,
            from_unix_seconds(30));
}

TEST(Newest, DatesAStatusFromAThinEventThatNamesIt) {
  EXPECT_EQ(newest(Facts{created("e1", 5, active), thin("t1", 10, "past_due"),
                         fetched("f1", 14, past_due)})
                .status_since,
            from_unix_seconds(10));
}

TEST(Newest, RemembersTheFirstFailedPaymentOfAnInvoice) {
  const Snapshot open = step_of("open", 1);
  EXPECT_EQ(newest(Facts{fact("e2", 30, "invoice.payment_failed", open),
                         fact("e1", 20, "invoice.payment_failed", open),
                         fact("e0", 10, "invoice.finalized", open)})
                .payment_failed_at,
            from_unix_seconds(20));
}

TEST(Newest, NamesTheEventThatDecided) {
  EXPECT_EQ(newest(Facts{updated("e3", 10, incomplete, active),
                         updated("e2", 10, incomplete, active), created("e1", 10, incomplete)})
                .event_id,
            "e2");
}

}  // namespace
}  // namespace tollgate::entitlements
