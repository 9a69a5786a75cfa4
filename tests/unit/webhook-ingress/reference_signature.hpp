// SPDX-License-Identifier: Apache-2.0
// Stripe's signature computed apart from libs/stripe, so that one mistake cannot cancel itself.
#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>

namespace tollgate::tests {

/// Lowercase hex of HMAC-SHA256 over `t.body` (https://docs.stripe.com/webhooks#verify-manually).
inline std::string reference_signature(const std::string& secret, const std::string& t,
                                       const std::string& body) {
  const std::string message = t + "." + body;
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), mac, &length);
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += "0123456789abcdef"[mac[i] >> 4];
    hex += "0123456789abcdef"[mac[i] & 15];
  }
  return hex;
}

}  // namespace tollgate::tests
