// SPDX-License-Identifier: Apache-2.0
#include "stripe/webhook_signature.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/stripe/signer.hpp"

namespace tollgate::stripe {
namespace {

const std::string secret_a = "whsec_test_secret_one_0123456789abcdef";
const std::string secret_b = "whsec_test_secret_two_fedcba9876543210";

constexpr std::int64_t signed_at = 1767225600;
const std::string body_1 = R"({"id":"evt_1","object":"event","type":"invoice.paid"})";
const std::string mac_1 = "9afe0c123e00b003d96dffcc1cbcbd95af6a0d50b89f1b6a680345caee940d2d";
const std::string wrong_mac(64, '0');

const std::string body_2 =
    "{\n  \"id\": \"evt_2\",\n  \"object\": \"event\",\n  \"name\": \"Zo\xC3\xAB\",\n"
    "  \"type\": \"customer.updated\"\n}";
const std::string header_2 =
    "t=1767225601,v1=03d48731ca72f82b169d0feeee6a2f12073f5bae2714c6e151e1ff3191f2b332,"
    "v1=ae7cc16018105c8f2f2c7baa07c11312a8709da5eeb4f9cd2980707ff112c0cd,v0=00";

/// `accepted`, or the name of the fault.
std::string verdict(const std::vector<std::string>& secrets, std::string_view header,
                    std::string_view body, std::int64_t now_s) {
  const auto verified = WebhookSignature{secrets}.verify(header, body, from_unix_seconds(now_s));
  return verified ? "accepted" : std::string{to_string(verified.error())};
}

std::string verdict_1(std::string_view header) {
  return verdict({secret_a}, header, body_1, signed_at);
}

TEST(WebhookSignature, AcceptsWhatStripeSignedWithOneSecret) {
  EXPECT_EQ(body_1.size(), 53u);
  EXPECT_EQ(verdict_1("t=1767225600,v1=" + mac_1), "accepted");
  EXPECT_EQ(sign(secret_a, "1767225600", body_1), mac_1);
}

TEST(WebhookSignature, AcceptsEitherSecretWhileOneIsRotated) {
  EXPECT_EQ(body_2.size(), 88u);
  EXPECT_EQ(verdict({secret_a}, header_2, body_2, signed_at), "accepted");
  EXPECT_EQ(verdict({secret_b}, header_2, body_2, signed_at), "accepted");
  EXPECT_EQ(verdict({secret_a, secret_b}, header_2, body_2, signed_at), "accepted");
  EXPECT_EQ(verdict({"whsec_other"}, header_2, body_2, signed_at), "wrong_signature");
}

TEST(WebhookSignature, RejectsABodyThatIsNotTheBytesSigned) {
  std::string with_crlf;
  for (const char letter : body_2) {
    if (letter == '\n') with_crlf += '\r';
    with_crlf += letter;
  }
  for (const std::string& body : {with_crlf, body_2 + "\n", "\xEF\xBB\xBF" + body_2, body_2 + '\0',
                                  body_2.substr(1), std::string{}}) {
    EXPECT_EQ(verdict({secret_a, secret_b}, header_2, body, signed_at), "wrong_signature");
  }
}

TEST(WebhookSignature, TakesFiveMinutesOnEitherSideAndNotASecondMore) {
  const std::string header =
      "t=1793145600,v1=69ebaf9d9bdc23c828adb193a11ac9ce52e6377c526994474d16fa519cc7c335";
  EXPECT_EQ(verdict({secret_b}, header, "{}", 1793145300), "accepted");
  EXPECT_EQ(verdict({secret_b}, header, "{}", 1793145900), "accepted");
  EXPECT_EQ(verdict({secret_b}, header, "{}", 1793145299), "too_early");
  EXPECT_EQ(verdict({secret_b}, header, "{}", 1793145901), "too_old");
}

TEST(WebhookSignature, CountsAgeInWholeSecondsOfTheReceiver) {
  const WebhookSignature signature{{secret_a}};
  const std::string header = "t=1767225600,v1=" + mac_1;
  const Time last = from_unix_seconds(signed_at + 301) - std::chrono::microseconds{1};
  EXPECT_TRUE(signature.verify(header, body_1, last));
  EXPECT_FALSE(signature.verify(header, body_1, last + std::chrono::microseconds{1}));
  const Time first = from_unix_seconds(signed_at - 300);
  EXPECT_TRUE(signature.verify(header, body_1, first));
  EXPECT_FALSE(signature.verify(header, body_1, first - std::chrono::microseconds{1}));
}

struct HeaderCase {
  std::string name;
  std::string header;
  std::string verdict;
};

class WebhookSignatureHeader : public testing::TestWithParam<HeaderCase> {};

TEST_P(WebhookSignatureHeader, IsJudgedAsStripesSchemeSays) {
  EXPECT_EQ(verdict_1(GetParam().header), GetParam().verdict) << GetParam().header;
}

std::string upper(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::toupper(letter));
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, WebhookSignatureHeader,
    testing::Values(
        HeaderCase{"V1BeforeT", "v1=" + mac_1 + ",t=1767225600", "accepted"},
        HeaderCase{"FirstOfTwoWrong", "t=1767225600,v1=" + wrong_mac + ",v1=" + mac_1, "accepted"},
        HeaderCase{"SecondOfTwoWrong", "t=1767225600,v1=" + mac_1 + ",v1=" + wrong_mac, "accepted"},
        HeaderCase{"EmptyBesideAGoodOne", "t=1767225600,v1=,v1=" + mac_1, "accepted"},
        HeaderCase{"TrailingComma", "t=1767225600,v1=" + mac_1 + ",", "accepted"},
        HeaderCase{"EmptyElements", ",,t=1767225600,,v1=" + mac_1, "accepted"},
        HeaderCase{"ElementWithoutEquals", "nonsense,t=1767225600,v1=" + mac_1, "accepted"},
        HeaderCase{"OtherSchemes", "t=1767225600,v0=00,v2=11,=x,v1=" + mac_1, "accepted"},
        HeaderCase{"OnlyV0", "t=1767225600,v0=" + mac_1, "no_v1_signature"},
        HeaderCase{"OnlyUppercaseScheme", "t=1767225600,V1=" + mac_1, "no_v1_signature"},
        HeaderCase{"UppercaseHex", "t=1767225600,v1=" + upper(mac_1), "no_v1_signature"},
        HeaderCase{"SpaceAfterTheComma", "t=1767225600, v1=" + mac_1, "no_v1_signature"},
        HeaderCase{"SpaceBehindTheMac", "t=1767225600,v1=" + mac_1 + " ", "no_v1_signature"},
        HeaderCase{"SpaceBeforeT", " t=1767225600,v1=" + mac_1, "malformed_header"},
        HeaderCase{"MacTooShort", "t=1767225600,v1=" + mac_1.substr(1), "no_v1_signature"},
        HeaderCase{"MacTooLong", "t=1767225600,v1=" + mac_1 + "0", "no_v1_signature"},
        HeaderCase{"EqualsInTheValue", "t=1767225600,v1==" + mac_1, "no_v1_signature"},
        HeaderCase{"WrongMac", "t=1767225600,v1=" + wrong_mac, "wrong_signature"},
        HeaderCase{"NothingSigned", "t=1767225600", "no_v1_signature"},
        HeaderCase{"Empty", "", "malformed_header"},
        HeaderCase{"NoT", "v1=" + mac_1, "malformed_header"},
        HeaderCase{"EmptyT", "t=,v1=" + mac_1, "malformed_header"},
        HeaderCase{"TwoT", "t=1767225600,t=1767225600,v1=" + mac_1, "malformed_header"},
        HeaderCase{"SecondTEmpty", "t=1767225600,t=,v1=" + mac_1, "malformed_header"},
        HeaderCase{"FloatingT", "t=1767225600.0,v1=" + mac_1, "malformed_header"},
        HeaderCase{"SignedT", "t=+1767225600,v1=" + mac_1, "malformed_header"},
        HeaderCase{"NegativeT", "t=-1767225600,v1=" + mac_1, "malformed_header"},
        HeaderCase{"HexT", "t=0x6955b900,v1=" + mac_1, "malformed_header"},
        HeaderCase{"SpaceInT", "t=1767225600 ,v1=" + mac_1, "malformed_header"},
        HeaderCase{"ThirteenDigits", "t=1767225600000,v1=" + mac_1, "malformed_header"},
        HeaderCase{"TwelveDigits", "t=999999999999,v1=" + mac_1, "too_early"},
        HeaderCase{"ZeroT", "t=0,v1=" + mac_1, "too_old"},
        HeaderCase{"OtherSpellingOfT", "t=01767225600,v1=" + mac_1, "wrong_signature"}),
    [](const auto& test) { return test.param.name; });

TEST(WebhookSignature, TakesTheTextOfTAsItIsSpelled) {
  const std::string header = "t=001767225600,v1=" + sign(secret_a, "001767225600", body_1);
  EXPECT_EQ(verdict_1(header), "accepted");
}

TEST(WebhookSignature, FindsTheOneGoodAmongAHundred) {
  for (const int good : {0, 50, 99}) {
    std::string header = "t=1767225600";
    for (int i = 0; i < 100; ++i) header += ",v1=" + (i == good ? mac_1 : wrong_mac);
    EXPECT_EQ(verdict_1(header), "accepted") << good;
  }
}

TEST(WebhookSignature, NoticesEveryChangedDigitOfTheMac) {
  for (std::size_t i = 0; i < mac_1.size(); ++i) {
    std::string changed = mac_1;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_EQ(verdict_1("t=1767225600,v1=" + changed), "wrong_signature") << i;
  }
}

TEST(WebhookSignature, UsesTheSecretAsIssued) {
  const std::string header = "t=1767225600,v1=" + mac_1;
  for (const std::string& other : {secret_a + "\n", " " + secret_a, secret_a.substr(6)}) {
    EXPECT_EQ(verdict({other}, header, body_1, signed_at), "wrong_signature") << other;
  }
}

TEST(WebhookSignature, RefusesToExistWithABlankSecret) {
  using Secrets = std::vector<std::string>;
  EXPECT_THROW(WebhookSignature{Secrets{}}, std::invalid_argument);
  for (const std::string blank : {"", " ", "\t\r\n", "\v\f "}) {
    EXPECT_THROW((WebhookSignature{Secrets{blank}}), std::invalid_argument);
    EXPECT_THROW((WebhookSignature{Secrets{secret_a, blank}}), std::invalid_argument);
  }
  EXPECT_THROW((WebhookSignature{Secrets(WebhookSignature::secrets_max + 1, secret_a)}),
               std::invalid_argument);
  EXPECT_NO_THROW((WebhookSignature{Secrets(WebhookSignature::secrets_max, secret_a)}));
}

TEST(WebhookSignature, VerifiesOnSeveralThreadsAtOnce) {
  const WebhookSignature signature{{secret_b, secret_a}};
  const std::string header = "t=1767225600,v1=" + mac_1;
  std::array<int, 4> accepted{};
  std::vector<std::thread> threads;
  for (int& count : accepted) {
    threads.emplace_back([&signature, &header, &count] {
      for (int i = 0; i < 500; ++i) {
        if (signature.verify(header, body_1, from_unix_seconds(signed_at))) ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, (std::array<int, 4>{500, 500, 500, 500}));
}

}  // namespace
}  // namespace tollgate::stripe
