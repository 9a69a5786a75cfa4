// SPDX-License-Identifier: Apache-2.0
// Keys that may have signed a token: a shared secret, or the public keys of a JWKS (RFC 7517).
// Where they come from is user_auth.cpp's; what they must have signed jwt.hpp's.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

struct _cjose_jwk_int;

namespace tollgate::http {

/// One key signs by one algorithm: the key decides, the token must agree.
enum class Algorithm { hs256, rs256, es256 };
/// `HS256`, …; as the `alg` of tokens and keys spells it.
std::string_view to_string(Algorithm algorithm);

struct SigningKey {
  struct Release {
    void operator()(_cjose_jwk_int* key) const;
  };

  std::string id;  ///< `kid`; empty when it has none
  Algorithm algorithm = Algorithm::hs256;
  std::size_t signature_bytes = 0;
  std::unique_ptr<_cjose_jwk_int, Release> key;
};

class SigningKeys {
 public:
  /// For HS256; at least 32 bytes.
  static SigningKeys of_secret(const std::string& secret);
  /// The RS256 and ES256 keys of a JWKS document; others (symmetric ones, for encryption, RSA below
  /// 2048 bits, other curves) are left out. The error says why there is none at all.
  static Result<SigningKeys, std::string> of_jwks(std::string_view json);

  /// The key of that id; when none has it, or the token names none, the only one without an id (or
  /// of any id for a token that names none) that fits the algorithm. Null when there is none.
  [[nodiscard]] const SigningKey* find(std::string_view id, std::string_view algorithm) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  std::vector<SigningKey> keys_;
};

}  // namespace tollgate::http
