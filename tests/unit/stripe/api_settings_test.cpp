// SPDX-License-Identifier: Apache-2.0
#include "stripe/api_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace tollgate::stripe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Variables = std::map<std::string, std::string>;

struct Reading {
  ApiSettings api;
  std::vector<std::string> faults;
};

Reading read(const Variables& variables) {
  Settings settings{[&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  }};
  ApiSettings api = read_api_settings(settings);
  return {std::move(api), settings.faults()};
}

TEST(ApiSettings, NeedNoKey) {
  const Reading reading = read({});
  EXPECT_THAT(reading.faults, IsEmpty());
  EXPECT_EQ(reading.api.secret_key, "");
  EXPECT_EQ(reading.api.base, "https://api.stripe.com");
  EXPECT_EQ(reading.api.mode, Mode::test);
}

TEST(ApiSettings, TakeSecretAndRestrictedKeysOfTheMode) {
  for (const auto& [mode, key] : {std::pair{"test", "sk_test_a1"},
                                  {"test", "rk_test_a1"},
                                  {"live", "sk_live_a1"},
                                  {"live", "rk_live_a1"}}) {
    const Reading reading = read({{"STRIPE_MODE", mode}, {"STRIPE_SECRET_KEY", key}});
    EXPECT_THAT(reading.faults, IsEmpty()) << key;
    EXPECT_EQ(reading.api.secret_key, key);
  }
}

TEST(ApiSettings, RefuseAKeyOfTheOtherModeOrOfNoModeAndNeverTellIt) {
  for (const auto& [mode, key] : {std::pair{"test", "sk_live_abc123"},
                                  {"live", "sk_test_abc123"},
                                  {"test", "pk_test_abc123"},
                                  {"test", "whsec_abc123"},
                                  {"test", "sk_test_"},
                                  {"test", "sk_test_abc123\nX: y"}}) {
    const Reading reading = read({{"STRIPE_MODE", mode}, {"STRIPE_SECRET_KEY", key}});
    ASSERT_THAT(reading.faults, ElementsAre(HasSubstr("STRIPE_SECRET_KEY"))) << key;
    EXPECT_EQ(reading.faults[0].find("abc123"), std::string::npos);
  }
}

TEST(ApiSettings, SendALiveKeyOnlyEncrypted) {
  EXPECT_THAT(read({{"STRIPE_MODE", "live"},
                    {"STRIPE_SECRET_KEY", "sk_live_a1"},
                    {"STRIPE_API_BASE", "http://127.0.0.1:12111"}})
                  .faults,
              ElementsAre(HasSubstr("STRIPE_API_BASE")));
  EXPECT_THAT(
      read({{"STRIPE_SECRET_KEY", "sk_test_a1"}, {"STRIPE_API_BASE", "http://127.0.0.1:12111"}})
          .faults,
      IsEmpty());
}

TEST(ApiSettings, CutTheSlashAtTheEndOfTheBaseAndRefuseWhatIsNoUrl) {
  EXPECT_EQ(read({{"STRIPE_API_BASE", "http://localhost:12111/"}}).api.base,
            "http://localhost:12111");
  EXPECT_THAT(read({{"STRIPE_API_BASE", "api.stripe.com"}}).faults,
              ElementsAre(HasSubstr("STRIPE_API_BASE")));
}

}  // namespace
}  // namespace tollgate::stripe
