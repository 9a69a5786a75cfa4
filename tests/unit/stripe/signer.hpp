// SPDX-License-Identifier: Apache-2.0
// Signs bodies as Stripe does, by another OpenSSL interface than the code under test.
// Also used by the fuzz targets; for signing at run time see the command line of ./dev.
#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::stripe {

/// HMAC-SHA256 of `<timestamp>.<body>` in lowercase hex.
inline std::string sign(std::string_view secret, std::string_view timestamp,
                        std::string_view body) {
  std::string message{timestamp};
  message += '.';
  message += body;
  std::array<unsigned char, 32> mac{};
  unsigned int length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), mac.data(), &length);
  std::string hex;
  for (const unsigned char byte : mac) {
    constexpr std::string_view digits = "0123456789abcdef";
    hex += digits[byte >> 4];
    hex += digits[byte & 0xF];
  }
  return hex;
}

/// The header that Stripe sends: one `v1`.
inline std::string signed_header(std::string_view secret, std::int64_t unix_seconds,
                                 std::string_view body) {
  const std::string timestamp = std::to_string(unix_seconds);
  return "t=" + timestamp + ",v1=" + sign(secret, timestamp, body);
}

}  // namespace tollgate::stripe
