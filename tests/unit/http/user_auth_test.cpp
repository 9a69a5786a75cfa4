// SPDX-License-Identifier: Apache-2.0
// Keys that change while the service runs. What a token must be like is jwt_test.cpp's.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "http/auth.hpp"
#include "http/server.hpp"
#include "tests/unit/http/running_server.hpp"
#include "tests/unit/http/token_signer.hpp"
#include "tests/wait_until.hpp"

namespace tollgate::http {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using tests::jwks;
using tests::SigningKeyPair;

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return from_unix_seconds(1'767'225'600); }
};

const std::string good_claims = R"({"sub":"user-1","aud":"shop","iss":"issuer","exp":1767225700})";

/// One loop for everything: the test turns it until what it waits for holds.
class UserAuthTest : public testing::Test {
 protected:
  UserAuthConfig config() const {
    UserAuthConfig config;
    config.issuer = "issuer";
    config.audience = "shop";
    config.file_look = config.refresh_min = milliseconds{2};
    return config;
  }
  void start(const UserAuthConfig& config) {
    auth_ = make_user_auth(io_, config, clock_);
    asio::co_spawn(io_, auth_->run(), asio::detached);
  }
  std::string verdict(const std::string& token) {
    const std::string value = "Bearer " + token;
    Request request;
    request.headers = {{"Authorization", value}};
    const auto user = auth_->user_of(request);
    return user ? *user : std::string{to_string(user.error())};
  }
  bool wait_for(const std::function<bool()>& holds) {
    return tests::wait_until([&] {
      io_.restart();
      io_.poll();
      return holds();
    });
  }
  static std::string signed_by(const SigningKeyPair& key, const std::string& id) {
    return key.sign(R"({"alg":"ES256","kid":")" + id + "\"}", good_claims);
  }

  asio::io_context io_{1};
  FixedClock clock_;
  std::unique_ptr<UserAuth> auth_;
  const SigningKeyPair first_ = SigningKeyPair::ec("P-256");
  const SigningKeyPair second_ = SigningKeyPair::ec("P-256");
  const std::string first_key_ = first_.jwk(R"(,"kid":"first")");
  const std::string second_key_ = second_.jwk(R"(,"kid":"second")");
};

TEST_F(UserAuthTest, HasNoFaultWithASecret) {
  UserAuthConfig with_secret = config();
  with_secret.hs256_secret = std::string(32, 's');
  start(with_secret);
  EXPECT_EQ(auth_->fault(), "");
  EXPECT_EQ(verdict(tests::sign_hs256(with_secret.hs256_secret, R"({"alg":"HS256"})", good_claims)),
            "user-1");
  EXPECT_EQ(auth_->user_of(Request{}).error(), AuthFault::no_bearer_token);
}

