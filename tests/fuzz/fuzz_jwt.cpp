// SPDX-License-Identifier: Apache-2.0
// Fuzzes users' tokens. The input is a token, and, cut at its first line end, a header and claims
// that are signed as they are. What is checked besides crashes: nothing is accepted unsigned or
// under another key; what is accepted is well-formed and names a user fit for PostgreSQL; one
// changed letter of an accepted token undoes it.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/utf8.hpp"
#include "http/jwt.hpp"
#include "tests/fuzz/strict_json.hpp"
#include "tests/unit/http/token_signer.hpp"

namespace tollgate::http {
namespace {

const std::string secret = "a secret of the fuzzer, 32 bytes or more";
const JwtRules rules{.issuer = "https://id.example", .audience = "tollgate"};
const Time now = from_unix_seconds(1'767'225'600);

void require(bool holds) {
  if (!holds) std::abort();
}

Result<std::string, AuthFault> verify(std::string_view token) {
  static const SigningKeys keys = SigningKeys::of_secret(secret);
  return verify_jwt(token, keys, rules, now);
}

/// Public keys alone: an HMAC by whatever they say is no signature.
bool passes_public_keys(std::string_view token) {
  static const auto key = tests::SigningKeyPair::ec("P-256");
  static const auto keys = SigningKeys::of_jwks(tests::jwks(key.jwk()));
  return verify_jwt(token, *keys, rules, now).has_value();
}

bool is_json(std::string_view text) {
  using stripe::StrictJson;
  return StrictJson::judge(text, 10'000) == StrictJson::Verdict::well_formed;
}

void check_subject(const std::string& subject) {
  require(!subject.empty() && subject.find('\0') == std::string::npos);
  require(valid_utf8(subject) == subject);
  const auto characters = std::count_if(subject.begin(), subject.end(),
                                        [](char byte) { return (byte & 0xC0) != 0x80; });
  require(characters <= 255);
}

void check_changed_letter(std::string token, std::size_t choice) {
  char& letter = token[choice % token.size()];
  letter = letter == 'A' ? 'B' : 'A';
  require(!verify(token));
}

void check_signed(std::string_view header, std::string_view claims, std::size_t choice) {
  const std::string token = tests::sign_hs256(secret, header, claims);
  require(!passes_public_keys(token));
  const auto subject = verify(token);
  if (!subject) return;
  require(is_json(header) && is_json(claims));
  check_subject(*subject);
  check_changed_letter(token, choice);
  require(!verify(tests::sign_hs256(secret + "x", header, claims)));
}

}  // namespace
}  // namespace tollgate::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tollgate::http;
  const std::string_view text{reinterpret_cast<const char*>(bytes), size};
  // The fuzzer does not know the secret, and its seeds hold no signed token.
  require(!verify(text));
  const auto line_end = std::min(text.find('\n'), size);
  const std::string_view claims = text.substr(std::min(line_end + 1, size));
  std::size_t choice = size;
  for (const char letter : text) choice = choice * 31 + static_cast<unsigned char>(letter);
  check_signed(text.substr(0, line_end), claims, choice);
  return 0;
}
