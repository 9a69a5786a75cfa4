// SPDX-License-Identifier: Apache-2.0
// Stripe's events about one buyer, coherent with each other, as bodies. What applies them is
// writer.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tollgate::tests {

/// `values`: members of the object, as JSON without its braces.
struct StripeObject {
  std::string id;
  std::string object;
  std::string values;
};

/// `"name": "value"` with a comma before it.
std::string member(const std::string& name, const std::string& text);
std::string member(const std::string& name, std::int64_t number);

/// A body. `created`: seconds; `more`: further members of the event, `, "account": "acct_1"`.
std::string event_body(const std::string& id, const std::string& type, std::int64_t created,
                       const StripeObject& object, const std::string& previous = {},
                       const std::string& more = {});

/// Buys `professional` for a month; ids end with the buyer's name.
class Buyer {
 public:
  /// Seconds of the first event; the month that is paid ends in 2027.
  static constexpr std::int64_t begun = 1'797'000'000;
  static constexpr std::int64_t day_s = 86'400;
  static constexpr std::int64_t period_end = begun + 30 * day_s;

  explicit Buyer(std::string name);

  /// First checkout by card, as Stripe tells it: twelve events, some of one second.
  [[nodiscard]] std::vector<std::string> first_checkout() const;

  [[nodiscard]] std::string customer_created() const;
  [[nodiscard]] std::string session_completed() const;
  [[nodiscard]] std::string subscription_created() const;
  [[nodiscard]] std::string subscription_is(const std::string& status, std::int64_t created) const;
  [[nodiscard]] std::string subscription_deleted(std::int64_t created) const;
  [[nodiscard]] std::string invoice_is(const std::string& type, const std::string& status,
                                       std::int64_t created) const;
  [[nodiscard]] std::string invoice_paid() const { return invoice_is("paid", "paid", begun + 2); }
  [[nodiscard]] std::string invoice_payment_paid() const;
  [[nodiscard]] std::string payment_succeeded() const;
  [[nodiscard]] std::string charge_succeeded() const;
  /// In full; it names the payment only, as before 2026-07-29.
  [[nodiscard]] std::string refunded(std::int64_t created) const;

  std::string name;
  std::string user_id;
  std::string customer;
  std::string subscription;
  std::string session;
  std::string invoice;
  std::string payment_intent;
  std::string charge;

 private:
  [[nodiscard]] std::string event_id(const std::string& what) const;
  [[nodiscard]] std::string subscription_event(const std::string& what, const std::string& type,
                                               const std::string& status, std::int64_t created,
                                               const std::string& previous) const;
  [[nodiscard]] std::string event(const std::string& type, std::int64_t created,
                                  const StripeObject& object) const;
};

/// A guest without a customer buys the handbook: session, payment, charge.
class Guest {
 public:
  explicit Guest(std::string name);

  [[nodiscard]] std::string session_completed() const;
  [[nodiscard]] std::string payment_succeeded() const;
  [[nodiscard]] std::string charge_succeeded() const;
  [[nodiscard]] std::string refunded() const;
  [[nodiscard]] std::string dispute_opened() const;

  std::string name;
  std::string user_id;
  std::string session;
  std::string payment_intent;
  std::string charge;
};

}  // namespace tollgate::tests
