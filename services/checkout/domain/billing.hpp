// SPDX-License-Identifier: Apache-2.0
// Stripe's objects as checkout looks at them when it asks for them; stripe_json.hpp reads them. The
// facts that events tell have shapes of their own: libs/stripe/objects.hpp.
//
// A text that Stripe left out or sent as null is empty. `user_id`, `attempt` and `request` are the
// planted metadata.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace tollgate::checkout {

struct Planted {
  std::string user_id;
  std::string attempt;  ///< the attempt that made it
  std::string request;  ///< what was asked for, as a digest
};

struct Session {
  std::string id;
  std::string url;  ///< only while it is open
  std::string mode;
  std::string status;
  std::string payment_status;
  std::string customer;
  bool is_customer_deleted = false;  ///< of an expanded customer
  std::string subscription;
  std::string payment_status_of_intent;  ///< of an expanded payment intent: its status
  std::optional<Time> expires_at;
  Planted planted;
};

struct SubscriptionItem {
  std::string id;
  std::string price;
  std::string product;
  std::string lookup_key;
  std::string currency;
  std::string interval;
  std::int64_t amount = 0;
  std::int64_t quantity = 1;
  std::optional<Time> period_end;
};

struct Subscription {
  std::string id;
  std::string customer;
  std::string status;
  std::vector<SubscriptionItem> items;
  std::optional<Time> created;
  std::optional<Time> cancel_at;
  bool cancel_at_period_end = false;
  std::optional<Time> trial_end;
  std::string latest_invoice;
  std::string invoice_status;   ///< of the expanded latest invoice
  std::string client_secret;    ///< of the expanded latest invoice's payment; a credential
  std::string payment_intent;   ///< likewise
  std::string setup_secret;     ///< of the expanded setup intent, while the buyer is to act
  bool change_pending = false;  ///< a change waits for its payment
  Planted planted;
};

struct Payment {
  std::string status;
  std::string code;  ///< of its last error, like the following
  std::string decline_code;
  std::string message;
};

struct PreviewLine {
  std::string description;
  std::int64_t amount = 0;
  bool proration = false;
};

struct Preview {
  std::int64_t amount_due = 0;
  std::string currency;
  std::vector<PreviewLine> lines;
};

struct FoundCustomer {
  std::string id;
  std::string user_id;
};

struct FoundPrice {
  std::string id;
  std::string lookup_key;
  std::string currency;
  std::string interval;
  std::int64_t amount = 0;
};

}  // namespace tollgate::checkout
