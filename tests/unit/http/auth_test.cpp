// SPDX-License-Identifier: Apache-2.0
// Services' tokens, bearer headers and the settings. Users' tokens: jwt_test.cpp,
// user_auth_test.cpp.
#include "http/auth.hpp"

#include <gtest/gtest.h>

#include <map>

#include "http/bearer.hpp"

namespace tollgate::http {
namespace {

Request with_authorization(std::string_view value) {
  Request request;
  request.headers = {{"authorization", value}};
  return request;
}

Settings settings_of(std::map<std::string, std::string> values) {
  return Settings{[values = std::move(values)](const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional<std::string>{found->second};
  }};
}

TEST(BearerToken, IsTakenFromTheOnlyAuthorizationHeader) {
  EXPECT_EQ(*bearer_token(with_authorization("Bearer abc.def")), "abc.def");
  EXPECT_EQ(*bearer_token(with_authorization("bEARER  abc")), "abc");
  for (const std::string_view value : {"", "Bearer", "Bearer ", "Bearer   ", "Basic abc", "abc"}) {
    EXPECT_EQ(bearer_token(with_authorization(value)).error(), AuthFault::no_bearer_token) << value;
  }
  Request twice;
  twice.headers = {{"Authorization", "Bearer a"}, {"authorization", "Bearer a"}};
  EXPECT_EQ(bearer_token(twice).error(), AuthFault::no_bearer_token);
  EXPECT_EQ(bearer_token(Request{}).error(), AuthFault::no_bearer_token);
}

TEST(ServiceAuth, NamesTheServiceOfATokenAndNobodyElses) {
  const ServiceAuth auth{{{"shop", "shop-token-0123456789"},
                          {"backoffice", "office-token-0123456789"},
                          {"shop", "shop-token-next-012345"}}};
  const auto name = [&](const std::string& token) {
    const auto service = auth.service_of(with_authorization("Bearer " + token));
    return service ? *service : std::string{to_string(service.error())};
  };
  EXPECT_EQ(name("shop-token-0123456789"), "shop");
  EXPECT_EQ(name("office-token-0123456789"), "backoffice");
  EXPECT_EQ(name("shop-token-next-012345"), "shop");
  for (const std::string token :
       {"shop-token-012345678", "shop-token-01234567890", "Shop-token-0123456789", "shop", "x"}) {
    EXPECT_EQ(name(token), "unknown_service") << token;
  }
  EXPECT_EQ(ServiceAuth{{}}.service_of(with_authorization("Bearer x")).error(),
            AuthFault::unknown_service);
}

TEST(ServiceTokens, AreReadAsNamesAndTokens) {
  Settings settings =
      settings_of({{"SERVICE_TOKENS", "shop:0123456789abcdef, office:with:colon:01234"}});
  const auto services = read_service_tokens(settings);
  ASSERT_TRUE(settings.faults().empty());
  ASSERT_EQ(services.size(), 2U);
  EXPECT_EQ(services[0].name, "shop");
  EXPECT_EQ(services[1].name, "office");
  EXPECT_EQ(services[1].token, "with:colon:01234");
}

TEST(ServiceTokens, RefuseToBeShortOrNamelessOrMissing) {
  for (const std::string value :
       {"shop:0123456789abcde", ":0123456789abcdef", "0123456789abcdef", ""}) {
    Settings settings = settings_of({{"SERVICE_TOKENS", value}});
    EXPECT_TRUE(read_service_tokens(settings).empty());
    EXPECT_EQ(settings.faults().size(), 1U) << value;
  }
}

TEST(ServiceTokens, MayBeLeftOutWhereNoRouteTakesThem) {
  Settings none = settings_of({});
  EXPECT_TRUE(read_service_tokens(none, false).empty());
  EXPECT_TRUE(none.faults().empty());
  Settings wrong = settings_of({{"SERVICE_TOKENS", "shop:short"}});
  EXPECT_TRUE(read_service_tokens(wrong, false).empty());
  EXPECT_EQ(wrong.faults().size(), 1U);
}

TEST(UserAuthSettings, NeedExactlyOneSourceOfKeys) {
  const std::string secret(32, 's');
  const std::pair<std::map<std::string, std::string>, std::size_t> rows[] = {
      {{{"JWT_HS256_SECRET", secret}}, 0},
      {{{"JWT_JWKS_FILE", "/etc/keys.json"}}, 0},
      {{{"JWT_JWKS_URL", "https://login.example.com/keys"}}, 0},
      {{}, 1},
      {{{"JWT_HS256_SECRET", secret}, {"JWT_JWKS_FILE", "/etc/keys.json"}}, 1},
      {{{"JWT_HS256_SECRET", std::string(31, 's')}}, 1},
      {{{"JWT_JWKS_URL", "login.example.com/keys"}}, 1},
      {{{"JWT_JWKS_URL", "ftp://login.example.com/keys"}}, 1},
  };
  for (auto [values, faults] : rows) {
    values["JWT_ISSUER"] = "issuer";
    values["JWT_AUDIENCE"] = "shop";
    Settings settings = settings_of(values);
    const UserAuthConfig config = read_user_auth(settings);
    EXPECT_EQ(settings.faults().size(), faults);
    EXPECT_EQ(config.issuer, "issuer");
    EXPECT_EQ(config.audience, "shop");
  }
}

TEST(UserAuthSettings, NeedIssuerAndAudience) {
  Settings settings = settings_of({{"JWT_HS256_SECRET", std::string(32, 's')}});
  read_user_auth(settings);
  EXPECT_EQ(settings.faults().size(), 2U);
}

}  // namespace
}  // namespace tollgate::http
