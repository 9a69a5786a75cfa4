// SPDX-License-Identifier: Apache-2.0
// The topic stripe.events as resolve and sweep write to it, in their words. publish_events.hpp is
// Kafka's; tests have one in memory.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "stripe/stripe_event.hpp"

namespace tollgate::entitlements {

enum class AppendAgain {
  later,  ///< the record may have been written all the same: writing it again is right
  never,  ///< it is larger than the log takes
};

struct AppendFault {
  std::string_view reason;  ///< a literal
  AppendAgain again = AppendAgain::later;
};

/// An answer of Stripe's API about one object.
struct FetchedObject {
  std::string account;
  bool livemode = false;
  std::string object_id;
  std::string customer_id;  ///< empty: it names none
  std::string body;         ///< the object, as Stripe wrote it
  Time as_of;               ///< the answer's `Date`
};

/// The io thread. What append() is given stays the caller's until it is done.
class EventsLog {
 public:
  using Appended = boost::asio::awaitable<Result<void, AppendFault>>;
  virtual ~EventsLog() = default;

  /// An event that the ingress did not get: written as it would have written it.
  virtual Appended append_event(const stripe::StripeEvent& event, std::string_view body) = 0;
  /// Under an id of its own.
  virtual Appended append_answer(const FetchedObject& fetched) = 0;
};

}  // namespace tollgate::entitlements
