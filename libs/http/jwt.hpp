// SPDX-License-Identifier: Apache-2.0
// Judges a user's JSON Web Token (RFC 7519) in JWS compact form. Pure: keys and time come in.
// Fetching keys and reading headers is user_auth.cpp's.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/auth.hpp"
#include "http/signing_keys.hpp"

namespace tollgate::http {

struct JwtRules {
  std::string issuer;
  std::string audience;
};

/// The token's `sub`.
Result<std::string, AuthFault> verify_jwt(std::string_view token, const SigningKeys& keys,
                                          const JwtRules& rules, Time now);

}  // namespace tollgate::http
