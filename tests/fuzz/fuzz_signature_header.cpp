// SPDX-License-Identifier: Apache-2.0
// Fuzzes the Stripe-Signature header. The input is a header; what is checked besides crashes:
// an unsigned header never verifies, a signed one does whatever stands around it, and one changed
// bit of its MAC, its time or the body undoes it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "stripe/webhook_signature.hpp"
#include "tests/unit/stripe/signer.hpp"

namespace tollgate::stripe {
namespace {

constexpr std::int64_t signed_at = 1767225600;
const std::string secret = "whsec_fuzz_0123456789abcdef";
const std::string body = R"({"id":"evt_1","object":"event","type":"invoice.paid"})";

void require(bool holds) {
  if (!holds) std::abort();
}

bool verifies(std::string_view header, std::string_view of_body = body) {
  static const WebhookSignature signature{{"whsec_other", secret}};
  return signature.verify(header, of_body, from_unix_seconds(signed_at)).has_value();
}

bool has_scheme_t(std::string_view header) {
  return header.starts_with("t=") || header.find(",t=") != std::string_view::npos;
}

/// Elements of unknown schemes, and v1 values that do not match, must not disturb a good one.
void check_signed_with_noise(std::string_view noise) {
  if (has_scheme_t(noise)) return;
  const std::string good = signed_header(secret, signed_at, body);
  const std::string behind = good + "," + std::string{noise};
  const std::string before = std::string{noise} + "," + good;
  require(verifies(behind));
  require(verifies(before));
  require(!verifies(behind, body + " "));
}

void check_changed_digit(std::size_t choice) {
  std::string header = signed_header(secret, signed_at, body);
  const std::size_t at = choice % header.size();
  header[at] = static_cast<char>(header[at] ^ 1);
  require(!verifies(header));
}

}  // namespace
}  // namespace tollgate::stripe

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tollgate::stripe;
  const std::string_view header{reinterpret_cast<const char*>(bytes), size};
  // The fuzzer does not know the secret: only the seeds' own MAC, of another body, is in its reach.
  require(!verifies(header));
  check_signed_with_noise(header);
  std::size_t choice = size;
  for (const char letter : header) choice = choice * 31 + static_cast<unsigned char>(letter);
  check_changed_digit(choice);
  return 0;
}
