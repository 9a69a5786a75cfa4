// SPDX-License-Identifier: Apache-2.0
// Stripe's API for a command that waits for each answer. Services, which must not wait, use
// stripe/stripe_api.hpp itself.
#pragma once

#include <boost/asio/io_context.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include "stripe/stripe_api.hpp"

namespace tollgate::operations {

/// Stripe did not do as asked, also after what may be tried again was; what() is for people. It may
/// hold Stripe's own words, so it is shown to whoever gave the command and never logged.
struct StripeRefusal : std::runtime_error {
  StripeRefusal(const std::string& what, stripe::ApiFault why)
      : std::runtime_error(what), fault(why) {}
  stripe::ApiFault fault;
};

/// One thread, which runs `io` while it waits; nothing else may run it.
class AskStripe {
 public:
  AskStripe(boost::asio::io_context& io, stripe::StripeApi& api);

  /// Each throws StripeRefusal, at most about a minute after the call.
  std::string get(const std::string& path);
  /// The elements of all pages, as JSON each.
  std::vector<std::string> list(const std::string& path, const stripe::Form& filters);
  std::string post(const std::string& path, const stripe::Form& form);

 private:
  std::string send(stripe::ApiRequest request);

  boost::asio::io_context& io_;
  stripe::StripeApi& api_;
  const std::string run_id_;  ///< of this run: begins the idempotency keys
  int posts_ = 0;
};

}  // namespace tollgate::operations
