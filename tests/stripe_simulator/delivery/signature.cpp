// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/delivery/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace tollgate::simulator {

std::string sign(std::string_view body, std::string_view secret, std::int64_t at_unix_seconds) {
  const std::string time = std::to_string(at_unix_seconds);
  std::string message = time;
  message.append(1, '.').append(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int mac_bytes = 0;
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(message.data()), message.size(), mac.data(),
           &mac_bytes) == nullptr) {
    throw std::runtime_error("OpenSSL makes no HMAC-SHA256");
  }
  std::string header = "t=" + time + ",v1=";
  for (unsigned int i = 0; i < mac_bytes; ++i) {
    header += "0123456789abcdef"[mac[i] >> 4];
    header += "0123456789abcdef"[mac[i] & 0xF];
  }
  return header;
}

}  // namespace tollgate::simulator
