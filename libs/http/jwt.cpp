// SPDX-License-Identifier: Apache-2.0
#include "http/jwt.hpp"

#include <cjose/jws.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/json.hpp"
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
std::optional<rapidjson::Document> parse_object(std::string_view segment) {
  const auto text = decode_base64url(segment);
  if (!text) return std::nullopt;
  auto document = json::parse(*text);
  if (!document || !document->IsObject()) return std::nullopt;
  const json::Value& object = *document;
  if (object.MemberCount() > members_max) return std::nullopt;
  for (auto member = object.MemberBegin(); member != object.MemberEnd(); ++member) {
    const auto same = [&](const auto& other) { return other.name == member->name; };
    if (std::any_of(member + 1, object.MemberEnd(), same)) return std::nullopt;
  }
  return document;
}

/// All that cjose 0.6.2.1 does not see to itself is settled before it gets the token: the alphabet,
/// the algorithm against the key's, the signature's length, `crit`.
std::optional<AuthFault> verify_signature(std::string_view token, const Segments& segments,
                                          const SigningKeys& keys) {
  const auto header = parse_object(segments[0]);
  if (!header) return AuthFault::malformed_token;
  // RFC 7515 section 4.1.11: what must be understood and is not known here refuses the token.
  if (header->HasMember("crit")) return AuthFault::malformed_token;
  const SigningKey* key = keys.find(json::text(*header, "kid"), json::text(*header, "alg"));
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
std::optional<AuthFault> judge_times(const json::Value& claims, Time now) {
  const json::Value& expires = json::member(claims, "exp");
  const json::Value& begins = json::member(claims, "nbf");
  const bool has_begin = claims.HasMember("nbf");
  if (!expires.IsNumber() || (has_begin && !begins.IsNumber())) return AuthFault::malformed_token;
  const auto now_s = static_cast<double>(to_unix_seconds(now));
  const auto leeway_s = static_cast<double>(UserAuth::leeway.count());
  if (now_s >= expires.GetDouble() + leeway_s) return AuthFault::expired;
  if (has_begin && now_s < begins.GetDouble() - leeway_s) return AuthFault::not_yet_valid;
  return std::nullopt;
}

bool is_for(const json::Value& audience, std::string_view expected) {
  const auto names_us = [&](const json::Value& name) {
    return name.IsString() && json::text_of(name) == expected;
  };
  if (!audience.IsArray()) return names_us(audience);
  const auto named = audience.GetArray();
  return std::any_of(named.begin(), named.end(), names_us);
}

/// Characters are code points; a NUL fits neither PostgreSQL nor a log line, and no more does the
/// lone low surrogate that RapidJSON 1.1 takes (`"\udc00"`).
bool is_subject(std::string_view text) {
  return !text.empty() && is_storable(text) && character_count(text) <= subject_chars_max;
}

}  // namespace

Subject verify_jwt(std::string_view token, const SigningKeys& keys, const JwtRules& rules,
                   Time now) {
  const auto segments = split(token);
  if (!segments) return AuthFault::malformed_token;
  if (const auto fault = verify_signature(token, *segments, keys)) return *fault;
  const auto claims = parse_object((*segments)[1]);
  if (!claims) return AuthFault::malformed_token;
  if (const auto fault = judge_times(*claims, now)) return *fault;
  if (json::text(*claims, "iss") != rules.issuer) return AuthFault::wrong_issuer;
  if (!is_for(json::member(*claims, "aud"), rules.audience)) return AuthFault::wrong_audience;
  const auto subject = json::text(*claims, "sub");
  if (!is_subject(subject)) return AuthFault::no_subject;
  return std::string{subject};
}

}  // namespace tollgate::http
