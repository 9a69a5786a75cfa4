// SPDX-License-Identifier: Apache-2.0
#include "stripe/webhook_signature.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <stdexcept>

namespace tollgate::stripe {
namespace {

constexpr std::size_t mac_bytes = 32;
constexpr std::size_t timestamp_digits_max = 12;
using Mac = std::array<unsigned char, mac_bytes>;

struct FreeMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

bool is_blank(std::string_view secret) {
  return secret.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error{std::string{"OpenSSL refuses "} + what};
}

/// HMAC-SHA256 with the key absorbed: a copy of it begins a message without hashing the key again.
MacContext keyed_context(const std::string& secret) {
  const std::unique_ptr<EVP_MAC, FreeMac> hmac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  if (!hmac) fail("HMAC");
  MacContext context{EVP_MAC_CTX_new(hmac.get())};
  if (!context) fail("an HMAC context");
  std::string digest = "SHA256";
  const std::array parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  const auto* key = reinterpret_cast<const unsigned char*>(secret.data());
  if (EVP_MAC_init(context.get(), key, secret.size(), parameters.data()) != 1) fail("a key");
  return context;
}

void absorb(EVP_MAC_CTX* context, std::string_view part) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(part.data());
  if (EVP_MAC_update(context, bytes, part.size()) != 1) fail("a message");
}

Mac mac_of(const MacContext& keyed, std::string_view timestamp, std::string_view body) {
  const MacContext context{EVP_MAC_CTX_dup(keyed.get())};
  if (!context) fail("to copy a key");
  absorb(context.get(), timestamp);
  absorb(context.get(), ".");
  absorb(context.get(), body);
  Mac mac{};
  std::size_t length = 0;
  if (EVP_MAC_final(context.get(), mac.data(), &length, mac.size()) != 1) fail("to finish a MAC");
  return mac;
}

/// The next `scheme=value` of the header; elements without `=` are passed over.
struct Element {
  std::string_view scheme;
  std::string_view value;
};
bool next_element(std::string_view& header, Element& element) {
  while (!header.empty()) {
    const std::string_view text = header.substr(0, header.find(','));
    header.remove_prefix(std::min(text.size() + 1, header.size()));
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    element = {text.substr(0, equals), text.substr(equals + 1)};
    return true;
  }
  return false;
}

int nibble(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

/// 64 lowercase hex digits; anything else is no signature of scheme v1.
bool decode_v1(std::string_view hex, Mac& mac) {
  if (hex.size() != 2 * mac_bytes) return false;
  for (std::size_t i = 0; i < mac_bytes; ++i) {
    const int high = nibble(hex[2 * i]);
    const int low = nibble(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    mac[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return true;
}

bool is_timestamp(std::string_view text) {
  return !text.empty() && text.size() <= timestamp_digits_max &&
         std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

/// The text of the one `t` of a header that also holds a v1 signature.
Result<std::string_view, SignatureFault> timestamp_of(std::string_view header) {
  std::string_view timestamp;
  bool any_v1 = false;
  Element element;
  Mac ignored;
  while (next_element(header, element)) {
    if (element.scheme == "t") {
      if (!timestamp.empty() || !is_timestamp(element.value)) {
        return SignatureFault::malformed_header;
      }
      timestamp = element.value;
    } else if (element.scheme == "v1") {
      any_v1 = any_v1 || decode_v1(element.value, ignored);
    }
  }
  if (timestamp.empty()) return SignatureFault::malformed_header;
  if (!any_v1) return SignatureFault::no_v1_signature;
  return timestamp;
}

/// Looks at every pair, so that the time taken says nothing about which one matched.
bool any_match(std::string_view header, std::span<const Mac> expected) {
  bool matched = false;
  Element element;
  Mac candidate;
  while (next_element(header, element)) {
    if (element.scheme != "v1" || !decode_v1(element.value, candidate)) continue;
    for (const Mac& mac : expected) {
      const bool equal = CRYPTO_memcmp(candidate.data(), mac.data(), mac.size()) == 0;
      matched = matched | equal;
    }
  }
  return matched;
}

}  // namespace

std::string_view to_string(SignatureFault fault) {
  switch (fault) {
    case SignatureFault::malformed_header: return "malformed_header";
    case SignatureFault::no_v1_signature: return "no_v1_signature";
    case SignatureFault::too_old: return "too_old";
    case SignatureFault::too_early: return "too_early";
    case SignatureFault::wrong_signature: return "wrong_signature";
  }
  return "unknown";
}

/// Keyed contexts are only ever copied, which OpenSSL allows from several threads at once.
struct WebhookSignature::Keys {
  std::vector<MacContext> contexts;
};

WebhookSignature::WebhookSignature(const std::vector<std::string>& secrets)
    : keys_(std::make_unique<Keys>()) {
  if (secrets.empty()) throw std::invalid_argument{"no webhook secret"};
  if (secrets.size() > secrets_max) throw std::invalid_argument{"too many webhook secrets"};
  for (const std::string& secret : secrets) {
    if (is_blank(secret)) throw std::invalid_argument{"a webhook secret is blank"};
    keys_->contexts.push_back(keyed_context(secret));
  }
}

WebhookSignature::~WebhookSignature() = default;

Result<void, SignatureFault> WebhookSignature::verify(std::string_view header,
                                                      std::string_view body, Time now) const {
  const auto timestamp = timestamp_of(header);
  if (!timestamp) return timestamp.error();
  std::int64_t signed_at = 0;
  std::from_chars(timestamp->data(), timestamp->data() + timestamp->size(), signed_at);
  const std::chrono::seconds age{to_unix_seconds(now) - signed_at};
  if (age > age_max) return SignatureFault::too_old;
  if (age < -age_max) return SignatureFault::too_early;

  std::array<Mac, secrets_max> macs;
  std::size_t count = 0;
  for (const MacContext& keyed : keys_->contexts) macs[count++] = mac_of(keyed, *timestamp, body);
  if (!any_match(header, std::span{macs}.first(count))) return SignatureFault::wrong_signature;
  return {};
}

}  // namespace tollgate::stripe
