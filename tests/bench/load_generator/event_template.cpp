// SPDX-License-Identifier: Apache-2.0
#include "event_template.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <array>
#include <cstring>
#include <ctime>
#include <stdexcept>

namespace tollgate::bench {
namespace {

constexpr std::size_t time_digits = 10;
constexpr std::size_t signature_digits = 64;

}  // namespace

struct Signer::Keyed {
  EVP_MAC* mac = nullptr;
  EVP_MAC_CTX* context = nullptr;
};

Signer::Signer(const std::string& secret) : keyed_(std::make_unique<Keyed>()) {
  std::string digest = "SHA256";
  std::array parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
      OSSL_PARAM_construct_end()};
  keyed_->mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  keyed_->context = EVP_MAC_CTX_new(keyed_->mac);
  const auto* key = reinterpret_cast<const unsigned char*>(secret.data());
  if (EVP_MAC_init(keyed_->context, key, secret.size(), parameters.data()) != 1) {
    throw std::runtime_error("OpenSSL refuses the webhook secret");
  }
}

Signer::~Signer() {
  EVP_MAC_CTX_free(keyed_->context);
  EVP_MAC_free(keyed_->mac);
}

void Signer::write_hex(std::string_view message, char* target) {
  std::array<unsigned char, signature_digits / 2> mac{};
  std::size_t mac_bytes = 0;
  // A null key keeps the one given at construction and only rewinds.
  EVP_MAC_init(keyed_->context, nullptr, 0, nullptr);
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  EVP_MAC_update(keyed_->context, bytes, message.size());
  EVP_MAC_final(keyed_->context, mac.data(), &mac_bytes, mac.size());
  constexpr std::string_view digits = "0123456789abcdef";
  for (unsigned char byte : mac) {
    *target++ = digits[byte >> 4];
    *target++ = digits[byte & 15];
  }
}

EventTemplate::EventTemplate(const std::string& file, std::string_view host, std::string_view path)
    : body_(file) {
  const std::string& body = body_.blank();
  request_.append("POST ").append(path).append(" HTTP/1.1\r\nHost: ").append(host);
  request_ += "\r\nUser-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\nAccept: */*\r\n";
  request_ += "Content-Type: application/json; charset=utf-8\r\nContent-Length: ";
  request_.append(std::to_string(body.size())).append("\r\nStripe-Signature: t=");
  time_at_ = request_.size();
  request_.append(time_digits, '0').append(",v1=");
  signature_at_ = request_.size();
  request_.append(signature_digits, '0').append("\r\n\r\n");
  body_at_ = request_.size();
  request_ += body;
  signed_text_.append(time_digits, '0').append(".").append(body);
}

std::string_view EventTemplate::render(std::string_view event_id, std::string_view object_id,
                                       Signer& signer) {
  const std::time_t now = std::time(nullptr);
  const std::string now_text = std::to_string(now);
  body_.fill(request_.data() + body_at_,
             {.event_id = event_id, .object_id = object_id, .begun = now, .now = now});
  std::memcpy(request_.data() + time_at_, now_text.data(), time_digits);
  std::memcpy(signed_text_.data(), now_text.data(), time_digits);
  std::memcpy(signed_text_.data() + time_digits + 1, request_.data() + body_at_, body_bytes());
  signer.write_hex(signed_text_, request_.data() + signature_at_);
  return request_;
}

}  // namespace tollgate::bench
