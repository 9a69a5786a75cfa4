// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "entitlements/http_api.hpp"
#include "entitlements/json/entitlements_json.hpp"
#include "tests/unit/entitlements/memory_facts.hpp"
#include "tests/unit/entitlements/user_facts_builder.hpp"

namespace tollgate::entitlements {
namespace {

using testing::HasSubstr;
using testing::Not;

class ClockAtPurchase final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return bought; }
};

class NoDocuments final : public DocumentStore {
 public:
  boost::asio::awaitable<std::optional<ReadyDocument>> find(std::string) override {
    co_return std::nullopt;
  }
  boost::asio::awaitable<std::vector<std::optional<ReadyDocument>>> find_all(
      std::vector<std::string>) override {
    co_return std::vector<std::optional<ReadyDocument>>{};
  }
};

class NoUsers final : public http::UserAuth {
 public:
  [[nodiscard]] Result<std::string, http::AuthFault> user_of(const http::Request&) const override {
    return http::AuthFault::no_bearer_token;
  }
  boost::asio::awaitable<void> run() override { co_return; }
  [[nodiscard]] std::string fault() const override { return {}; }
};

/// The part of `body` between two texts.
std::string between(const std::string& body, const std::string& begin, const std::string& end) {
  const auto from = body.find(begin) + begin.size();
  return body.substr(from, body.find(end, from) - from);
}

std::string cursor_in(const http::Response& page) {
  return between(page.body, R"("next_cursor":")", "\"");
}

class FactRoutesTest : public testing::Test {
 protected:
  http::Response read(std::string_view path, std::string_view query = {},
                      std::string_view token = "Bearer a token of the shop") {
    http::Request request;
    request.method = "GET";
    request.target = request.path = path;
    request.query = query;
    request.headers = {{"Authorization", token}};
    http::Response response;
    boost::asio::co_spawn(io_, api_.handler().handle(request),
                          [&](const std::exception_ptr& failure, http::Response answered) {
                            ASSERT_FALSE(failure);
                            response = std::move(answered);
                          });
    io_.restart();
    io_.run();
    return response;
  }
  void expect_refused(std::string_view path, std::string_view query, const std::string& code) {
    const http::Response response = read(path, query);
    EXPECT_EQ(response.status, 422U) << path << '?' << query;
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_THAT(response.body, HasSubstr("\"code\":\"" + code + '"')) << path << '?' << query;
  }

  static ShownSubscription subscription(const std::string& id, Time created) {
    ShownSubscription made;
    made.place = {created, {"", false, id}};
    made.status = "active";
    made.price_ids = {"price_1", "price_2"};
    made.cancel_at = created + days{30};
    return made;
  }

  boost::asio::io_context io_;
  Metrics metrics_;
  const Catalog catalog_ = test_mode_shop();
  const ClockAtPurchase clock_;
  NoDocuments documents_;
  MemoryFacts facts_;
  NoUsers users_;
  const http::ServiceAuth services_{{{"shop", "a token of the shop"}}};
  Reads reads_{documents_, facts_, catalog_, clock_, days{400}};
  AwaitFacts await_facts_{io_, facts_, catalog_, metrics_};
  HttpApi api_{reads_, await_facts_, services_, users_, {}};
};

constexpr const char* fact_routes[] = {"/v1/users/usr_1/explanation", "/v1/users/usr_1/history",
                                       "/v1/subscriptions", "/v1/orphans", "/v1/dead-letters"};

TEST_F(FactRoutesTest, OnlyServicesWithATokenReadFacts) {
  for (const char* route : fact_routes) {
    EXPECT_EQ(read(route, {}, "Bearer of nobody").status, 401U) << route;
    EXPECT_EQ(read(route).status, 200U) << route;
  }
  EXPECT_EQ(facts_.questions, 5);
}

TEST_F(FactRoutesTest, WithoutTheDatabaseTheyAreToComeAgain) {
  facts_.away = true;
  for (const char* route : fact_routes) EXPECT_EQ(read(route).status, 503U) << route;
}

TEST_F(FactRoutesTest, ALimitIsFromOneToAThousand) {
  for (const char* route :
       {"/v1/users/usr_1/history", "/v1/subscriptions", "/v1/orphans", "/v1/dead-letters"}) {
    for (const char* limit : {"limit=0", "limit=1001", "limit=-1", "limit=", "limit=ten",
                              "limit=99999999999999999999"}) {
      expect_refused(route, limit, "invalid_limit");
    }
    EXPECT_EQ(read(route, "limit=1000").status, 200U);
  }
  expect_refused("/v1/dead-letters", "include=body&limit=101", "invalid_limit");
}

