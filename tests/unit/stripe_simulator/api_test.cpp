// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_client.hpp"

namespace tollgate::simulator {
namespace {

using testing::ElementsAre;
using tests::ApiClient;

TEST(SimulatorApi, TakesTestKeysAsBearerAndBasicAndNoOthers) {
  const struct {
    const char* authorization;
    unsigned status;
  } cases[] = {
      {"Bearer sk_test_a", 200},
      {"bearer rk_test_a", 200},
      {"Basic c2tfdGVzdF9hOg==", 200},  // sk_test_a:
      {"", 401},
      {"Bearer ", 401},
      {"Bearer sk_test_", 401},
      {"Bearer sk_live_a", 401},
      {"Basic c2tfbGl2ZV9hOg==", 401},  // sk_live_a:
  };
  ApiClient client;
  for (const auto& row : cases) {
    ApiRequest request = ApiClient::request_of("GET", "/v1/customers");
    request.authorization = row.authorization;
    EXPECT_EQ(client.send(request).status, row.status) << row.authorization;
  }
}

TEST(SimulatorApi, NamesNoKeyWholeInItsRefusal) {
  ApiClient client;
  ApiRequest request = ApiClient::request_of("GET", "/v1/customers");
  request.authorization = "Bearer sk_live_abcdefgh";
  const auto answer = client.send(request);
  EXPECT_EQ(answer.error()["message"].text(), "Invalid API Key provided: ****efgh");
}

TEST(SimulatorApi, AnswersUnknownPathsAndObjectsWith404) {
  ApiClient client;
  EXPECT_EQ(client.get("/v1/nonsense").status, 404U);
  EXPECT_EQ(client.remove("/v1/customers").status, 404U);
  const auto search = client.get("/v1/customers/search", "query=email%3A'a'");
  EXPECT_EQ(search.status, 404U);
  EXPECT_TRUE(search.error()["message"].text().starts_with("Unrecognized request URL"));
  const auto answer = client.get("/v1/customers/cus_none");
  EXPECT_EQ(answer.status, 404U);
  EXPECT_EQ(answer.error()["code"].text(), "resource_missing");
  EXPECT_EQ(answer.error()["message"].text(), "No such customer: 'cus_none'");
}

TEST(SimulatorApi, RefusesAVersionThatIsNone) {
  ApiClient client;
  ApiRequest request = ApiClient::request_of("GET", "/v1/customers");
  for (const char* version : {"2026-10-28.endive", "2024-06-20"}) {
    request.stripe_version = version;
    EXPECT_EQ(client.send(request).status, 200U) << version;
  }
  for (const char* version : {"latest", "2026-10-2", "2027-01-01.fig", "2026-10-28."}) {
    request.stripe_version = version;
    EXPECT_EQ(client.send(request).status, 400U) << version;
  }
}

TEST(Idempotency, RepeatsTheFirstAnswerAndMakesNothingTwice) {
  ApiClient client;
  const auto first = client.post("/v1/customers", "name=A", "key-1");
  const auto second = client.post("/v1/customers", "name=A", "key-1");
  EXPECT_EQ(first.replayed, Replay::no);
  EXPECT_EQ(second.replayed, Replay::yes);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(client.world.ids("customer").size(), 1U);
}

TEST(Idempotency, RefusesAKeyThatCameWithOtherParametersOrAnotherPath) {
  ApiClient client;
  client.post("/v1/customers", "name=A", "key-1");
  for (const auto& answer : {client.post("/v1/customers", "name=B", "key-1"),
                             client.post("/v1/products", "name=A", "key-1")}) {
    EXPECT_EQ(answer.status, 400U);
    EXPECT_EQ(answer.error()["type"].text(), "idempotency_error");
  }
}

TEST(Idempotency, StoresFaultsOfTheOperationButNotOfItsParameters) {
  ApiClient client;
  EXPECT_EQ(client.post("/v1/customers", "nonsense=A", "key-1").status, 400U);
  EXPECT_EQ(client.post("/v1/customers", "name=A", "key-1").status, 200U);
  EXPECT_EQ(client.post("/v1/customers/cus_none", "name=A", "key-2").status, 404U);
  EXPECT_EQ(client.post("/v1/customers/cus_none", "name=A", "key-2").replayed, Replay::yes);
}

TEST(Idempotency, GivesAKeyToOneRequestAtATime) {
  KeysAtWork keys;
  {
    const KeysAtWork::Hold first{keys, "key-1"};
    const KeysAtWork::Hold second{keys, "key-1"};
    const KeysAtWork::Hold other{keys, "key-2"};
    EXPECT_TRUE(first);
    EXPECT_FALSE(second);
    EXPECT_TRUE(other);
  }
  EXPECT_TRUE((KeysAtWork::Hold{keys, "key-1"}));
  const KeysAtWork::Hold without{keys, ""};
  EXPECT_TRUE((KeysAtWork::Hold{keys, ""}));
  EXPECT_TRUE(without);
  EXPECT_EQ(key_in_use("key-1").status, 409U);
}

TEST(Idempotency, ForgetsAKeyAfterADay) {
  ApiClient client;
  const auto first = client.post("/v1/customers", "name=A", "key-1");
  client.world.advance_to(tests::story_begin + 24 * 3600 - 1);
  EXPECT_EQ(client.post("/v1/customers", "name=A", "key-1").id(), first.id());
  client.world.advance_to(tests::story_begin + 24 * 3600);
  EXPECT_NE(client.post("/v1/customers", "name=A", "key-1").id(), first.id());
}

TEST(SimulatorApi, AnswersMadeUpBodiesUntilTheyAreTakenBack) {
  ApiClient client;
  client.api.make_up("/v1/anything/x_1", Json::object({{"id", "x_1"}}));
  EXPECT_EQ(client.get("/v1/anything/x_1").id(), "x_1");
  EXPECT_EQ(client.post("/v1/anything/x_1").status, 404U);
  client.api.make_up("/v1/anything/x_1", nullptr);
  EXPECT_EQ(client.get("/v1/anything/x_1").status, 404U);
}

class Lists : public testing::Test {
 protected:
  Lists() {
    for (int i = 0; i < 5; ++i) {
      client.world.advance_to(tests::story_begin + i);
      ids.push_back(client.post("/v1/customers", "email=" + std::to_string(i % 2) + "@x").id());
    }
  }
  std::vector<std::string> page(const std::string& query) {
    std::vector<std::string> found;
    last = client.get("/v1/customers", query);
    for (const Json& item : last.body["data"].items()) found.push_back(item["id"].text());
    return found;
  }
  ApiClient client;
  std::vector<std::string> ids;
  ApiClient::Answer last;
};

TEST_F(Lists, AreNewestFirstAndWalkBothWays) {
  EXPECT_THAT(page("limit=2"), ElementsAre(ids[4], ids[3]));
  EXPECT_TRUE(last.body["has_more"].flag());
  EXPECT_THAT(page("limit=2&starting_after=" + ids[3]), ElementsAre(ids[2], ids[1]));
  EXPECT_THAT(page("limit=2&starting_after=" + ids[1]), ElementsAre(ids[0]));
  EXPECT_FALSE(last.body["has_more"].flag());
  EXPECT_THAT(page("limit=2&ending_before=" + ids[0]), ElementsAre(ids[2], ids[1]));
  EXPECT_TRUE(last.body["has_more"].flag());
  EXPECT_THAT(page("limit=2&ending_before=" + ids[3]), ElementsAre(ids[4]));
  EXPECT_FALSE(last.body["has_more"].flag());
}

TEST_F(Lists, FilterByMembersAndTimes) {
  EXPECT_THAT(page("email=1%40x"), ElementsAre(ids[3], ids[1]));
  const std::string second = std::to_string(tests::story_begin + 3);
  EXPECT_THAT(page("created[gte]=" + second), ElementsAre(ids[4], ids[3]));
  EXPECT_THAT(page("created[gt]=" + second), ElementsAre(ids[4]));
}

TEST_F(Lists, RefuseLimitsAndCursorsThatAreNone) {
  for (const char* query : {"limit=0", "limit=101", "starting_after=cus_none"}) {
    EXPECT_EQ(client.get("/v1/customers", query).status, 400U) << query;
  }
}

}  // namespace
}  // namespace tollgate::simulator
