// SPDX-License-Identifier: Apache-2.0
// Calls to Stripe for a request that a person waits for: few retries, a breaker, and faults in
// words that may be shown. What must survive a crash goes through follow_attempt.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "checkout/ask/deadline.hpp"
#include "checkout/domain/breaker.hpp"
#include "checkout/domain/failure.hpp"
#include "stripe/stripe_api.hpp"

namespace tollgate::checkout {

/// The body; or what Stripe said.
using Sent = Result<std::string, stripe::ApiFailure>;

/// The io thread. What it refers to outlives it.
class SendRequest {
 public:
  SendRequest(stripe::StripeApi& api, const Clock& clock, Metrics& metrics);

  /// `path` with its ids percent_encoded(). After the deadline nothing is sent; what is cut off by
  /// it may have happened at Stripe.
  boost::asio::awaitable<Sent> get(std::string path, Deadline until, stripe::Form query = {});
  boost::asio::awaitable<Sent> post(std::string path, std::string body, std::string key,
                                    Deadline until);
  boost::asio::awaitable<Sent> remove(std::string path, Deadline until);

  [[nodiscard]] stripe::Mode mode() const { return api_.mode(); }
  /// What a call would be answered after the deadline; for who need not even begin it.
  [[nodiscard]] Failure out_of_time() const;
  /// For the sender of the request.
  [[nodiscard]] Failure in_words(const stripe::ApiFailure& failure) const;

 private:
  boost::asio::awaitable<Sent> send(stripe::ApiRequest request, Deadline until);

  stripe::StripeApi& api_;
  const Clock& clock_;
  Breaker breaker_;
  Gauge& open_;
  Counter& late_;
};

}  // namespace tollgate::checkout
