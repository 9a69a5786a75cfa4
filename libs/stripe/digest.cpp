// SPDX-License-Identifier: Apache-2.0
#include "stripe/digest.hpp"

#include <openssl/sha.h>

#include <array>

namespace tollgate::stripe {

std::string sha256_hex(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  // OpenSSL wants bytes without a sign.
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += digits[byte >> 4U];
    hex += digits[byte & 0xFU];
  }
  return hex;
}

}  // namespace tollgate::stripe
