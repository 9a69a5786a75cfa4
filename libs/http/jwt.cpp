// SPDX-License-Identifier: Apache-2.0
#include "http/jwt.hpp"

#include <cjose/jws.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/utf8.hpp"
#include "http/base64url.hpp"

namespace tollgate::http {
namespace {

constexpr std::size_t subject_chars_max = 255;
constexpr std::size_t members_max = 128;  ///< looked at in pairs, the header's before verifying

using Subject = Result<std::string, AuthFault>;
using Segments = std::array<std::string_view, 3>;

std::optional<Segments> split(std::string_view token) {
  const auto first = token.find('.');
  const auto second = token.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  return Segments{token.substr(0, first), token.substr(first + 1, second - first - 1),
                  token.substr(second + 1)};
}

/// An object without a member twice: two parsers could each see another one.
bool parse_object(std::string_view segment, rapidjson::Document& document) {
  const auto text = decode_base64url(segment);
  if (!text) return false;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
      text->data(), text->size());
  if (document.HasParseError() || !document.IsObject()) return false;
  if (document.MemberCount() > members_max) return false;
  const rapidjson::Value& object = document;
  for (auto member = object.MemberBegin(); member != object.MemberEnd(); ++member) {
    const auto same = [&](const auto& other) { return other.name == member->name; };
    if (std::any_of(member + 1, object.MemberEnd(), same)) return false;
  }
  return true;
}

const rapidjson::Value* find(const rapidjson::Value& object, const char* name) {
  const auto member = object.FindMember(name);
  return member == object.MemberEnd() ? nullptr : &member->value;
}

std::string_view text_of(const rapidjson::Value* value) {
  if (value == nullptr || !value->IsString()) return {};
  return {value->GetString(), value->GetStringLength()};
}

/// All that cjose 0.6.2.1 does not see to itself is settled before it gets the token: the alphabet,
/// the algorithm against the key's, the signature's length, `crit`.
std::optional<AuthFault> verify_signature(std::string_view token, const Segments& segments,
                                          const SigningKeys& keys) {
  rapidjson::Document header;
  if (!parse_object(segments[0], header)) return AuthFault::malformed_token;
  // RFC 7515 section 4.1.11: what must be understood and is not known here refuses the token.
  if (find(header, "crit") != nullptr) return AuthFault::malformed_token;
  const SigningKey* key = keys.find(text_of(find(header, "kid")), text_of(find(header, "alg")));
  if (key == nullptr) return AuthFault::unknown_key;
  const auto signature = decode_base64url(segments[2]);
  if (!signature) return AuthFault::malformed_token;
  if (signature->size() != key->signature_bytes) return AuthFault::wrong_signature;

  cjose_err failure{};
  const std::unique_ptr<cjose_jws_t, void (*)(cjose_jws_t*)> jws{
      cjose_jws_import(token.data(), token.size(), &failure), cjose_jws_release};
  if (!jws) return AuthFault::malformed_token;
  if (!cjose_jws_verify(jws.get(), key->key.get(), &failure)) return AuthFault::wrong_signature;
  return std::nullopt;
}

/// RFC 7519 section 4.1.5: `nbf` may be absent, `exp` (4.1.4) may not here.
std::optional<AuthFault> judge_times(const rapidjson::Value& claims, Time now) {
  const auto* expires = find(claims, "exp");
  const auto* begins = find(claims, "nbf");
  if (expires == nullptr || !expires->IsNumber()) return AuthFault::malformed_token;
  if (begins != nullptr && !begins->IsNumber()) return AuthFault::malformed_token;
  const auto now_s = static_cast<double>(to_unix_seconds(now));
  const auto leeway_s = static_cast<double>(UserAuth::leeway.count());
  if (now_s >= expires->GetDouble() + leeway_s) return AuthFault::expired;
  if (begins != nullptr && now_s < begins->GetDouble() - leeway_s) return AuthFault::not_yet_valid;
  return std::nullopt;
}

bool is_for(const rapidjson::Value* audience, std::string_view expected) {
  if (audience == nullptr) return false;
  if (!audience->IsArray()) return audience->IsString() && text_of(audience) == expected;
  const auto named = audience->GetArray();
  return std::any_of(named.begin(), named.end(), [&](const rapidjson::Value& name) {
    return name.IsString() && text_of(&name) == expected;
  });
}

/// Characters are code points; a NUL fits neither PostgreSQL nor a log line, and no more does the
/// lone low surrogate that RapidJSON 1.1 takes (`"\udc00"`).
bool is_subject(std::string_view text) {
  const auto chars =
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; });
  return !text.empty() && text.find('\0') == std::string_view::npos && valid_utf8(text) == text &&
         static_cast<std::size_t>(chars) <= subject_chars_max;
}

}  // namespace

Subject verify_jwt(std::string_view token, const SigningKeys& keys, const JwtRules& rules,
                   Time now) {
  const auto segments = split(token);
  if (!segments) return AuthFault::malformed_token;
  if (const auto fault = verify_signature(token, *segments, keys)) return *fault;
  rapidjson::Document claims;
  if (!parse_object((*segments)[1], claims)) return AuthFault::malformed_token;
  if (const auto fault = judge_times(claims, now)) return *fault;
  if (text_of(find(claims, "iss")) != rules.issuer) return AuthFault::wrong_issuer;
  if (!is_for(find(claims, "aud"), rules.audience)) return AuthFault::wrong_audience;
  const auto subject = text_of(find(claims, "sub"));
  if (!is_subject(subject)) return AuthFault::no_subject;
  return std::string{subject};
}

}  // namespace tollgate::http
