// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/payments/payment_shapes.hpp"

namespace tollgate::simulator {

Json payment_intent_shape(World& world, const PaymentOrder& order) {
  const std::string id = world.make_id("pi_3", 23);
  return Json::object(
      {{"id", id},
       {"object", "payment_intent"},
       {"allowed_payment_method_types", nullptr},
       {"amount", order.amount},
       {"amount_capturable", 0},
       {"amount_details", Json::object({{"tip", Json::object()}})},
       {"amount_received", 0},
       {"application", nullptr},
       {"application_fee_amount", nullptr},
       {"automatic_payment_methods", nullptr},
       {"canceled_at", nullptr},
       {"cancellation_reason", nullptr},
       {"capture_method", order.captures_later ? "manual" : "automatic"},
       {"client_secret", id + "_secret_" + world.make_id({}, 25)},
       {"confirmation_method", "automatic"},
       {"created", world.now()},
       {"currency", order.currency},
       {"customer", order.customer.empty() ? Json{} : Json{order.customer}},
       {"customer_account", nullptr},
       {"description", order.description.empty() ? Json{} : Json{order.description}},
       {"excluded_payment_method_types", nullptr},
       {"last_payment_error", nullptr},
       {"latest_charge", nullptr},
       {"livemode", false},
       {"managed_payments", nullptr},
       {"metadata", order.metadata},
       {"next_action", nullptr},
       {"on_behalf_of", nullptr},
       {"payment_method", nullptr},
       {"payment_method_configuration_details", nullptr},
       {"payment_method_options",
        Json::object({{"card", Json::object({{"installments", nullptr},
                                             {"mandate_options", nullptr},
                                             {"network", nullptr},
                                             {"request_three_d_secure", "automatic"}})}})},
       {"payment_method_types", Json::array({"card"})},
       {"payment_record", nullptr},
       {"processing", nullptr},
       {"receipt_email", nullptr},
       {"review", nullptr},
       {"setup_future_usage", order.setup_future_usage},
       {"shipping", nullptr},
       {"statement_descriptor", nullptr},
       {"statement_descriptor_suffix", nullptr},
       {"status", "requires_payment_method"},
       {"transfer_data", nullptr},
       {"transfer_group", nullptr}});
}

}  // namespace tollgate::simulator
