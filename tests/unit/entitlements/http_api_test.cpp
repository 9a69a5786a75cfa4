// SPDX-License-Identifier: Apache-2.0
#include "entitlements/http_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <map>

#include "entitlements/json/entitlements_json.hpp"
#include "tests/unit/entitlements/memory_facts.hpp"

namespace tollgate::entitlements {
namespace {

using testing::HasSubstr;

constexpr const char* token = "a token of the shop";

class StandingClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return from_unix_seconds(1'797'000'000); }
};

Catalog small_catalog() {
  CatalogContent content;
  content.revision = 1;
  content.default_plan = "free";
  content.plans = {{.id = "free", .name = "Free", .rank = 0, .features = {}, .stripe = {}},
                   {.id = "gold",
                    .name = "Gold",
                    .rank = 10,
                    .features = {{"api_access", {.limit = 100}}, {"sso", {}}},
                    .stripe = {}}};
  return {std::move(content), false};
}

/// Documents in memory; away when told so.
class MemoryDocuments final : public DocumentStore {
 public:
  boost::asio::awaitable<std::optional<ReadyDocument>> find(std::string user_id) override {
    if (away) throw DocumentsUnavailable{"away"};
    const auto found = documents.find(user_id);
    if (found == documents.end()) co_return std::nullopt;
    co_return found->second;
  }

  boost::asio::awaitable<std::vector<std::optional<ReadyDocument>>> find_all(
      std::vector<std::string> user_ids) override {
    std::vector<std::optional<ReadyDocument>> found;
    for (std::string& user_id : user_ids) found.push_back(co_await find(std::move(user_id)));
    co_return found;
  }

  std::map<std::string, ReadyDocument> documents;
  bool away = false;
};

/// Knows one token, `of_<user>`, for each user.
class NamedUsers final : public http::UserAuth {
 public:
  [[nodiscard]] Result<std::string, http::AuthFault> user_of(
      const http::Request& request) const override {
    const std::string_view header = request.header("authorization");
    if (!header.starts_with("Bearer of_")) return http::AuthFault::malformed_token;
    return std::string{header.substr(10)};
  }
  boost::asio::awaitable<void> run() override { co_return; }
  [[nodiscard]] std::string fault() const override { return keys_fault; }

  std::string keys_fault;
};

class EntitlementsApiTest : public testing::Test {
 protected:
  EntitlementsApiTest() {
    Entitlements gold{.catalog_revision = 1, .grants = {}};
    Grant& grant = gold.grants.emplace_back();
    grant.source = "sub_1";
    grant.plan = "gold";
    grant.rank = 10;
    grant.reason = "active";
    grant.features["api_access"] = 100;
    documents_.documents["usr_gold"] = {document_json(gold, catalog_, clock_.now()), 3};
  }

  using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

  http::Response send(std::string_view method, std::string_view path, Headers headers,
                      std::string_view body = {}) {
    http::Request request;
    request.body = body;
    request.method = method;
    request.target = path;
    request.path = path.substr(0, path.find('?'));
    if (request.path.size() < path.size()) request.query = path.substr(request.path.size() + 1);
    request.headers = std::move(headers);
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
  http::Response read(std::string_view path, Headers headers = {}) {
    headers.emplace_back("Authorization", "Bearer a token of the shop");
    return send("GET", path, std::move(headers));
  }

  http::Response ask_batch(const std::string& body) {
    return send("POST", "/v1/entitlements:batch", {{"Authorization", "Bearer a token of the shop"}},
                body);
  }

  static std::string header(const http::Response& response, std::string_view name) {
    const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                    [&](const auto& each) { return each.first == name; });
    return found == response.headers.end() ? std::string{} : found->second;
  }

