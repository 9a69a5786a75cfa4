// SPDX-License-Identifier: Apache-2.0
#include "entitlements/json/entitlements_json.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "user_facts_builder.hpp"

namespace tollgate::entitlements {
namespace {

UserFacts subscriber_with_handbook() {
  UserFacts facts = subscriber();
  facts.sessions = {known(session())};
  facts.sessions[0].object.payment_intent = "pi_9";
  return facts;
}

Entitlements some_entitlements() {
  return derive(subscriber_with_handbook(), test_mode_shop()).entitlements;
}

TEST(EntitlementsJson, WritesTheAnswerOfTheReadApi) {
  const Catalog catalog = test_mode_shop();
  const Answer answer = answer_at(some_entitlements(), catalog, bought);
  EXPECT_EQ(answer_json(answer, "ann", 3),
            R"({"user_id":"ann","plan":"basic","is_premium":true,)"
            R"("features":{"handbook":{"limit":null},"projects":{"limit":10},"seats":{"limit":1}},)"
            R"("grants":[{"source":"sub_1","plan":"basic",)"
            R"("features":{"projects":{"limit":10},"seats":{"limit":1}},"quantity":1,)"
            R"("from":"2026-01-15T10:00:00Z","until":"2026-02-16T10:00:00Z","reason":"active"},)"
            R"({"source":"cs_1","plan":null,"features":{"handbook":{"limit":null}},"quantity":1,)"
            R"("from":"2026-01-15T10:00:00Z","until":null,"reason":"purchase"}],)"
            R"("valid_until":"2026-02-16T10:00:00Z","version":3})");
}

TEST(EntitlementsJson, ReadsBackWhatItStored) {
  const std::string document = document_json(some_entitlements(), test_mode_shop(), bought);
  EXPECT_EQ(entitlements_from_json(document), some_entitlements());
}

TEST(EntitlementsJson, AnswersFromAStoredDocumentAsFromTheGrantsAtAnyTime) {
  const Catalog catalog = test_mode_shop();
  const Entitlements entitlements = some_entitlements();
  for (const Time written : {bought, period_ends + days{3}}) {
    const std::string document = document_json(entitlements, catalog, written);
    for (const Time now : {written, period_ends + days{2}, period_ends + days{400}}) {
      if (now < written) continue;
      const Answer answer = answer_at(entitlements, catalog, now);
      EXPECT_EQ(read_answer_json(document, catalog, "ann", 4, now), answer_json(answer, "ann", 4));
      EXPECT_EQ(read_answer(document, catalog, now), answer);
    }
  }
}

TEST(EntitlementsJson, AnswersForAUserNeverSeen) {
  EXPECT_EQ(default_answer_json(test_mode_shop(), "nobody"),
            R"({"user_id":"nobody","plan":"free","is_premium":false,)"
            R"("features":{"projects":{"limit":1}},"grants":[],"valid_until":null,"version":0})");
}

TEST(EntitlementsJson, EscapesWhatUsersAreCalled) {
  const std::string document = document_json({}, test_mode_shop(), bought);
  const std::string body =
      read_answer_json(document, test_mode_shop(), "a\"b\\c\n\xC3\xBC", 1, bought);
  EXPECT_TRUE(body.starts_with("{\"user_id\":\"a\\\"b\\\\c\\n\xC3\xBC\",\"plan\"")) << body;
}

TEST(EntitlementsJson, RefusesTextsThatItDidNotWrite) {
  const Catalog catalog = test_mode_shop();
  for (const std::string text :
       {"", "{}", "null", R"({"until":null,"bytes":99999,"answer":{}})", R"({"until":x)",
        R"({"revision":1,"stored":[{}]})", R"({"revision":1,"stored":{}})"}) {
    EXPECT_EQ(entitlements_from_json(text), std::nullopt) << text;
    EXPECT_THROW(read_answer_json(text, catalog, "ann", 1, bought), std::invalid_argument) << text;
  }
}

TEST(EntitlementsJson, WritesEqualGrantsAsEqualTexts) {
  UserFacts facts = subscriber_with_handbook();
  stripe::Subscription other = subscription("trialing");
  other.id = "sub_0";
  facts.subscriptions.push_back(known(other));
  UserFacts turned = facts;
  std::swap(turned.subscriptions[0], turned.subscriptions[1]);
  const Catalog catalog = test_mode_shop();
  EXPECT_EQ(document_json(derive(facts, catalog).entitlements, catalog, bought),
            document_json(derive(turned, catalog).entitlements, catalog, bought));
}

}  // namespace
}  // namespace tollgate::entitlements
