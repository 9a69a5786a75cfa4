// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/api_key.hpp"

#include <algorithm>

#include "http/base64url.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::size_t letters_shown = 4;

ApiError unauthorised(std::string message) {
  ApiError error;
  error.status = 401;
  error.message = std::move(message);
  return error;
}

bool has_scheme(std::string_view authorization, std::string_view scheme) {
  return authorization.size() > scheme.size() &&
         std::equal(scheme.begin(), scheme.end(), authorization.begin(), [](char a, char b) {
           return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
         });
}

/// The user of `dXNlcjpwYXNzd29yZA==` (RFC 7617), whose alphabet differs in two letters from that
/// of base64url and whose padding says nothing.
std::string basic_user(std::string_view encoded) {
  std::string text{encoded.substr(0, encoded.find('='))};
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  const auto decoded = http::decode_base64url(text);
  return decoded ? decoded->substr(0, decoded->find(':')) : std::string{};
}

}  // namespace

Outcome<Access> access_of_api_key(std::string_view authorization) {
  std::string key;
  if (has_scheme(authorization, "bearer ")) key = authorization.substr(7);
  if (has_scheme(authorization, "basic ")) key = basic_user(authorization.substr(6));
  if (key.empty()) {
    return unauthorised(
        "You did not provide an API key. You need to provide your API key in the "
        "Authorization header, using Bearer auth.");
  }
  const auto is_kind = [&](std::string_view prefix) {
    return key.starts_with(prefix) && key.size() > prefix.size();
  };
  if (is_kind("sk_test_") || is_kind("rk_test_")) return Access::secret_key;
  if (is_kind("pk_test_")) return Access::publishable_key;
  const std::size_t shown = std::min(key.size(), letters_shown);
  return unauthorised("Invalid API Key provided: ****" + key.substr(key.size() - shown));
}

}  // namespace tollgate::simulator
