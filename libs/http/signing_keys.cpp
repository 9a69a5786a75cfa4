// SPDX-License-Identifier: Apache-2.0
#include "http/signing_keys.hpp"

#include <cjose/jwk.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>
#include <initializer_list>
#include <optional>
#include <stdexcept>

#include "base/json.hpp"
#include "http/base64url.hpp"

namespace tollgate::http {
namespace {

constexpr std::size_t keys_max = 64;
constexpr std::size_t rsa_bytes_min = 2048 / 8;
constexpr std::size_t rsa_bytes_max =
    8192 / 8;  ///< beyond, verifying is work for an attacker's gain
constexpr std::size_t sha256_bytes = 32;
constexpr std::size_t p256_bytes = 32;

/// A key with only the public members named: private ones never reach cjose.
std::unique_ptr<cjose_jwk_t, SigningKey::Release> import_public(
    const json::Value& jwk, std::initializer_list<const char*> members) {
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> writer{text};
  writer.StartObject();
  for (const char* name : members) {
    const auto value = json::text(jwk, name);
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

SigningKey rsa_key(const json::Value& jwk) {
  SigningKey key;
  const std::size_t modulus_bytes = number_bytes(json::text(jwk, "n"));
  const std::size_t exponent_bytes = number_bytes(json::text(jwk, "e"));
  if (modulus_bytes < rsa_bytes_min || modulus_bytes > rsa_bytes_max) return key;
  if (exponent_bytes == 0 || exponent_bytes > 4) return key;
  key.algorithm = Algorithm::rs256;
  key.signature_bytes = modulus_bytes;
  key.key = import_public(jwk, {"kty", "n", "e"});
  return key;
}

SigningKey ec_key(const json::Value& jwk) {
  SigningKey key;
  if (json::text(jwk, "crv") != "P-256") return key;
  for (const char* coordinate : {"x", "y"}) {
    const auto bytes = decode_base64url(json::text(jwk, coordinate));
    if (!bytes || bytes->size() != p256_bytes) return key;
  }
  key.algorithm = Algorithm::es256;
  key.signature_bytes = 2 * p256_bytes;
  key.key = import_public(jwk, {"kty", "crv", "x", "y"});
  return key;
}

/// RFC 7517 sections 4.2 to 4.4: what the key is for, as far as it says so.
bool is_for_verifying(const json::Value& jwk, Algorithm algorithm) {
  const auto use = json::text(jwk, "use");
  if (!use.empty() && use != "sig") return false;
  const auto stated = json::text(jwk, "alg");
  if (!stated.empty() && stated != to_string(algorithm)) return false;
  if (!jwk.HasMember("key_ops")) return true;
  const json::Value& operations = json::member(jwk, "key_ops");
  if (!operations.IsArray()) return false;
  for (const auto& operation : operations.GetArray()) {
    if (json::text_of(operation) == "verify") return true;
  }
  return false;
}

std::optional<SigningKey> signing_key(const json::Value& jwk) {
  if (!jwk.IsObject()) return std::nullopt;
  const auto type = json::text(jwk, "kty");
  SigningKey key;
  if (type == "RSA") key = rsa_key(jwk);
  if (type == "EC") key = ec_key(jwk);
  if (!key.key || !is_for_verifying(jwk, key.algorithm)) return std::nullopt;
  key.id = json::text(jwk, "kid");
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

Result<SigningKeys, std::string> SigningKeys::of_jwks(std::string_view text) {
  const auto document = json::parse(text);
  if (!document || !document->IsObject()) return std::string{"not a JSON object"};
  const json::Value& listed = json::member(*document, "keys");
  if (!listed.IsArray()) return std::string{"no array `keys`"};
  if (listed.Size() > keys_max) return std::string{"too many keys"};
  SigningKeys keys;
  for (const auto& jwk : listed.GetArray()) {
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
