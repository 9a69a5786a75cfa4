// SPDX-License-Identifier: Apache-2.0
#include "http/auth.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>

#include "http/bearer.hpp"
#include "http/client.hpp"

namespace tollgate::http {
namespace {

constexpr std::size_t secret_bytes_min = 32;  ///< RFC 7518 section 3.2
constexpr std::size_t service_token_chars_min = 16;

bool is_bearer_scheme(std::string_view text) {
  constexpr std::string_view scheme = "bearer ";
  return text.size() > scheme.size() &&
         std::equal(scheme.begin(), scheme.end(), text.begin(),
                    [](char expected, char sent) { return expected == (sent | 0x20); });
}

void judge_sources(Settings& settings, const UserAuthConfig& config) {
  const int sources = (config.hs256_secret.empty() ? 0 : 1) + (config.jwks_file.empty() ? 0 : 1) +
                      (config.jwks_url.empty() ? 0 : 1);
  if (sources != 1) {
    settings.fault("JWT_HS256_SECRET", "or JWT_JWKS_FILE or JWT_JWKS_URL must be set, exactly one");
  }
  if (!config.hs256_secret.empty() && config.hs256_secret.size() < secret_bytes_min) {
    settings.fault("JWT_HS256_SECRET", "must have at least 32 bytes");
  }
  if (!config.jwks_url.empty() && !is_http_url(config.jwks_url)) {
    settings.fault("JWT_JWKS_URL", "must be an absolute http or https URL");
  }
}

}  // namespace

std::string_view to_string(AuthFault fault) {
  switch (fault) {
    case AuthFault::no_bearer_token: return "no_bearer_token";
    case AuthFault::malformed_token: return "malformed_token";
    case AuthFault::unknown_key: return "unknown_key";
    case AuthFault::wrong_signature: return "wrong_signature";
    case AuthFault::expired: return "expired";
    case AuthFault::not_yet_valid: return "not_yet_valid";
    case AuthFault::wrong_issuer: return "wrong_issuer";
    case AuthFault::wrong_audience: return "wrong_audience";
    case AuthFault::no_subject: return "no_subject";
    case AuthFault::unknown_service: return "unknown_service";
  }
  return "unknown";
}

Result<std::string_view, AuthFault> bearer_token(const Request& request) {
  if (request.header_count("Authorization") != 1) return AuthFault::no_bearer_token;
  std::string_view value = request.header("Authorization");
  if (!is_bearer_scheme(value)) return AuthFault::no_bearer_token;
  value.remove_prefix(std::string_view{"Bearer "}.size());
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  if (value.empty()) return AuthFault::no_bearer_token;
  return value;
}

UserAuthConfig read_user_auth(Settings& settings) {
  UserAuthConfig config;
  config.hs256_secret = settings.text("JWT_HS256_SECRET",
                                      "shared secret of users' tokens, for development; "
                                      "at least 32 bytes",
                                      "", Secrecy::secret);
  config.jwks_file = settings.text("JWT_JWKS_FILE",
                                   "file with the public keys (JWKS) of users' "
                                   "tokens; read again when it changes",
                                   "");
  config.jwks_url = settings.text("JWT_JWKS_URL",
                                  "http(s) URL of the public keys (JWKS) of users' "
                                  "tokens; fetched again every few minutes",
                                  "");
  config.issuer = settings.required_text("JWT_ISSUER", "`iss` that users' tokens must carry");
  config.audience = settings.required_text("JWT_AUDIENCE", "`aud` that users' tokens must carry");
  judge_sources(settings, config);
  return config;
}

ServiceAuth::ServiceAuth(const std::vector<Service>& services) {
  for (const Service& service : services) {
    services_.push_back({service.name, digest_of(service.token)});
  }
}

Result<std::string, AuthFault> ServiceAuth::service_of(const Request& request) const {
  const auto token = bearer_token(request);
  if (!token) return token.error();
  const Digest digest = digest_of(*token);
  const Known* found = nullptr;
  for (const Known& known : services_) {
    const bool same = CRYPTO_memcmp(known.token_digest.data(), digest.data(), digest.size()) == 0;
    found = same ? &known : found;
  }
  if (found == nullptr) return AuthFault::unknown_service;
  return found->name;
}

ServiceAuth::Digest ServiceAuth::digest_of(std::string_view token) {
  Digest digest{};
  if (EVP_Digest(token.data(), token.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error{"OpenSSL has no SHA-256"};
  }
  return digest;
}

std::vector<ServiceAuth::Service> read_service_tokens(Settings& settings, bool must_be_given) {
  constexpr const char* name = "SERVICE_TOKENS";
  std::vector<ServiceAuth::Service> services;
  constexpr const char* about =
      "bearer tokens of the shop's services: name:token,…; tokens of at least 16 characters";
  const auto elements = must_be_given ? settings.required_list(name, about, Secrecy::secret)
                                      : settings.list(name, about, Secrecy::secret);
  for (const auto& element : elements) {
    const auto colon = element.find(':');
    if (colon == 0 || colon == std::string::npos ||
        element.size() - colon - 1 < service_token_chars_min) {
      settings.fault(name, "must be name:token,… with tokens of at least 16 characters");
      return {};
    }
    services.push_back({element.substr(0, colon), element.substr(colon + 1)});
  }
  return services;
}

}  // namespace tollgate::http
