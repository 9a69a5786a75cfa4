// SPDX-License-Identifier: Apache-2.0
#include "operations.hpp"

#include "account.hpp"
#include "billing_portal.hpp"
#include "charges.hpp"
#include "checkout_operations.hpp"
#include "coupons.hpp"
#include "customers.hpp"
#include "disputes.hpp"
#include "entitlements.hpp"
#include "event_destinations.hpp"
#include "events.hpp"
#include "invoice_items.hpp"
#include "invoice_operations.hpp"
#include "invoice_preview.hpp"
#include "payment_intents.hpp"
#include "payment_methods.hpp"
#include "payment_pages.hpp"
#include "prices.hpp"
#include "products.hpp"
#include "refunds.hpp"
#include "setup_intents.hpp"
#include "subscription_operations.hpp"
#include "subscription_pauses.hpp"
#include "test_clocks.hpp"
#include "thin_events.hpp"
#include "webhook_endpoints.hpp"

namespace tollgate::simulator {

std::span<const Operations> all_operations() {
  static const Operations tables[] = {
      account_operations(),         billing_portal_operations(),
      entitlement_operations(),     test_clock_operations(),
      setup_intent_operations(),    coupon_operations(),
      charge_operations(),          checkout_operations(),
      customer_operations(),        dispute_operations(),
      event_operations(),           invoice_operations(),
      invoice_item_operations(),    payment_intent_operations(),
      payment_method_operations(),  price_operations(),
      product_operations(),         refund_operations(),
      subscription_operations(),    subscription_pause_operations(),
      invoice_preview_operations(), webhook_endpoint_operations(),
      payment_page_operations(),    event_destination_operations(),
      thin_event_operations(),
  };
  return tables;
}

}  // namespace tollgate::simulator
