// SPDX-License-Identifier: Apache-2.0
#include "entitlements/sweep_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/unit/entitlements/asking.hpp"

namespace tollgate::entitlements {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// One row an account, as the table has it, without leases.
class MemorySweepStore final : public SweepStore {
 public:
  struct Row {
    std::optional<Time> swept_to;
    Time begun{};
    std::optional<Time> finished;
    Time next{};
  };

  std::optional<SweepProgress> claim(const SweepScope& scope, SweepWhen when, Time now,
                                     Time) override {
    const auto [row, first] =
        rows.try_emplace(scope.account, Row{std::nullopt, now, std::nullopt, now});
    if (held || (when == SweepWhen::due && row->second.next > now)) return std::nullopt;
    return SweepProgress{row->second.swept_to};
  }
  void advance(const SweepScope& scope, Time swept_to, Time) override {
    auto& reached = rows[scope.account].swept_to;
    reached = std::max(reached, std::optional{swept_to});
  }
  void finish(const SweepScope& scope, Time swept_to, Time now, Time next) override {
    advance(scope, swept_to, now);
    rows[scope.account].finished = now;
    rows[scope.account].next = next;
  }
  void abandon(const SweepScope& scope, Time next) override { rows[scope.account].next = next; }
  std::optional<SweepAge> age(const SweepScope& scope) override {
    const Row& row = rows[scope.account];
    return SweepAge{row.begun, row.finished};
  }
  std::vector<std::string> missing(const SweepScope&,
                                   const std::vector<std::string>& event_ids) override {
    std::vector<std::string> ids;
    for (const std::string& id : event_ids) {
      if (!known.contains(id)) ids.push_back(id);
    }
    return ids;
  }

  std::map<std::string, Row> rows;
  std::set<std::string> known;
  bool held = false;
};

std::string event(const std::string& id, const std::string& more = {}) {
  return R"({ "id": ")" + id + R"(", "object": "event", "created": 1795219000,)" +
         R"( "livemode": false, "type": "invoice.paid", )" + more +
         R"("data": {"object": {"id": "in_1", "customer": "cus_1"}}})";
}

std::string page(const std::vector<std::string>& events, bool has_more = false) {
  std::string body = R"({"object": "list", "data": [)";
  for (std::size_t i = 0; i < events.size(); ++i) body += (i > 0 ? ", " : "") + events[i];
  return body + R"(], "has_more": )" + (has_more ? "true}" : "false}");
}

class SweepEventsTest : public testing::Test, protected tests::Asking {
 protected:
  SweepEvents sweeper(std::vector<std::string> accounts = {""}) {
    return {api_, store_, log, clock, metrics, std::move(accounts), seconds{300}};
  }
  void sweep() {
    SweepEvents sweep = sweeper();
    run(sweep.run_once());
  }
  void was_swept_to(Time time) {
    store_.rows[""] = {.swept_to = time, .begun = time, .finished = time, .next = time};
  }
  [[nodiscard]] std::vector<std::string> published() const {
    std::vector<std::string> ids;
    for (const auto& each : log.events) ids.push_back(each.id);
    return ids;
  }

