// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/operations.hpp"

#include "stripe_simulator/billing/invoice_item_operations.hpp"
#include "stripe_simulator/billing/invoice_operations.hpp"
#include "stripe_simulator/billing/invoice_preview.hpp"
#include "stripe_simulator/billing/manual_invoices.hpp"
#include "stripe_simulator/billing/subscription_item_operations.hpp"
#include "stripe_simulator/billing/subscription_operations.hpp"
#include "stripe_simulator/billing/subscription_pauses.hpp"
#include "stripe_simulator/checkout/checkout_operations.hpp"
#include "stripe_simulator/delivery/event_destinations.hpp"
#include "stripe_simulator/delivery/events.hpp"
#include "stripe_simulator/delivery/thin_events.hpp"
#include "stripe_simulator/delivery/webhook_endpoints.hpp"
#include "stripe_simulator/pages/billing_portal.hpp"
#include "stripe_simulator/pages/payment_pages.hpp"
#include "stripe_simulator/payments/charges.hpp"
#include "stripe_simulator/payments/disputes.hpp"
#include "stripe_simulator/payments/payment_intents.hpp"
#include "stripe_simulator/payments/payment_methods.hpp"
#include "stripe_simulator/payments/refunds.hpp"
#include "stripe_simulator/payments/setup_intents.hpp"
#include "stripe_simulator/shop/account.hpp"
#include "stripe_simulator/shop/coupons.hpp"
#include "stripe_simulator/shop/customers.hpp"
#include "stripe_simulator/shop/entitlements.hpp"
#include "stripe_simulator/shop/prices.hpp"
#include "stripe_simulator/shop/products.hpp"
#include "stripe_simulator/time/test_clocks.hpp"

namespace tollgate::simulator {

std::span<const Operations> all_operations() {
  static const Operations tables[] = {
      account_operations(),
      billing_portal_operations(),
      entitlement_operations(),
      test_clock_operations(),
      setup_intent_operations(),
      coupon_operations(),
      charge_operations(),
      checkout_operations(),
      customer_operations(),
      dispute_operations(),
      event_operations(),
      invoice_operations(),
      invoice_item_operations(),
      payment_intent_operations(),
      payment_method_operations(),
      price_operations(),
      product_operations(),
      refund_operations(),
      subscription_operations(),
      subscription_pause_operations(),
      invoice_preview_operations(),
      webhook_endpoint_operations(),
      payment_page_operations(),
      event_destination_operations(),
      thin_event_operations(),
      manual_invoice_operations(),
      subscription_item_operations(),
  };
  return tables;
}

}  // namespace tollgate::simulator
