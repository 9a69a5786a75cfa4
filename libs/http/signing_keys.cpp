// SPDX-License-Identifier: Apache-2.0
#include "http/signing_keys.hpp"

#include <cjose/jwk.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>
#include <initializer_list>
#include <optional>
#include <stdexcept>

#include "http/base64url.hpp"

namespace tollgate::http {
namespace {

constexpr std::size_t keys_max = 64;
constexpr std::size_t rsa_bytes_min = 2048 / 8;
constexpr std::size_t rsa_bytes_max =
    8192 / 8;  ///< beyond, verifying is work for an attacker's gain
constexpr std::size_t sha256_bytes = 32;
constexpr std::size_t p256_bytes = 32;

std::string_view text_member(const rapidjson::Value& object, const char* name) {
  const auto member = object.FindMember(name);
  if (member == object.MemberEnd() || !member->value.IsString()) return {};
  return {member->value.GetString(), member->value.GetStringLength()};
}

/// A key with only the public members named: private ones never reach cjose.
std::unique_ptr<cjose_jwk_t, SigningKey::Release> import_public(
    const rapidjson::Value& jwk, std::initializer_list<const char*> members) {
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> writer{text};
  writer.StartObject();
  for (const char* name : members) {
    const auto value = text_member(jwk, name);
    writer.Key(name);
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  }
  writer.EndObject();
  cjose_err failure{};
  return std::unique_ptr<cjose_jwk_t, SigningKey::Release>{
      cjose_jwk_import(text.GetString(), text.GetSize(), &failure)};
}

/// The length of a big-endian number without leading zeros; 0 when it is no base64url.
std::size_t number_bytes(std::string_view base64url) {
  const auto bytes = decode_base64url(base64url);
  if (!bytes) return 0;
  const auto first = bytes->find_first_not_of('\0');
  return first == std::string::npos ? 0 : bytes->size() - first;
}

SigningKey rsa_key(const rapidjson::Value& jwk) {
  SigningKey key;
  const std::size_t modulus_bytes = number_bytes(text_member(jwk, "n"));
  const std::size_t exponent_bytes = number_bytes(text_member(jwk, "e"));
  if (modulus_bytes < rsa_bytes_min || modulus_bytes > rsa_bytes_max) return key;
  if (exponent_bytes == 0 || exponent_bytes > 4) return key;
  key.algorithm = Algorithm::rs256;
  key.signature_bytes = modulus_bytes;
  key.key = import_public(jwk, {"kty", "n", "e"});
  return key;
}

SigningKey ec_key(const rapidjson::Value& jwk) {
  SigningKey key;
  if (text_member(jwk, "crv") != "P-256") return key;
  for (const char* coordinate : {"x", "y"}) {
    const auto bytes = decode_base64url(text_member(jwk, coordinate));
    if (!bytes || bytes->size() != p256_bytes) return key;
  }
  key.algorithm = Algorithm::es256;
  key.signature_bytes = 2 * p256_bytes;
  key.key = import_public(jwk, {"kty", "crv", "x", "y"});
  return key;
}

/// RFC 7517 sections 4.2 to 4.4: what the key is for, as far as it says so.
bool is_for_verifying(const rapidjson::Value& jwk, Algorithm algorithm) {
  const auto use = text_member(jwk, "use");
  if (!use.empty() && use != "sig") return false;
  const auto stated = text_member(jwk, "alg");
  if (!stated.empty() && stated != to_string(algorithm)) return false;
  const auto operations = jwk.FindMember("key_ops");
  if (operations == jwk.MemberEnd()) return true;
  if (!operations->value.IsArray()) return false;
  for (const auto& operation : operations->value.GetArray()) {
    if (operation.IsString() && std::string_view{operation.GetString()} == "verify") return true;
  }
  return false;
}

std::optional<SigningKey> signing_key(const rapidjson::Value& jwk) {
  if (!jwk.IsObject()) return std::nullopt;
  const auto type = text_member(jwk, "kty");
  SigningKey key;
  if (type == "RSA") key = rsa_key(jwk);
  if (type == "EC") key = ec_key(jwk);
  if (!key.key || !is_for_verifying(jwk, key.algorithm)) return std::nullopt;
  key.id = text_member(jwk, "kid");
  return key;
}

}  // namespace

std::string_view to_string(Algorithm algorithm) {
  constexpr std::array<std::string_view, 3> names{"HS256", "RS256", "ES256"};
  return names[static_cast<std::size_t>(algorithm)];
}

void SigningKey::Release::operator()(_cjose_jwk_int* jwk) const { cjose_jwk_release(jwk); }

SigningKeys SigningKeys::of_secret(const std::string& secret) {
  if (secret.size() < sha256_bytes) throw std::invalid_argument{"an HS256 secret is too short"};
  cjose_err failure{};
  SigningKey key;
  key.algorithm = Algorithm::hs256;
  key.signature_bytes = sha256_bytes;
  key.key.reset(cjose_jwk_create_oct_spec(reinterpret_cast<const std::uint8_t*>(secret.data()),
                                          secret.size(), &failure));
  if (!key.key) throw std::runtime_error{"cjose refuses the HS256 secret"};
  SigningKeys keys;
  keys.keys_.push_back(std::move(key));
  return keys;
}

Result<SigningKeys, std::string> SigningKeys::of_jwks(std::string_view json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
      json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) return std::string{"not a JSON object"};
  const rapidjson::Value& object = document;
  const auto listed = object.FindMember("keys");
  if (listed == object.MemberEnd() || !listed->value.IsArray()) {
    return std::string{"no array `keys`"};
  }
  if (listed->value.Size() > keys_max) return std::string{"too many keys"};
  SigningKeys keys;
  for (const auto& jwk : listed->value.GetArray()) {
    if (auto key = signing_key(jwk)) keys.keys_.push_back(std::move(*key));
  }
  if (keys.keys_.empty()) return std::string{"no RS256 or ES256 key for verifying"};
  return keys;
}

const SigningKey* SigningKeys::find(std::string_view id, std::string_view algorithm) const {
  const SigningKey* only = nullptr;
  std::size_t fitting = 0;
  for (const SigningKey& key : keys_) {
    if (to_string(key.algorithm) != algorithm) continue;
    if (!id.empty() && key.id == id) return &key;
    if (!id.empty() && !key.id.empty()) continue;
    only = &key;
    ++fitting;
  }
  return fitting == 1 ? only : nullptr;
}

}  // namespace tollgate::http
