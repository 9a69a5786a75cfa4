// SPDX-License-Identifier: Apache-2.0
#include "http/router.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace tollgate::http {
namespace {

namespace asio = boost::asio;

/// Every route answers its own name and the placeholders' values.
class NamingApi {
 public:
  asio::awaitable<Response> users(Request& request) { return name("users", request); }
  asio::awaitable<Response> feature(Request& request) { return name("feature", request); }
  asio::awaitable<Response> batch(Request& request) { return name("batch", request); }
  asio::awaitable<Response> change(Request& request) { return name("change", request); }
  asio::awaitable<Response> root(Request& request) { return name("root", request); }

 private:
  static asio::awaitable<Response> name(std::string text, Request& request) {
    for (const auto& value : request.path_values) text += "|" + value;
    co_return json_response(200, text);
  }
};

constexpr Route<NamingApi> naming_routes[] = {
    {"GET", "/v1/users/{user_id}/entitlements", &NamingApi::users},
    {"GET", "/v1/users/{user_id}/features/{feature}", &NamingApi::feature},
    {"POST", "/v1/entitlements:batch", &NamingApi::batch},
    {"PATCH", "/v1/users/{user_id}/entitlements", &NamingApi::change},
    {"GET", "/", &NamingApi::root},
};

class RouterTest : public testing::Test {
 protected:
  Response answer(std::string_view method, std::string_view path) {
    Request request;
    request.method = method;
    request.path = path;
    asio::io_context io;
    auto response = asio::co_spawn(io, router_.handle(request), asio::use_future);
    io.run();
    return response.get();
  }
  static std::string allow_of(const Response& response) {
    for (const auto& [name, value] : response.headers) {
      if (name == "Allow") return value;
    }
    return {};
  }

  NamingApi api_;
  Router router_{api_, std::span<const Route<NamingApi>>{naming_routes}};
};

TEST_F(RouterTest, GivesPlaceholdersDecodedAndInTheirOrder) {
  EXPECT_EQ(answer("GET", "/v1/users/u_1/entitlements").body, "users|u_1");
  EXPECT_EQ(answer("GET", "/v1/users/a%2Fb%20%C3%A9+/features/sso").body,
            "feature|a/b \xC3\xA9+|sso");
  EXPECT_EQ(answer("GET", "/").body, "root");
}

TEST_F(RouterTest, TakesAColonAsPartOfALiteralSegment) {
  EXPECT_EQ(answer("POST", "/v1/entitlements:batch").body, "batch");
  EXPECT_EQ(answer("POST", "/v1/entitlements").status, 404U);
}

TEST_F(RouterTest, NeverMatchesAnEmptyOrAMissingOrAnExtraSegment) {
  for (const std::string_view path :
       {"/v1/users//entitlements", "/v1/users/u_1", "/v1/users/u_1/entitlements/", "//", "",
        "/v1/users/u_1/entitlements/x", "v1/users/u_1/entitlements", "*"}) {
    EXPECT_EQ(answer("GET", path).status, 404U) << path;
  }
}

TEST_F(RouterTest, AnswersWhatIsAllowedToAnyOtherMethod) {
  for (const std::string_view method : {"DELETE", "BREW", "get", "OPTIONS"}) {
    const Response response = answer(method, "/v1/users/u_1/entitlements");
    EXPECT_EQ(response.status, 405U) << method;
    EXPECT_EQ(allow_of(response), "GET, HEAD, PATCH") << method;
  }
  EXPECT_EQ(allow_of(answer("GET", "/v1/entitlements:batch")), "POST");
  EXPECT_EQ(answer("BREW", "/nowhere").status, 404U);
}

TEST_F(RouterTest, AnswersHeadByTheRouteForGet) {
  EXPECT_EQ(answer("HEAD", "/v1/users/u_1/entitlements").body, "users|u_1");
  EXPECT_EQ(answer("HEAD", "/v1/entitlements:batch").status, 405U);
}

TEST_F(RouterTest, RefusesAPlaceholderThatIsNoText) {
  for (const std::string_view value : {"%", "%4", "%zz", "a%00b", "%ff", "%C3"}) {
    const std::string path = "/v1/users/" + std::string{value} + "/entitlements";
    EXPECT_EQ(answer("GET", path).status, 400U) << path;
  }
}

}  // namespace
}  // namespace tollgate::http
