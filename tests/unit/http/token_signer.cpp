// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/http/token_signer.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <stdexcept>
#include <vector>

namespace tollgate::tests {
namespace {

std::string number(const evp_pkey_st* key, const char* name, int width = 0) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &value) != 1) throw std::runtime_error{name};
  std::string bytes(static_cast<std::size_t>(width > 0 ? width : BN_num_bytes(value)), '\0');
  BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()),
               static_cast<int>(bytes.size()));
  BN_free(value);
  return bytes;
}

std::string side_by_side(const std::vector<unsigned char>& der) {
  const unsigned char* at = der.data();
  ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  std::string bytes(64, '\0');
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + 32, 32);
  ECDSA_SIG_free(signature);
  return bytes;
}

std::string signing_input(std::string_view header, std::string_view claims) {
  return base64url(header) + "." + base64url(claims);
}

}  // namespace

std::string base64url(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  while (text.ends_with('=')) text.pop_back();
  for (char& letter : text) {
    if (letter == '+') letter = '-';
    if (letter == '/') letter = '_';
  }
  return text;
}

SigningKeyPair SigningKeyPair::rsa(unsigned bits) {
  return SigningKeyPair{EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits))};
}

SigningKeyPair SigningKeyPair::ec(const char* curve) {
  return SigningKeyPair{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve)};
}

std::string SigningKeyPair::jwk(std::string_view more) const {
  std::string text;
  if (is_rsa()) {
    text = R"({"kty":"RSA","n":")" + base64url(number(key_.get(), OSSL_PKEY_PARAM_RSA_N)) +
           R"(","e":")" + base64url(number(key_.get(), OSSL_PKEY_PARAM_RSA_E)) + "\"";
  } else {
    const int width = (EVP_PKEY_get_bits(key_.get()) + 7) / 8;
    text = R"({"kty":"EC","crv":"P-)" + std::to_string(EVP_PKEY_get_bits(key_.get())) +
           R"(","x":")" + base64url(number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, width)) +
           R"(","y":")" + base64url(number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, width)) + "\"";
  }
  return text.append(more) += "}";
}

std::string SigningKeyPair::sign(std::string_view header, std::string_view claims) const {
  const std::string input = signing_input(header, claims);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const auto* bytes = reinterpret_cast<const unsigned char*>(input.data());
  std::size_t length = 0;
  EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_.get());
  EVP_DigestSign(context, nullptr, &length, bytes, input.size());
  std::vector<unsigned char> signature(length);
  EVP_DigestSign(context, signature.data(), &length, bytes, input.size());
  signature.resize(length);
  EVP_MD_CTX_free(context);
  const std::string raw =
      is_rsa() ? std::string{signature.begin(), signature.end()} : side_by_side(signature);
  return input + "." + base64url(raw);
}

std::string SigningKeyPair::public_pem() const {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(memory, key_.get());
  std::string text(static_cast<std::size_t>(BIO_pending(memory)), '\0');
  BIO_read(memory, text.data(), static_cast<int>(text.size()));
  BIO_free(memory);
  return text;
}

void SigningKeyPair::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

bool SigningKeyPair::is_rsa() const { return EVP_PKEY_is_a(key_.get(), "RSA") == 1; }

std::string sign_hs256(std::string_view secret, std::string_view header, std::string_view claims) {
  const std::string input = signing_input(header, claims);
  unsigned char mac[32];
  unsigned int length = sizeof mac;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(input.data()), input.size(), mac, &length);
  return input + "." + base64url({reinterpret_cast<const char*>(mac), length});
}

std::string jwks(const std::string& first, const std::string& second) {
  return R"({"keys":[)" + first + (second.empty() ? "" : "," + second) + "]}";
}

}  // namespace tollgate::tests