/// A JWKS file in a folder of its own.
class UserAuthByFileTest : public UserAuthTest {
 protected:
  UserAuthByFileTest() { std::filesystem::create_directory(folder_); }
  ~UserAuthByFileTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& text) {
    std::ofstream{folder_ / "next"} << text;
    std::filesystem::rename(folder_ / "next", folder_ / "keys.json");
  }
  void start_with_file() {
    UserAuthConfig by_file = config();
    by_file.jwks_file = folder_ / "keys.json";
    start(by_file);
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() /
      ("user_auth_test_" +
       std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
};

TEST_F(UserAuthByFileTest, ReadsTheFileAgainWhenItChanges) {
  write(jwks(first_key_));
  start_with_file();
  ASSERT_TRUE(wait_for([&] { return verdict(signed_by(first_, "first")) == "user-1"; }));
  EXPECT_EQ(verdict(signed_by(second_, "second")), "unknown_key");
  write(jwks(second_key_));
  ASSERT_TRUE(wait_for([&] { return verdict(signed_by(second_, "second")) == "user-1"; }));
  EXPECT_EQ(verdict(signed_by(first_, "first")), "unknown_key");
}

TEST_F(UserAuthByFileTest, SaysWhyItHasNoKeysAndFindsThemLater) {
  start_with_file();
  ASSERT_TRUE(wait_for([&] { return auth_->fault().find("cannot read") != std::string::npos; }));
  EXPECT_EQ(verdict(signed_by(first_, "first")), "unknown_key");
  write("not json");
  ASSERT_TRUE(wait_for([&] { return auth_->fault().find("not a JSON") != std::string::npos; }));
  write(jwks(first_key_));
  ASSERT_TRUE(wait_for([&] { return verdict(signed_by(first_, "first")) == "user-1"; }));
  EXPECT_EQ(auth_->fault(), "");
}

TEST_F(UserAuthByFileTest, KeepsTheOldKeysWhenTheFileBecomesUnreadable) {
  write(jwks(first_key_));
  start_with_file();
  ASSERT_TRUE(wait_for([&] { return auth_->fault().empty(); }));
  write("{}");
  for (int i = 0; i < 10; ++i) io_.run_one();
  EXPECT_EQ(verdict(signed_by(first_, "first")), "user-1");
}

/// Serves a JWKS that the test can change and take away.
class JwksApi {
 public:
  asio::awaitable<Response> keys(Request&) {
    ++fetches;
    co_return status == 200 ? json_response(200, text) : json_response(status, "{}");
  }
  Handler& handler() { return router_; }

  std::string text;
  unsigned status = 200;
  int fetches = 0;

 private:
  static constexpr std::string_view path = "/keys";
  const std::vector<Route<JwksApi>> routes_{{"GET", path, &JwksApi::keys}};
  Router router_{*this, std::span<const Route<JwksApi>>{routes_}};
};

class UserAuthByUrlTest : public UserAuthTest {
 protected:
  void start_with_url(milliseconds refresh, milliseconds refresh_min) {
    server_ = make_server(io_, Endpoint{"127.0.0.1", 0}, ServerLimits{}, api_.handler(), metrics_);
    UserAuthConfig by_url = config();
    by_url.jwks_url = "http://127.0.0.1:" + std::to_string(server_->port()) + "/keys";
    by_url.url_refresh = refresh;
    by_url.refresh_min = refresh_min;
    start(by_url);
  }

  Metrics metrics_;
  JwksApi api_;
  std::unique_ptr<Server> server_;
};

TEST_F(UserAuthByUrlTest, FetchesAgainAfterAWhileAndKeepsOldKeysWhileThatFails) {
  api_.text = jwks(first_key_);
  start_with_url(milliseconds{4}, milliseconds{2});
  EXPECT_NE(auth_->fault(), "");
  ASSERT_TRUE(wait_for([&] { return verdict(signed_by(first_, "first")) == "user-1"; }));
  api_.status = 500;
  const int before = api_.fetches;
  ASSERT_TRUE(wait_for([&] { return api_.fetches >= before + 3; }));
  EXPECT_EQ(verdict(signed_by(first_, "first")), "user-1");
  api_.status = 200;
  api_.text = jwks(first_key_, second_key_);
  ASSERT_TRUE(wait_for([&] { return verdict(signed_by(second_, "second")) == "user-1"; }));
  EXPECT_EQ(verdict(signed_by(first_, "first")), "user-1");
}

TEST_F(UserAuthByUrlTest, FetchesAtOnceForAnUnknownKeyButNotOverAndOver) {
  api_.text = jwks(first_key_);
  start_with_url(std::chrono::hours{1}, milliseconds{100});
  ASSERT_TRUE(wait_for([&] { return auth_->fault().empty(); }));
  EXPECT_EQ(api_.fetches, 1);
  api_.text = jwks(first_key_, second_key_);
  const auto begin = std::chrono::steady_clock::now();
  int asked = 0;
  ASSERT_TRUE(wait_for([&] {
    ++asked;
    return verdict(signed_by(second_, "second")) == "user-1";
  }));
  // Asking many times within the shortest interval brought about one fetch, at its end.
  EXPECT_GT(asked, 1);
  EXPECT_EQ(api_.fetches, 2);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds{50});
}

}  // namespace
}  // namespace tollgate::http