  const Catalog catalog_ = small_catalog();
  const StandingClock clock_;
  MemoryDocuments documents_;
  NamedUsers users_;
  const http::ServiceAuth services_{{{"shop", token}}};
  MemoryFacts facts_;
  boost::asio::io_context io_;
  Metrics metrics_;
  Reads reads_{documents_, facts_, catalog_, clock_, std::chrono::days{400}};
  AwaitFacts await_facts_{io_, facts_, catalog_, metrics_};
  HttpApi api_{reads_, await_facts_, services_, users_, {"https://shop.example"}};
};

TEST_F(EntitlementsApiTest, OnlyTheBatchMayHaveALongBody) {
  http::Request head;
  head.path = "/v1/entitlements:batch";
  head.method = "POST";
  EXPECT_EQ(api_.handler().body_bytes_max(head), 512U * 1024);
  head.method = "GET";
  EXPECT_EQ(api_.handler().body_bytes_max(head), 0U);
}

TEST_F(EntitlementsApiTest, AServiceReadsWhatAUserMayUse) {
  const auto response = read("/v1/users/usr_gold/entitlements");
  EXPECT_EQ(response.status, 200U);
  EXPECT_THAT(response.body, HasSubstr(R"("plan":"gold")"));
  EXPECT_THAT(response.body, HasSubstr(R"("version":3)"));
  EXPECT_THAT(header(response, "ETag"), testing::StartsWith("\""));
}

TEST_F(EntitlementsApiTest, AUserNeverSeenHasTheDefaultPlan) {
  const auto response = read("/v1/users/usr_%C3%BC%2Fx/entitlements");
  EXPECT_EQ(response.status, 200U);
  EXPECT_THAT(response.body, HasSubstr(R"("plan":"free")"));
  EXPECT_THAT(response.body, HasSubstr("usr_ü/x"));
}

TEST_F(EntitlementsApiTest, TheSameAnswerIsNotSentTwice) {
  const std::string etag = header(read("/v1/users/usr_gold/entitlements"), "ETag");
  const auto again = read("/v1/users/usr_gold/entitlements", {{"If-None-Match", etag}});
  EXPECT_EQ(again.status, 304U);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(header(again, "ETag"), etag);
  EXPECT_EQ(read("/v1/users/usr_other/entitlements", {{"If-None-Match", etag}}).status, 200U);
}

TEST_F(EntitlementsApiTest, OnlyServicesWithATokenReadOthers) {
  EXPECT_EQ(send("GET", "/v1/users/usr_gold/entitlements", {}).status, 401U);
  EXPECT_EQ(
      send("GET", "/v1/users/usr_gold/entitlements", {{"Authorization", "Bearer of_usr_gold"}})
          .status,
      401U);
}

TEST_F(EntitlementsApiTest, AUserIdHasAtMost255CharactersInPathFilterAndBody) {
  const std::string longest(255, 'u');
  EXPECT_EQ(read("/v1/users/" + longest + "/entitlements").status, 200U);
  const std::string none = longest + "u";
  const std::string answers[] = {
      read("/v1/users/" + none + "/entitlements").body,
      read("/v1/users/" + none + "/features/sso").body,
      read("/v1/users/" + none + "/explanation").body,
      read("/v1/users/" + none + "/history").body,
      read("/v1/subscriptions?user_id=" + none).body,
      ask_batch(R"({"user_ids":[")" + none + R"("],"features":[]})").body,
  };
  for (const std::string& answer : answers) {
    EXPECT_THAT(answer, HasSubstr(R"("status":422)")) << answer;
    EXPECT_THAT(answer, HasSubstr(R"("code":"invalid_user_id")")) << answer;
  }
}

TEST_F(EntitlementsApiTest, AFeatureIsAllowedWithItsReasonAndLimit) {
  EXPECT_EQ(read("/v1/users/usr_gold/features/api_access").body,
            R"({"allowed":true,"reason":"active","until":null,"limit":100})");
  EXPECT_EQ(read("/v1/users/usr_gold/features/sso").body,
            R"({"allowed":false,"reason":"not_granted","until":null,"limit":null})");
  EXPECT_EQ(read("/v1/users/usr_gold/features/nothing").body,
            R"({"allowed":false,"reason":"unknown_feature","until":null,"limit":null})");
  EXPECT_EQ(send("GET", "/v1/users/usr_gold/features/sso", {}).status, 401U);
}

TEST_F(EntitlementsApiTest, ManyUsersAreAnsweredInTheOrderAskedAndEachFeatureOnce) {
  const auto response = ask_batch(R"({"user_ids": ["usr_never", "usr_gold"],)"
                                  R"("features": ["api_access", "api_access"]})");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.body,
            R"({"data":[{"user_id":"usr_never","plan":"free","version":0,"features":{"api_access":)"
            R"({"allowed":false,"reason":"not_granted","until":null,"limit":null}}},)"
            R"({"user_id":"usr_gold","plan":"gold","version":3,"features":{"api_access":)"
            R"({"allowed":true,"reason":"active","until":null,"limit":100}}}]})");
}

TEST_F(EntitlementsApiTest, AQuestionOfAWrongShapeIsRefused) {
  EXPECT_EQ(ask_batch("no json").status, 400U);
  EXPECT_EQ(ask_batch(R"({"user_ids": ["usr_1"]})").status, 400U);
  EXPECT_EQ(ask_batch(R"({"user_ids": [7], "features": []})").status, 400U);
  EXPECT_EQ(ask_batch(R"({"user_ids": [], "features": ["\udc00"]})").status, 400U);
  EXPECT_EQ(ask_batch(R"({"user_ids": [""], "features": []})").status, 422U);
  EXPECT_EQ(ask_batch(R"({"user_ids": ["usr\u0000"], "features": []})").status, 422U);
  EXPECT_EQ(ask_batch(R"({"user_ids": [], "features": []})").status, 200U);
}

TEST_F(EntitlementsApiTest, AtMostAThousandUsersAreAskedForAtOnce) {
  std::string users = "\"u\"";
  for (int more = 1; more < 1'000; ++more) users += ",\"u\"";
  EXPECT_EQ(ask_batch("{\"user_ids\": [" + users + "], \"features\": []}").status, 200U);
  EXPECT_EQ(ask_batch("{\"user_ids\": [\"u\"," + users + "], \"features\": []}").status, 422U);
}

TEST_F(EntitlementsApiTest, AReadCanWaitForAFact) {
  facts_.told.emplace_back().key.id = "evt_1";
  const auto known = read("/v1/users/usr_gold/entitlements?wait_for=evt_1&timeout_s=1");
  EXPECT_EQ(known.status, 200U);
  EXPECT_THAT(known.body, HasSubstr(R"("version":3,"reflected":true})"));
  const auto unknown = read("/v1/users/usr_gold/entitlements?wait_for=evt_2&timeout_s=1");
  EXPECT_EQ(unknown.status, 200U);
  EXPECT_THAT(unknown.body, HasSubstr(R"("reflected":false})"));
  EXPECT_NE(header(known, "ETag"), header(unknown, "ETag"));
  EXPECT_THAT(read("/v1/users/usr_gold/entitlements").body, testing::Not(HasSubstr("reflected")));
}

TEST_F(EntitlementsApiTest, AUserCanWaitToo) {
  facts_.told.emplace_back().key.id = "evt_1";
  const auto response =
      send("GET", "/v1/me/entitlements?wait_for=evt_1", {{"Authorization", "Bearer of_usr_gold"}});
  EXPECT_THAT(response.body, HasSubstr(R"("reflected":true})"));
}

TEST_F(EntitlementsApiTest, AUserReadsHisOwn) {
  const auto response =
      send("GET", "/v1/me/entitlements", {{"Authorization", "Bearer of_usr_gold"}});
  EXPECT_EQ(response.status, 200U);
  EXPECT_THAT(response.body, HasSubstr(R"("user_id":"usr_gold")"));
  EXPECT_EQ(read("/v1/me/entitlements").status, 401U);
}

TEST_F(EntitlementsApiTest, WithoutKeysNobodyIsTurnedAwayForGood) {
  users_.keys_fault = "no key set was fetched yet";
  const auto response =
      send("GET", "/v1/me/entitlements", {{"Authorization", "Bearer of_usr_gold"}});
  EXPECT_EQ(response.status, 503U);
  EXPECT_NE(header(response, "Retry-After"), "");
}

TEST_F(EntitlementsApiTest, WithoutTheDatabaseReadsAreToComeAgain) {
  documents_.away = true;
  const auto response = read("/v1/users/usr_gold/entitlements");
  EXPECT_EQ(response.status, 503U);
  EXPECT_NE(header(response, "Retry-After"), "");
}

TEST_F(EntitlementsApiTest, OnlyConfiguredOriginsSeeTheAnswer) {
  const auto shop =
      send("GET", "/v1/me/entitlements",
           {{"Origin", "https://shop.example"}, {"Authorization", "Bearer of_usr_gold"}});
  EXPECT_EQ(header(shop, "Access-Control-Allow-Origin"), "https://shop.example");
  const auto other =
      send("GET", "/v1/me/entitlements",
           {{"Origin", "https://evil.example"}, {"Authorization", "Bearer of_usr_gold"}});
  EXPECT_EQ(header(other, "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(header(other, "Vary"), "Origin");
}

TEST_F(EntitlementsApiTest, APreflightAllowsTheTokenForConfiguredOriginsOnly) {
  const auto shop = send("OPTIONS", "/v1/me/entitlements", {{"Origin", "https://shop.example"}});
  EXPECT_EQ(shop.status, 204U);
  EXPECT_EQ(header(shop, "Access-Control-Allow-Origin"), "https://shop.example");
  EXPECT_THAT(header(shop, "Access-Control-Allow-Headers"), HasSubstr("Authorization"));
  const auto other = send("OPTIONS", "/v1/me/entitlements", {{"Origin", "https://evil.example"}});
  EXPECT_EQ(header(other, "Access-Control-Allow-Origin"), "");
}

}  // namespace
}  // namespace tollgate::entitlements
