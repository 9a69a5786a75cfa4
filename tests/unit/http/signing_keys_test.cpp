// SPDX-License-Identifier: Apache-2.0
#include "http/signing_keys.hpp"

#include <gtest/gtest.h>

#include "http/base64url.hpp"
#include "tests/unit/http/token_signer.hpp"

namespace tollgate::http {
namespace {

using tests::jwks;
using tests::SigningKeyPair;

TEST(SigningKeys, TakesOnlyKeysThatMayVerifyOurAlgorithms) {
  const SigningKeyPair rsa = SigningKeyPair::rsa(2048);
  const SigningKeyPair ec = SigningKeyPair::ec("P-256");
  const SigningKeyPair short_rsa = SigningKeyPair::rsa(1024);
  const SigningKeyPair other_curve = SigningKeyPair::ec("P-384");
  const struct {
    std::string jwk;
    bool taken;
  } rows[] = {
      {rsa.jwk(), true},
      {rsa.jwk(R"(,"use":"sig","alg":"RS256","key_ops":["verify"])"), true},
      {ec.jwk(R"(,"alg":"ES256")"), true},
      {rsa.jwk(R"(,"use":"enc")"), false},
      {rsa.jwk(R"(,"alg":"RS512")"), false},
      {rsa.jwk(R"(,"alg":"HS256")"), false},
      {rsa.jwk(R"(,"key_ops":["sign"])"), false},
      {rsa.jwk(R"(,"key_ops":"verify")"), false},
      {ec.jwk(R"(,"alg":"RS256")"), false},
      {short_rsa.jwk(), false},
      {other_curve.jwk(), false},
      {R"({"kty":"oct","k":"YSBzZWNyZXQgb2YgYXQgbGVhc3QgdGhpcnR5LXR3byBieXRlcw","alg":"HS256"})",
       false},
      {R"({"kty":"RSA","n":"AQAB","e":"AQAB"})", false},
      {R"({"kty":"RSA"})", false},
      {R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})", false},
      {R"({"kty":"EC","crv":"P-256","x":")" + tests::base64url(std::string(32, 'x')) +
           R"(","y":")" + tests::base64url(std::string(32, 'y')) + R"("})",
       false},  // not on the curve
      {"7", false},
      {"{}", false},
  };
  for (const auto& row : rows) {
    const auto keys = SigningKeys::of_jwks(jwks(row.jwk));
    EXPECT_EQ(keys.has_value(), row.taken) << row.jwk;
  }
}

TEST(SigningKeys, SkipsStrangeKeysBesideGoodOnes) {
  const std::string good = SigningKeyPair::ec("P-256").jwk(R"(,"kid":"a")");
  const auto keys = SigningKeys::of_jwks(jwks(R"({"kty":"OKP","crv":"Ed25519","x":"AA"})", good));
  ASSERT_TRUE(keys.has_value());
  EXPECT_EQ(keys->size(), 1U);
  EXPECT_NE(keys->find("a", "ES256"), nullptr);
  EXPECT_EQ(keys->find("a", "RS256"), nullptr);
  EXPECT_EQ(keys->find("b", "ES256"), nullptr);
}

TEST(SigningKeys, RefusesDocumentsThatAreNoJwks) {
  for (const std::string& text : {std::string{}, std::string{"[]"}, std::string{"{}"},
                                  std::string{R"({"keys":{}})"}, std::string{R"({"keys":[]})"},
                                  std::string{"<html>"}, R"({"keys":)" + std::string(9'999, '[')}) {
    EXPECT_TRUE(SigningKeys::of_jwks(text).has_error()) << text;
  }
  std::string many = "{}";
  for (int i = 0; i < 64; ++i) many += ",{}";
  EXPECT_EQ(SigningKeys::of_jwks(jwks(many)).error(), "too many keys");
}

TEST(SigningKeys, TakesASecretOfThirtyTwoBytesOrMore) {
  EXPECT_EQ(SigningKeys::of_secret(std::string(32, 's')).size(), 1U);
  EXPECT_THROW(SigningKeys::of_secret(std::string(31, 's')), std::invalid_argument);
}

TEST(Base64url, HasOneSpellingForEveryValue) {
  EXPECT_EQ(decode_base64url("").value(), "");
  EXPECT_EQ(decode_base64url("-_8").value(), "\xFB\xFF");
  for (const std::string_view text : {"A", "AB", "A=", "AA==", "+/8", "A A", "AAAAA", "-_9"}) {
    EXPECT_FALSE(decode_base64url(text).has_value()) << text;
  }
  for (std::size_t length = 0; length < 70; ++length) {
    const std::string bytes(length, static_cast<char>(length * 37));
    EXPECT_EQ(decode_base64url(tests::base64url(bytes)), bytes);
  }
}

}  // namespace
}  // namespace tollgate::http