  MemorySweepStore store_;
  stripe::StripeApi api_ = api_with("sk_test_1");
  const Time begin_ = clock.time;
};

TEST_F(SweepEventsTest, PublishesWhatIsMissingAsTheIngressWouldAndNothingElse) {
  was_swept_to(begin_ - hours{1});
  store_.known = {"evt_2"};
  client.answers(200, page({event("evt_3"), event("evt_2"), event("evt_1")}));
  sweep();
  ASSERT_THAT(published(), ElementsAre("evt_3", "evt_1"));
  EXPECT_EQ(log.events[0].body, event("evt_3"));
  EXPECT_EQ(log.events[0].key, ":cus_1");
  EXPECT_TRUE(shows("tollgate_swept_events_total{outcome=\"published\"} 2"));
  EXPECT_TRUE(shows("tollgate_swept_events_total{outcome=\"known\"} 1"));
}

TEST_F(SweepEventsTest, BeginsSomeMinutesBeforeTheLastOnesEndAndEndsAtStripesTime) {
  was_swept_to(begin_ - hours{1});
  clock.time += seconds{7};
  client.answers(200, page({}));
  sweep();
  const auto since = std::to_string(to_unix_seconds(begin_ - hours{1} - minutes{10}));
  EXPECT_EQ(asked(0), "/v1/events?created%5Bgte%5D=" + since + "&limit=100");
  EXPECT_EQ(store_.rows[""].swept_to, begin_);
  EXPECT_EQ(store_.rows[""].finished, begin_ + seconds{7});
  EXPECT_EQ(store_.rows[""].next, begin_ + seconds{307});
}

TEST_F(SweepEventsTest, WalksAllThatStripeStillListsTheFirstTimeDayByDay) {
  for (int i = 0; i < 31; ++i) client.answers(200, page({event("evt_" + std::to_string(i))}));
  sweep();
  ASSERT_GE(client.requests.size(), 30U);
  EXPECT_THAT(asked(0), HasSubstr(std::to_string(to_unix_seconds(begin_ - days{30}))));
  EXPECT_THAT(asked(0),
              HasSubstr("created%5Blt%5D=" + std::to_string(to_unix_seconds(begin_ - days{29}))));
  EXPECT_EQ(asked(client.requests.size() - 1).find("created%5Blt%5D"), std::string::npos);
  EXPECT_EQ(log.events.size(), client.requests.size());
}

TEST_F(SweepEventsTest, GoesOnAfterTheLastWholeDayWhenItWasBrokenOff) {
  for (int i = 0; i < 3; ++i) client.answers(200, page({}));
  for (int i = 0; i < 3; ++i) client.fails(http::ClientFault::cannot_connect);
  sweep();
  EXPECT_EQ(store_.rows[""].swept_to, begin_ - days{27});
  EXPECT_EQ(store_.rows[""].finished, std::nullopt);
  EXPECT_TRUE(shows("tollgate_sweeps_total{outcome=\"failed\"} 1"));
}

TEST_F(SweepEventsTest, WalksFromPageToPage) {
  was_swept_to(begin_ - hours{1});
  client.answers(200, page({event("evt_3"), event("evt_2")}, true))
      .answers(200, page({event("evt_1")}));
  sweep();
  EXPECT_THAT(asked(1), HasSubstr("&starting_after=evt_2"));
  EXPECT_THAT(published(), ElementsAre("evt_3", "evt_2", "evt_1"));
}

TEST_F(SweepEventsTest, DoesNotMoveOnWhenKafkaOrStripeIsAway) {
  was_swept_to(begin_ - hours{1});
  log.away = true;
  client.answers(200, page({event("evt_1")}));
  sweep();
  EXPECT_EQ(store_.rows[""].swept_to, begin_ - hours{1});
  EXPECT_EQ(store_.rows[""].next, begin_ + seconds{30});
  log.away = false;
  clock.time += seconds{31};
  client.answers(200, page({event("evt_1")}));
  sweep();
  EXPECT_THAT(published(), ElementsAre("evt_1"));
}

TEST_F(SweepEventsTest, GoesOnBehindAnEventThatIsTooLargeForTheLog) {
  was_swept_to(begin_ - hours{1});
  log.body_bytes_max = 300;
  client.answers(
      200, page({event("evt_2", R"("x": ")" + std::string(300, 'x') + R"(", )"), event("evt_1")}));
  sweep();
  EXPECT_THAT(published(), ElementsAre("evt_1"));
  EXPECT_EQ(store_.rows[""].finished, begin_);
  EXPECT_TRUE(shows("tollgate_swept_events_total{outcome=\"not_publishable\"} 1"));
}

TEST_F(SweepEventsTest, SweepsAtTheStartAndThenOnceAnInterval) {
  was_swept_to(begin_ - seconds{10});
  store_.rows[""].next = begin_ + seconds{290};
  SweepEvents sweep = sweeper();
  for (int i = 0; i < 4; ++i) client.answers(200, page({}));
  run(sweep.run_once());
  EXPECT_THAT(client.requests, SizeIs(1));
  run(sweep.run_once());
  EXPECT_THAT(client.requests, SizeIs(1));
  clock.time += seconds{301};
  run(sweep.run_once());
  EXPECT_THAT(client.requests, SizeIs(2));
}

TEST_F(SweepEventsTest, LeavesItToTheInstanceThatHasBegun) {
  store_.held = true;
  sweep();
  EXPECT_THAT(client.requests, IsEmpty());
}

TEST_F(SweepEventsTest, PublishesNoEventOfAnotherModeOrAccountAndNothingThatIsNoEvent) {
  was_swept_to(begin_ - hours{1});
  std::string live = event("evt_live");
  live.replace(live.find("false"), 5, "true");
  client.answers(200, page({live, event("evt_foreign", R"("account": "acct_9", )"),
                            R"({"id": "x"})", event("evt_own")}));
  sweep();
  EXPECT_THAT(published(), ElementsAre("evt_own"));
  EXPECT_TRUE(shows("tollgate_swept_events_total{outcome=\"foreign\"} 2"));
  EXPECT_TRUE(shows("tollgate_swept_events_total{outcome=\"unreadable\"} 1"));
}

TEST_F(SweepEventsTest, NamesTheConnectedAccountInEventsListedForIt) {
  store_.rows["acct_1"] = {.swept_to = begin_, .begun = begin_, .finished = begin_, .next = begin_};
  client.answers(200, page({event("evt_1"), event("evt_2", R"("account": "acct_1", )")}));
  SweepEvents sweep = sweeper({"acct_1"});
  run(sweep.run_once());
  EXPECT_EQ(client.header(0, "Stripe-Account"), "acct_1");
  ASSERT_THAT(published(), ElementsAre("evt_1", "evt_2"));
  EXPECT_EQ(log.events[0].key, "acct_1:cus_1");
  EXPECT_THAT(log.events[0].body, testing::StartsWith(R"({"account":"acct_1", "id": "evt_1")"));
  EXPECT_EQ(log.events[1].body, event("evt_2", R"("account": "acct_1", )"));
}

TEST_F(SweepEventsTest, ShowsHowLongAgoTheLastWholeSweepWas) {
  was_swept_to(begin_ - hours{30});
  for (int i = 0; i < 3; ++i) client.answers(500, "{}");
  sweep();
  EXPECT_TRUE(shows("tollgate_sweep_age_seconds 108001.5"));  // Two retries waited.
}

TEST_F(SweepEventsTest, TellsOnceOfATimeThatStripeDoesNotListAnyMore) {
  was_swept_to(begin_ - days{31});
  SweepEvents sweep = sweeper();
  for (int attempt = 0; attempt < 2; ++attempt) {
    for (int i = 0; i < 3; ++i) client.answers(500, "{}");
    run(sweep.run_once());
    EXPECT_TRUE(shows("tollgate_sweep_gaps_total 1"));
    clock.time += seconds{31};
  }
  EXPECT_EQ(store_.rows[""].finished, begin_ - days{31});
}

TEST_F(SweepEventsTest, TellsOfNoGapWhereStripeListsEverythingSinceTheLastSweep) {
  was_swept_to(begin_ - days{30} + minutes{1});
  for (int i = 0; i < 3; ++i) client.answers(500, "{}");
  sweep();
  EXPECT_TRUE(shows("tollgate_sweep_gaps_total 0"));
}

TEST_F(SweepEventsTest, ShowsItsAgeBeforeAndWhileItSweeps) {
  was_swept_to(begin_ - hours{30});
  client.answers(200, page({event("evt_2")}, true))
      .answers(200, page({event("evt_1")}))
      .answers(200, page({}));
  std::vector<bool> shown;
  log.on_append = [&] {
    shown.push_back(
        shows("tollgate_sweep_age_seconds " + std::to_string(108'000 + 100 * shown.size())));
    clock.time += seconds{100};
  };
  sweep();
  EXPECT_THAT(shown, ElementsAre(true, true));
}

TEST_F(SweepEventsTest, DoesNothingWithoutAKey) {
  stripe::StripeApi keyless = api_with("");
  SweepEvents sweep{keyless, store_, log, clock, metrics, {""}, seconds{300}};
  run(sweep.run_once());
  EXPECT_THAT(client.requests, IsEmpty());
  EXPECT_THAT(store_.rows, IsEmpty());
}

TEST_F(SweepEventsTest, EndsAfterItsPageWhenItIsToStop) {
  was_swept_to(begin_ - hours{1});
  client.answers(200, page({event("evt_1")}, true)).answers(200, page({}));
  SweepEvents sweep = sweeper();
  log.on_append = [&] { sweep.request_stop(); };
  run(sweep.run_once());
  EXPECT_THAT(client.requests, SizeIs(1));
  EXPECT_EQ(store_.rows[""].swept_to, begin_ - hours{1});
  EXPECT_EQ(store_.rows[""].next, begin_);
}

}  // namespace
}  // namespace tollgate::entitlements
