// SPDX-License-Identifier: Apache-2.0
// A shop with prices and a way to its buyers' payments, for the stories of the simulator's tests.
#pragma once

#include <string>

#include "api_client.hpp"
#include "stripe_simulator/checkout/checkout_sessions.hpp"
#include "stripe_simulator/checkout/pay_session.hpp"
#include "stripe_simulator/payments/payments.hpp"
#include "stripe_simulator/time/timeline.hpp"

namespace tollgate::simulator::tests {

inline constexpr std::int64_t hour_s = 3600;
inline constexpr std::int64_t day_s = 24 * hour_s;

inline const Json& first_item(const Json& subscription) {
  return subscription.at("items.data").items().at(0);
}

class Shop : public ApiClient {
 public:
  Shop() {
    post("/v1/products", "id=prod_a&name=A");
    basic =
        post("/v1/prices", "product=prod_a&currency=usd&unit_amount=1000&recurring[interval]=month")
            .id();
    large =
        post("/v1/prices", "product=prod_a&currency=usd&unit_amount=3000&recurring[interval]=month")
            .id();
    book = post("/v1/prices", "product=prod_a&currency=usd&unit_amount=2900").id();
    new_event_types();
  }

  std::string customer() { return post("/v1/customers", "email=a@shop.example").id(); }
  /// One whose default is a new object of that test token.
  std::string customer_with(const std::string& token) {
    const std::string id = customer();
    const std::string method =
        post("/v1/payment_methods/" + token + "/attach", "customer=" + id).id();
    post("/v1/customers/" + id, "invoice_settings[default_payment_method]=" + method);
    return id;
  }
  Answer subscribe(const std::string& customer, const std::string& further = {}) {
    return post("/v1/subscriptions",
                "customer=" + customer + "&items[0][price]=" + basic + further);
  }
  /// A session of that mode and price; the answer's body is the session.
  Answer session(const std::string& mode, const std::string& price,
                 const std::string& further = {}) {
    return post("/v1/checkout/sessions", "mode=" + mode + "&line_items[0][price]=" + price +
                                             "&line_items[0][quantity]=1&success_url=https://a.b" +
                                             further);
  }
  void pass(std::int64_t seconds) { pass_time(world, world.now() + seconds); }
  Json shown(const std::string& id) const { return world.get(id); }

  std::string basic;
  std::string large;
  std::string book;
};

}  // namespace tollgate::simulator::tests
