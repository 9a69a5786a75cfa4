// SPDX-License-Identifier: Apache-2.0
#include "entitlements/make_change_message.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "entitlements/domain/catalog_file.hpp"
#include "entitlements/json/entitlements_json.hpp"
#include "events/entitlements_changed.pb.h"

namespace tollgate::entitlements {
namespace {

Time at_second(std::int64_t seconds) { return from_unix_seconds(seconds); }

class ChangeMessage : public testing::Test {
 protected:
  ChangeMessage() {
    Entitlements entitlements{1, {}};
    entitlements.grants.push_back({"sub_1",
                                   "professional",
                                   10,
                                   {{"api_access", {}}},
                                   2,
                                   at_second(100),
                                   at_second(1'000),
                                   "active"});
    entitlements.grants.push_back(
        {"cs_1", "", 0, {{"handbook", 5}}, 1, at_second(50), {}, "purchase"});
    auto content = read_catalog(TOLLGATE_SOURCE_DIR "/deploy/catalog.yaml");
    document_.document =
        document_json(entitlements, Catalog{*std::move(content), false}, at_second(500));
  }

  events::EntitlementsChanged message() {
    events::EntitlementsChanged parsed;
    EXPECT_TRUE(parsed.ParseFromString(make_change_message(document_)));
    return parsed;
  }

  UnpublishedDocument document_{"usr_1",
                                "",
                                3,
                                7,
                                ChangeCause::event,
                                "evt_1",
                                at_second(600) + std::chrono::microseconds{250}};
};

TEST_F(ChangeMessage, HoldsTheWholeStateOfTheUser) {
  const auto said = message();
  EXPECT_EQ(said.user_id(), "usr_1");
  EXPECT_EQ(said.version(), 3);
  EXPECT_EQ(said.plan(), "professional");
  EXPECT_TRUE(said.is_premium());
  EXPECT_EQ(said.catalog_revision(), 7);
  EXPECT_EQ(said.valid_until().seconds(), 1'000);
  ASSERT_EQ(said.features().size(), 2U);
  EXPECT_FALSE(said.features().at("api_access").has_limit());
  EXPECT_EQ(said.features().at("handbook").limit(), 5);
}

TEST_F(ChangeMessage, NamesEveryGrantWithItsTimes) {
  const auto said = message();
  ASSERT_EQ(said.grants_size(), 2);
  EXPECT_EQ(said.grants(0).source(), "sub_1");
  EXPECT_EQ(said.grants(0).plan(), "professional");
  EXPECT_EQ(said.grants(0).quantity(), 2);
  EXPECT_EQ(said.grants(0).from().seconds(), 100);
  EXPECT_EQ(said.grants(0).until().seconds(), 1'000);
  EXPECT_EQ(said.grants(0).reason(), "active");
  EXPECT_EQ(said.grants(1).plan(), "");
  EXPECT_FALSE(said.grants(1).has_until());
}

TEST_F(ChangeMessage, NamesEveryGrantsFeaturesWithTheirLimits) {
  const auto said = message();
  ASSERT_EQ(said.grants_size(), 2);
  ASSERT_EQ(said.grants(0).features_size(), 1);
  EXPECT_FALSE(said.grants(0).features().at("api_access").has_limit());
  ASSERT_EQ(said.grants(1).features_size(), 1);
  EXPECT_EQ(said.grants(1).features().at("handbook").limit(), 5);
}

TEST_F(ChangeMessage, SaysWhatMadeTheVersion) {
  auto cause = message().cause();
  EXPECT_EQ(cause.kind(), events::Cause::KIND_EVENTS);
  ASSERT_EQ(cause.event_ids_size(), 1);
  EXPECT_EQ(cause.event_ids(0), "evt_1");
  EXPECT_EQ(cause.recorded_at().seconds(), 600);
  EXPECT_EQ(cause.recorded_at().nanos(), 250'000);
  document_.because = ChangeCause::time;
  document_.event_id.clear();
  cause = message().cause();
  EXPECT_EQ(cause.kind(), events::Cause::KIND_TIME);
  EXPECT_EQ(cause.event_ids_size(), 0);
  document_.because = ChangeCause::catalog;
  EXPECT_EQ(message().cause().kind(), events::Cause::KIND_CATALOG);
  document_.because = ChangeCause::operation;
  EXPECT_EQ(message().cause().kind(), events::Cause::KIND_OPERATOR);
}

TEST_F(ChangeMessage, ADocumentThatIsNoneIsRefused) {
  for (const char* text : {"", "{}", R"({"until":null,"bytes":2,"answer":{}})"}) {
    document_.document = text;
    EXPECT_THROW(make_change_message(document_), std::invalid_argument) << text;
  }
}

}  // namespace
}  // namespace tollgate::entitlements