TEST_F(FactRoutesTest, ACursorIsOfItsOwnList) {
  facts_.subscriptions = {subscription("sub_2", bought + hours{1}), subscription("sub_1", bought)};
  const std::string cursor = cursor_in(read("/v1/subscriptions", "limit=1"));
  EXPECT_EQ(read("/v1/subscriptions", "cursor=" + cursor).status, 200U);
  for (const char* route : {"/v1/users/usr_1/history", "/v1/orphans", "/v1/dead-letters"}) {
    expect_refused(route, "cursor=" + cursor, "invalid_cursor");
    expect_refused(route, "cursor=!", "invalid_cursor");
    expect_refused(route, "cursor=AAAA", "invalid_cursor");
  }
}

TEST_F(FactRoutesTest, SubscriptionsComeInPages) {
  facts_.subscriptions = {subscription("sub_2", bought + hours{1}), subscription("sub_1", bought)};
  const http::Response first = read("/v1/subscriptions", "limit=1");
  EXPECT_THAT(first.body, HasSubstr(R"("id":"sub_2","account":null,"livemode":false,)"
                                    R"("created":"2026-01-15T11:00:00Z")"));
  EXPECT_THAT(first.body, HasSubstr(R"("price_ids":["price_1","price_2"])"));
  EXPECT_THAT(first.body, HasSubstr(R"("ended_at":null)"));
  EXPECT_THAT(first.body, Not(HasSubstr("sub_1")));
  const http::Response second = read("/v1/subscriptions", "limit=1&cursor=" + cursor_in(first));
  EXPECT_THAT(second.body, HasSubstr("sub_1"));
  EXPECT_THAT(second.body, HasSubstr(R"("next_cursor":null})"));
}

TEST_F(FactRoutesTest, FiltersAreHandedOnAndNeverEmpty) {
  read("/v1/orphans", "user_id=usr%2F1&status=past_due&plan=team");
  EXPECT_EQ(facts_.filter.user_id, "usr/1");
  EXPECT_EQ(facts_.filter.status, "past_due");
  EXPECT_EQ(facts_.filter.plan, "team");
  expect_refused("/v1/subscriptions", "status=", "invalid_filter");
  expect_refused("/v1/subscriptions", "user_id=" + std::string(256, 'u'), "invalid_user_id");
  expect_refused("/v1/dead-letters", "status=active", "invalid_filter");
  EXPECT_EQ(read("/v1/subscriptions", "status=%zz").status, 400U);
}

TEST_F(FactRoutesTest, AnOrphanSaysWhyItCountsForNobody) {
  ShownOrphan orphan;
  orphan.place = {bought, {"", false, "sub_1"}};
  orphan.kind = "subscription";
  orphan.customer_id = orphan.owner_id = "cus_1";
  facts_.orphans = {orphan};
  EXPECT_THAT(read("/v1/orphans").body,
              HasSubstr(R"("reason":"no_user","customer_id":"cus_1","owner_id":"cus_1",)"
                        R"("user_ids":[])"));
  facts_.orphans.front().owner_id.clear();
  EXPECT_THAT(read("/v1/orphans").body, HasSubstr(R"("reason":"no_customer")"));
}

TEST_F(FactRoutesTest, ADeadLetterShowsItsBytesOnlyOnRequest) {
  ShownDeadLetter letter;
  letter.place = {bought, "stripe.events", {3, 17}};
  letter.reason = "wrong_type:status";
  letter.body_bytes = 5;
  letter.body = "aGVsbG8=";
  facts_.letters = {letter, letter};
  facts_.letters.back().place.position.offset = 16;
  EXPECT_THAT(read("/v1/dead-letters").body, Not(HasSubstr("aGVsbG8=")));
  EXPECT_EQ(facts_.bytes_asked, 0U);
  const http::Response first = read("/v1/dead-letters", "include=body&limit=1");
  EXPECT_THAT(first.body, HasSubstr(R"("id":null,"type":null,"reason":"wrong_type:status",)"
                                    R"("topic":"stripe.events","partition":3,"position":17)"));
  EXPECT_THAT(first.body, HasSubstr(R"("body_bytes":5,"body":"aGVsbG8=")"));
  EXPECT_EQ(facts_.bytes_asked, 32U * 1024U);
  const std::string next = "limit=1&cursor=" + cursor_in(first);
  EXPECT_THAT(read("/v1/dead-letters", next).body, HasSubstr(R"("position":16)"));
  expect_refused("/v1/dead-letters", "include=key", "invalid_include");
}

