// SPDX-License-Identifier: Apache-2.0
#include "event_template.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <array>
#include <chrono>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>

namespace tollgate::bench {
namespace {

constexpr std::size_t time_digits = 10;
constexpr std::size_t signature_digits = 64;
constexpr std::time_t one_month_s = 30 * 24 * 3600;

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

Identifiers::Identifiers() {
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  for (int i = 0; i < 5; ++i) run_ += alphabet[random() % alphabet.size()];
}

std::string Identifiers::of(std::uint64_t number) const {
  std::string digits = std::to_string(number);
  return run_ + std::string(width - run_.size() - digits.size(), '0') + digits;
}

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

EventTemplate::EventTemplate(const std::string& file, std::string_view host,
                             std::string_view path) {
  const std::string body = parse(read_file(file));
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

std::string EventTemplate::parse(std::string_view text) {
  std::string body;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      body += text[at];
      continue;
    }
    const std::size_t end = text.find('%', at + 1);
    auto [places, width] = placeholder(text.substr(at + 1, end - at - 1));
    places->push_back(body.size());
    body.append(width, '0');
    at = end;
  }
  return body;
}

std::pair<std::vector<std::size_t>*, std::size_t> EventTemplate::placeholder(
    std::string_view name) {
  if (name == "EVENT") return {&events_, Identifiers::width};
  if (name == "OBJECT") return {&objects_, Identifiers::width};
  if (name == "NOW") return {&now_, time_digits};
  if (name == "LATER") return {&later_, time_digits};
  throw std::runtime_error("unknown placeholder %" + std::string{name} + "%");
}

std::string_view EventTemplate::render(std::string_view event_id, std::string_view object_id,
                                       Signer& signer) {
  const std::time_t now = std::time(nullptr);
  const std::string now_text = std::to_string(now);
  fill(events_, event_id);
  fill(objects_, object_id);
  fill(now_, now_text);
  fill(later_, std::to_string(now + one_month_s));
  std::memcpy(request_.data() + time_at_, now_text.data(), time_digits);
  std::memcpy(signed_text_.data(), now_text.data(), time_digits);
  std::memcpy(signed_text_.data() + time_digits + 1, request_.data() + body_at_, body_bytes());
  signer.write_hex(signed_text_, request_.data() + signature_at_);
  return request_;
}

void EventTemplate::fill(const std::vector<std::size_t>& places, std::string_view value) {
  for (std::size_t place : places) {
    std::memcpy(request_.data() + body_at_ + place, value.data(), value.size());
  }
}

}  // namespace tollgate::bench
