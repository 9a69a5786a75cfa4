// SPDX-License-Identifier: Apache-2.0
// Makes keys and signs tokens straight by OpenSSL, so that what judges them shares no code with it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace tollgate::tests {

std::string base64url(std::string_view bytes);

/// `alg` of the header is the caller's to choose, also a wrong one.
class SigningKeyPair {
 public:
  static SigningKeyPair rsa(unsigned bits);
  static SigningKeyPair ec(const char* curve);  ///< `P-256`

  /// One key of a JWKS, public; `more` are members with a leading comma.
  [[nodiscard]] std::string jwk(std::string_view more = "") const;
  /// SHA-256, RSASSA-PKCS1-v1_5 or ECDSA (r and s side by side).
  [[nodiscard]] std::string sign(std::string_view header, std::string_view claims) const;
  /// The public key as PEM, which the classic confusion takes for an HMAC secret.
  [[nodiscard]] std::string public_pem() const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  explicit SigningKeyPair(evp_pkey_st* key) : key_(key) {}
  [[nodiscard]] bool is_rsa() const;

  std::unique_ptr<evp_pkey_st, Free> key_;
};

/// HMAC-SHA-256.
std::string sign_hs256(std::string_view secret, std::string_view header, std::string_view claims);

std::string jwks(const std::string& first, const std::string& second = "");

}  // namespace tollgate::tests
