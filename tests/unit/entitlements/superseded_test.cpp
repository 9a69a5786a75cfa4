// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/superseded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "entitlements/domain/newest.hpp"
#include "histories.hpp"
#include "properties.hpp"

namespace tollgate::entitlements {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Facts = std::vector<Fact>;

Time at(std::int64_t second) { return from_unix_seconds(second); }

/// Renewals: a state a month, all active.
Facts renewals(int count) {
  Facts facts;
  for (int i = 0; i < count; ++i) {
    facts.push_back(told("evt_" + std::to_string(i), i, "updated",
                         state_of("active", " " + std::to_string(i))));
  }
  return facts;
}

TEST(Superseded, OfALongRunTheBeginningAndWhatIsNearTheHorizonStay) {
  EXPECT_THAT(superseded(renewals(8), at(6)), ElementsAre("evt_1", "evt_2", "evt_3", "evt_4"));
}

TEST(Superseded, NothingYoungerThanTheHorizonIsOld) {
  EXPECT_THAT(superseded(renewals(8), at(0)), IsEmpty());
  EXPECT_THAT(superseded(renewals(8), at(2)), IsEmpty());
}

TEST(Superseded, WhatBeginsOrEndsAStatusStays) {
  Facts facts = renewals(9);
  facts[4].state = state_of("past_due");
  EXPECT_THAT(superseded(facts, at(9)), ElementsAre("evt_1", "evt_2", "evt_6", "evt_7"));
}

TEST(Superseded, TheFirstFailedPaymentOfAnInvoiceStays) {
  Facts facts;
  for (int i = 0; i < 8; ++i) {
    facts.push_back(fact("evt_" + std::to_string(i), i,
                         i == 2 ? "invoice.payment_failed" : "invoice.updated",
                         state_of("open", " " + std::to_string(i))));
  }
  EXPECT_THAT(superseded(facts, at(8)), ElementsAre("evt_4", "evt_5", "evt_6"));
}

TEST(Superseded, ThinEventsAndTheirNeighboursStay) {
  Facts facts = renewals(8);
  facts.push_back(thin("evt_thin", 3, "updated"));
  EXPECT_THAT(superseded(facts, at(8)), ElementsAre("evt_1", "evt_5", "evt_6"));
}

Snapshot arbitrary_subscription() {
  const int what = one_of(16);
  if (what == 0) return state_of("canceled");
  if (what == 1) return state_of("past_due", one_of(2) == 0 ? "" : " b");
  return state_of("active", one_of(3) == 0 ? " b" : "");
}

/// Of thirteen seconds, mostly of one status, so that there is something to remove.
Facts arbitrary_history() {
  Facts facts;
  const int count = 8 + one_of(16);
  for (int i = 0; i < count; ++i) {
    const std::string id = "evt_" + std::to_string(i);
    const int second = one_of(13);
    const int what = one_of(12);
    if (what == 0) {
      facts.push_back(thin(id, second, "updated"));
    } else if (what < 5) {
      facts.push_back(updated(id, second, arbitrary_subscription(), arbitrary_subscription()));
    } else {
      facts.push_back(told(id, second, "updated", arbitrary_subscription()));
    }
  }
  return facts;
}

/// As known at the moment.
Newest newest_at(const Facts& facts, Time moment) {
  Facts known;
  std::ranges::copy_if(facts, std::back_inserter(known),
                       [&](const Fact& each) { return each.created <= moment; });
  return newest(known);
}

TEST(Superseded, WithoutItEveryMomentSinceTheHorizonIsAsItWas) {
  EXPECT_TRUE(holds("pruning changes no answer", [] {
    const Facts facts = arbitrary_history();
    const int horizon = 3 + one_of(10);
    const std::vector<std::string> gone = superseded(facts, at(horizon));
    RC_CLASSIFY(!gone.empty(), "something is superseded");
    Facts kept;
    std::ranges::copy_if(facts, std::back_inserter(kept), [&](const Fact& each) {
      return std::ranges::find(gone, each.event_id) == gone.end();
    });
    for (int moment = horizon; moment <= 13; ++moment) {
      RC_ASSERT((newest_at(kept, at(moment)) == newest_at(facts, at(moment))));
    }
  }));
}

TEST(Superseded, WithoutItAFactThatComesLaterMeansTheSame) {
  EXPECT_TRUE(holds("pruning changes no later answer", [] {
    const Facts before = arbitrary_history();
    const int horizon = 3 + one_of(10);
    const std::vector<std::string> gone = superseded(before, at(horizon));
    Facts facts = before;
    for (int i = 0; i < 4; ++i) {
      facts.push_back(updated("late_" + std::to_string(i), horizon + one_of(4),
                              arbitrary_subscription(), arbitrary_subscription()));
    }
    Facts kept;
    std::ranges::copy_if(facts, std::back_inserter(kept), [&](const Fact& each) {
      return std::ranges::find(gone, each.event_id) == gone.end();
    });
    RC_ASSERT((newest(kept) == newest(facts)));
  }));
}

}  // namespace
}  // namespace tollgate::entitlements