TEST_F(FactRoutesTest, AChangeShowsWhatWasServedAndWhy) {
  Entitlements team;
  team.grants.push_back({.source = "sub_1",
                         .plan = "team",
                         .rank = 20,
                         .features = {},
                         .from = bought,
                         .until = {},
                         .reason = "active"});
  ShownChange first, second;
  first.version = 1;
  first.after = document_json(team, catalog_, bought);
  first.cause = "event";
  first.event.emplace().key.id = "evt_1";
  first.event->topic = "stripe.events";
  first.event->position = {2, 40};
  first.recorded_at = bought;
  second.version = 2;
  second.before = first.after;
  second.after = document_json({}, catalog_, bought);
  second.cause = "time";
  second.recorded_at = bought + hours{1};
  facts_.changes = {second, first};
  const http::Response newest = read("/v1/users/usr_1/history", "limit=1");
  EXPECT_THAT(newest.body, HasSubstr(R"({"version":2,"before":{"plan":"team",)"));
  EXPECT_THAT(newest.body, HasSubstr(R"("after":{"plan":"free",)"));
  EXPECT_THAT(newest.body, HasSubstr(R"("cause":{"kind":"time"},"recorded_at":"2026-01-15T11:)"));
  const http::Response older = read("/v1/users/usr_1/history", "cursor=" + cursor_in(newest));
  EXPECT_THAT(older.body, HasSubstr(R"({"version":1,"before":null,"after":{"plan":"team",)"));
  EXPECT_THAT(older.body, HasSubstr(R"("cause":{"kind":"event","event_id":"evt_1")"));
  EXPECT_THAT(older.body, HasSubstr(R"("partition":2,"position":40)"));
  EXPECT_THAT(older.body, HasSubstr(R"("next_cursor":null)"));
}

TEST_F(FactRoutesTest, AnExplanationReachesBackAsFarAsFactsAreKept) {
  const char* route = "/v1/users/usr_1/explanation";
  EXPECT_EQ(read(route, "at=" + format_rfc3339(bought - days{400})).status, 200U);
  expect_refused(route, "at=" + format_rfc3339(bought - days{400} - hours{1}), "too_old");
  expect_refused(route, "at=yesterday", "invalid_time");
  expect_refused(route, "at=", "invalid_time");
  EXPECT_EQ(read(route, "at=2026-01-15T12:00:00%2B01:00").status, 200U);
}

TEST_F(FactRoutesTest, AWaitNamesAFactAndATime) {
  const char* route = "/v1/users/usr_1/entitlements";
  expect_refused(route, "wait_for=", "invalid_wait_for");
  expect_refused(route, "wait_for=in_1", "invalid_wait_for");
  for (const char* timeout : {"0", "31", "-1", "", "ten", "1.5"}) {
    expect_refused(route, std::string{"wait_for=evt_1&timeout_s="} + timeout, "invalid_timeout");
  }
  EXPECT_EQ(facts_.questions, 0);
}

TEST_F(FactRoutesTest, WhoFindsTooManyWaitingIsToldSoAndTheLogHasNoError) {
  for (std::size_t waiter = 0; waiter < AwaitLimits{}.waiters_of_user_max; ++waiter) {
    boost::asio::co_spawn(io_,
                          await_facts_.wait("usr_1", "evt_never", std::chrono::milliseconds{50}),
                          [](const std::exception_ptr& failure, bool) { EXPECT_FALSE(failure); });
  }
  testing::internal::CaptureStderr();
  const auto refused = read("/v1/users/usr_1/entitlements", "wait_for=evt_1&timeout_s=1");
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(refused.status, 503U);
  EXPECT_THAT(refused.body, HasSubstr(R"("code":"too_many_waiting")"));
  EXPECT_THAT(log, HasSubstr(R"("level":"warning")"));
  EXPECT_THAT(log, testing::Not(HasSubstr(R"("level":"error")")));
}

TEST_F(FactRoutesTest, AnOrphansStatusIsToldInStripesOwnTwoFields) {
  ShownOrphan session, refund;
  session.place = {bought, {"", false, "cs_1"}};
  session.status = "complete/no_payment_required";
  refund.place = {bought, {"", false, "re_1"}};
  refund.status = "succeeded";
  facts_.orphans = {session, refund};
  const std::string body = read("/v1/orphans").body;
  EXPECT_THAT(body, HasSubstr(R"("status":"complete","payment_status":"no_payment_required",)"));
  EXPECT_THAT(body, HasSubstr(R"("status":"succeeded","payment_status":null,)"));
}

}  // namespace
}  // namespace tollgate::entitlements
