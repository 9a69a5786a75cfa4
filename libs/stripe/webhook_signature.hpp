// SPDX-License-Identifier: Apache-2.0
// Verifies the `Stripe-Signature` header over the raw bytes of a webhook's body
// (https://docs.stripe.com/webhooks#verify-manually). For what the body says: stripe_event.hpp.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace tollgate::stripe {

/// Why a delivery is not believed. All are answered alike; only the log and a metric differ.
enum class SignatureFault {
  malformed_header,  ///< no `t`, two of them, or one that is not 1 to 12 digits
  no_v1_signature,   ///< nothing of scheme v1 that looks like 64 lowercase hex digits
  too_old,
  too_early,
  wrong_signature,  ///< no v1 value equals the MAC under any of the secrets
};
std::string_view to_string(SignatureFault fault);

/// One endpoint's secrets (several while one is being rotated). Immutable, any thread.
class WebhookSignature {
 public:
  static constexpr std::chrono::seconds age_max{300};  ///< both sides; exactly 300 s is accepted

  /// Every secret costs a MAC per delivery; more than a few at once is a mistake in the settings.
  static constexpr std::size_t secrets_max = 16;

  /// The secrets as issued, `whsec_` included. Throws std::invalid_argument when there is none, too
  /// many, or one is blank: an empty key would verify an attacker's body.
  explicit WebhookSignature(const std::vector<std::string>& secrets);
  ~WebhookSignature();
  WebhookSignature(const WebhookSignature&) = delete;
  WebhookSignature& operator=(const WebhookSignature&) = delete;

  /// Checks header, age, then MAC in constant time: every candidate against every secret. `header`
  /// is the one value of the field: a request that repeats it is the caller's to refuse.
  [[nodiscard]] Result<void, SignatureFault> verify(std::string_view header, std::string_view body,
                                                    Time now) const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
};

}  // namespace tollgate::stripe
