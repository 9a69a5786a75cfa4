// SPDX-License-Identifier: Apache-2.0
// Tokens against keys: what is believed, and everything that must not be.
#include "http/jwt.hpp"

#include <gtest/gtest.h>

#include "http/base64url.hpp"
#include "tests/unit/http/token_signer.hpp"

namespace tollgate::http {
namespace {

using tests::jwks;
using tests::sign_hs256;
using tests::SigningKeyPair;

constexpr std::int64_t now_s = 1'767'225'600;
const std::string secret = "a secret of at least thirty-two bytes";
const std::string hs256 = R"({"alg":"HS256","typ":"JWT"})";
const std::string rs256 = R"({"alg":"RS256","kid":"r1"})";
const std::string es256 = R"({"alg":"ES256","kid":"e1"})";

/// The claims of a good token; a member given again in `more` is a fault of the test's own making.
std::string claims(const std::string& more = R"(,"aud":"shop","iss":"issuer","exp":1767225700)") {
  return R"({"sub":"user-1")" + more + "}";
}

const SigningKeyPair& rsa() {
  static const SigningKeyPair key = SigningKeyPair::rsa(2048);
  return key;
}
const SigningKeyPair& ec() {
  static const SigningKeyPair key = SigningKeyPair::ec("P-256");
  return key;
}
const SigningKeys& public_keys() {
  static const SigningKeys keys =
      *SigningKeys::of_jwks(jwks(rsa().jwk(R"(,"kid":"r1")"), ec().jwk(R"(,"kid":"e1")")));
  return keys;
}
const SigningKeys& secret_keys() {
  static const SigningKeys keys = SigningKeys::of_secret(secret);
  return keys;
}

Result<std::string, AuthFault> verify(const std::string& token, const SigningKeys& keys) {
  return verify_jwt(token, keys, {"issuer", "shop"}, from_unix_seconds(now_s));
}

/// The fault's name, or the user in brackets.
std::string verdict(const std::string& token, const SigningKeys& keys) {
  const auto user = verify(token, keys);
  return user ? "[" + *user + "]" : std::string{to_string(user.error())};
}

std::string verdict_of_claims(const std::string& members) {
  return verdict(sign_hs256(secret, hs256, "{" + members + "}"), secret_keys());
}

TEST(Jwt, BelievesATokenSignedByAKnownKeyOfEachKind) {
  EXPECT_EQ(verdict(sign_hs256(secret, hs256, claims()), secret_keys()), "[user-1]");
  EXPECT_EQ(verdict(rsa().sign(rs256, claims()), public_keys()), "[user-1]");
  EXPECT_EQ(verdict(ec().sign(es256, claims()), public_keys()), "[user-1]");
}

TEST(Jwt, FindsTheKeyByItsAlgorithmWhenTheTokenNamesNone) {
  EXPECT_EQ(verdict(rsa().sign(R"({"alg":"RS256"})", claims()), public_keys()), "[user-1]");
  const SigningKeyPair other = SigningKeyPair::rsa(2048);
  const auto two =
      SigningKeys::of_jwks(jwks(rsa().jwk(R"(,"kid":"r1")"), other.jwk(R"(,"kid":"r2")")));
  EXPECT_EQ(verdict(rsa().sign(R"({"alg":"RS256"})", claims()), *two), "unknown_key");
  EXPECT_EQ(verdict(other.sign(R"({"alg":"RS256","kid":"r2"})", claims()), *two), "[user-1]");
  EXPECT_EQ(verdict(other.sign(rs256, claims()), *two), "wrong_signature");
  EXPECT_EQ(verdict(other.sign(R"({"alg":"RS256","kid":"r3"})", claims()), *two), "unknown_key");
}

TEST(Jwt, TakesAKeyWithoutAnIdForATokenWithOne) {
  const auto keys = SigningKeys::of_jwks(jwks(rsa().jwk(), ec().jwk(R"(,"kid":"e1")")));
  EXPECT_EQ(verdict(rsa().sign(rs256, claims()), *keys), "[user-1]");
  EXPECT_EQ(verdict(sign_hs256(secret, R"({"alg":"HS256","kid":"any"})", claims()), secret_keys()),
            "[user-1]");
}

TEST(Jwt, NeverLetsTheTokenChooseTheAlgorithm) {
  // The public key is public: taken for an HMAC secret, anybody could sign.
  for (const std::string& as_secret : {rsa().public_pem(), rsa().jwk()}) {
    for (const char* header : {R"({"alg":"HS256","kid":"r1"})", R"({"alg":"HS256"})"}) {
      EXPECT_EQ(verdict(sign_hs256(as_secret, header, claims()), public_keys()), "unknown_key");
    }
  }
  for (const char* algorithm :
       {"none", "None", "", "hs256", "HS384", "RS384", "RS512", "PS256", "ES384", "dir"}) {
    const std::string header = R"({"alg":")" + std::string{algorithm} + R"("})";
    EXPECT_EQ(verdict(sign_hs256(secret, header, claims()), secret_keys()), "unknown_key")
        << header;
    EXPECT_EQ(verdict(rsa().sign(header, claims()), public_keys()), "unknown_key") << header;
  }
  EXPECT_EQ(verdict(ec().sign(R"({"alg":"RS256","kid":"e1"})", claims()), public_keys()),
            "unknown_key");
  EXPECT_EQ(verdict(sign_hs256(secret, R"({"typ":"JWT"})", claims()), secret_keys()),
            "unknown_key");
  EXPECT_EQ(verdict(sign_hs256(secret, R"({"alg":["HS256"]})", claims()), secret_keys()),
            "unknown_key");
}

TEST(Jwt, RefusesATokenWithoutASignature) {
  const auto unsigned_token = [](const std::string& header) {
    return tests::base64url(header) + "." + tests::base64url(claims()) + ".";
  };
  EXPECT_EQ(verdict(unsigned_token(R"({"alg":"none"})"), secret_keys()), "unknown_key");
  EXPECT_EQ(verdict(unsigned_token(hs256), secret_keys()), "wrong_signature");
  EXPECT_EQ(verdict(unsigned_token(rs256), public_keys()), "wrong_signature");
}

TEST(Jwt, RefusesEveryFlippedBitOfASignature) {
  const std::string tokens[] = {sign_hs256(secret, hs256, claims()), rsa().sign(rs256, claims()),
                                ec().sign(es256, claims())};
  const SigningKeys* keys[] = {&secret_keys(), &public_keys(), &public_keys()};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto dot = tokens[i].rfind('.');
    const std::string signature = *decode_base64url(tokens[i].substr(dot + 1));
    for (std::size_t byte = 0; byte < signature.size(); ++byte) {
      std::string changed = signature;
      changed[byte] = static_cast<char>(changed[byte] ^ 1 << byte % 8);
      const std::string token = tokens[i].substr(0, dot + 1) + tests::base64url(changed);
      EXPECT_EQ(verdict(token, *keys[i]), "wrong_signature") << i << " " << byte;
    }
  }
}

TEST(Jwt, RefusesChangedClaimsAndSignaturesOfAnotherLength) {
  const std::string good = ec().sign(es256, claims());
  const std::string other = ec().sign(es256, R"({"sub":"user-2"})");
  const auto tail = [](const std::string& token) { return token.substr(token.rfind('.')); };
  const auto front = [](const std::string& token) { return token.substr(0, token.rfind('.')); };
  EXPECT_EQ(verdict(front(other) + tail(good), public_keys()), "wrong_signature");
  for (const std::size_t bytes : {1U, 63U, 65U, 96U, 128U}) {
    const std::string token = front(good) + "." + tests::base64url(std::string(bytes, '\x01'));
    EXPECT_EQ(verdict(token, public_keys()), "wrong_signature") << bytes;
  }
  const std::string zeros = front(good) + "." + tests::base64url(std::string(64, '\0'));
  EXPECT_EQ(verdict(zeros, public_keys()), "wrong_signature");
}

TEST(Jwt, RefusesTokensThatAreNotWellFormed) {
  const std::string good = sign_hs256(secret, hs256, claims());
  for (const std::string& token :
       {std::string{}, std::string{"."}, std::string{".."}, std::string{"a.b"}, good + ".x",
        good + "=", good + "\n", "=" + good, good.substr(0, good.size() - 1) + "+",
        std::string(8'000, 'a'), "W10." + good, "bm8." + good.substr(good.find('.') + 1)}) {
    EXPECT_EQ(verdict(token, secret_keys()), "malformed_token") << token;
  }
  for (const std::string& text :
       {std::string{"[]"}, std::string{"\"text\""}, std::string{"{\"sub\":\"a\""},
        std::string{"{} {}"}, std::string{"{\"sub\":\"\xFF\"}"},
        std::string{R"({"sub":"a","sub":"b"})"}, std::string(3'000, '['), claims() + '\0'}) {
    EXPECT_EQ(verdict(sign_hs256(secret, hs256, text), secret_keys()), "malformed_token") << text;
  }
}

TEST(Jwt, RefusesHeadersThatAskForMoreThanItKnows) {
  for (const char* header :
       {R"({"alg":"HS256","crit":["b64"],"b64":false})", R"({"alg":"HS256","crit":[]})",
        R"({"alg":"HS256","crit":null})", R"({"alg":"none","alg":"HS256"})",
        R"({"alg":"HS256","alg":"none"})", R"({"alg":"HS256","kid":"a","kid":"b"})"}) {
    EXPECT_EQ(verdict(sign_hs256(secret, header, claims()), secret_keys()), "malformed_token")
        << header;
  }
}

TEST(Jwt, AllowsSixtySecondsOfLeewayOnItsTimes) {
  const std::string rest = R"("sub":"u","aud":"shop","iss":"issuer",)";
  EXPECT_EQ(verdict_of_claims(rest + R"("exp":1767225541)"), "[u]");
  EXPECT_EQ(verdict_of_claims(rest + R"("exp":1767225540)"), "expired");
  EXPECT_EQ(verdict_of_claims(rest + R"("exp":1767225541.5)"), "[u]");
  EXPECT_EQ(verdict_of_claims(rest + R"("exp":1767225700,"nbf":1767225660)"), "[u]");
  EXPECT_EQ(verdict_of_claims(rest + R"("exp":1767225900,"nbf":1767225661)"), "not_yet_valid");
}

TEST(Jwt, NeedsAnExpiryAndBelievesNoTimeThatIsNotANumber) {
  const std::string rest = R"("sub":"u","aud":"shop","iss":"issuer")";
  for (const char* times : {"", R"(,"exp":"1767225700")", R"(,"exp":null)",
                            R"(,"exp":1767225700,"nbf":"0")", R"(,"exp":1767225700,"nbf":null)"}) {
    EXPECT_EQ(verdict_of_claims(rest + times), "malformed_token") << times;
  }
}

TEST(Jwt, IsForOurIssuerAndAudienceAlone) {
  const std::string rest = R"("sub":"u","exp":1767225700)";
  const struct {
    const char* more;
    const char* verdict;
  } rows[] = {
      {R"(,"iss":"issuer","aud":"shop")", "[u]"},
      {R"(,"iss":"issuer","aud":["other","shop"])", "[u]"},
      {R"(,"iss":"issuer","aud":["other"])", "wrong_audience"},
      {R"(,"iss":"issuer","aud":[])", "wrong_audience"},
      {R"(,"iss":"issuer","aud":[["shop"]])", "wrong_audience"},
      {R"(,"iss":"issuer","aud":"shop2")", "wrong_audience"},
      {R"(,"iss":"issuer","aud":{"shop":1})", "wrong_audience"},
      {R"(,"iss":"issuer")", "wrong_audience"},
      {R"(,"iss":"Issuer","aud":"shop")", "wrong_issuer"},
      {R"(,"iss":["issuer"],"aud":"shop")", "wrong_issuer"},
      {R"(,"aud":"shop")", "wrong_issuer"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(verdict_of_claims(rest + row.more), row.verdict) << row.more;
}

TEST(Jwt, NeedsASubjectOfOneTo255Characters) {
  const std::string rest = R"("aud":"shop","iss":"issuer","exp":1767225700,"sub":)";
  std::string accented;
  for (int i = 0; i < 255; ++i) accented += "\xC3\xA9";
  EXPECT_EQ(verdict_of_claims(rest + "\"" + accented + "\""), "[" + accented + "]");
  EXPECT_EQ(verdict_of_claims(rest + "\"" + std::string(255, 'a') + "\""),
            "[" + std::string(255, 'a') + "]");
  for (const std::string& subject : {"\"" + std::string(256, 'a') + "\"", "\"" + accented + "a\"",
                                     std::string{"\"\""}, std::string{"7"}, std::string{"null"},
                                     std::string{R"("a\u0000b")"}, std::string{R"("\udc00")"}}) {
    EXPECT_EQ(verdict_of_claims(rest + subject), "no_subject") << subject;
  }
  EXPECT_EQ(verdict_of_claims(R"("aud":"shop","iss":"issuer","exp":1767225700)"), "no_subject");
}

}  // namespace
}  // namespace tollgate::http
