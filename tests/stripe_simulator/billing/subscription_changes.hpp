// SPDX-License-Identifier: Apache-2.0
// POST /v1/subscriptions/{id}: another plan or quantity with its proration, cancel at the end and
// taking that back, the end of a trial, pausing the collection.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

inline constexpr Parameter subscription_change_parameters[] = {
    {.path = "items[].id"},
    {.path = "items[].price"},
    {.path = "items[].quantity", .shape = Shape::integer},
    {.path = "items[].deleted", .shape = Shape::boolean},
    {.path = "items[].metadata", .shape = Shape::metadata},
    {.path = "proration_behavior", .choices = "create_prorations|always_invoice|none"},
    {.path = "proration_date", .shape = Shape::integer},
    {.path = "payment_behavior",
     .choices = "allow_incomplete|default_incomplete|error_if_incomplete|pending_if_incomplete"},
    {.path = "billing_cycle_anchor.type", .choices = "now|unchanged"},
    {.path = "cancel_at_period_end", .shape = Shape::boolean},
    {.path = "cancel_at", .shape = Shape::time, .choices = "min_period_end|max_period_end"},
    {.path = "cancellation_details.comment"},
    {.path = "cancellation_details.feedback"},
    {.path = "default_payment_method"},
    {.path = "description"},
    {.path = "discounts[].coupon"},
    {.path = "discounts[].promotion_code"},
    {.path = "discounts[].discount"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "pause_collection.behavior", .choices = "keep_as_draft|mark_uncollectible|void"},
    {.path = "pause_collection.resumes_at", .shape = Shape::integer},
    {.path = "off_session", .shape = Shape::boolean},
    {.path = "payment_settings.save_default_payment_method", .choices = "off|on_subscription"},
    {.path = "trial_end", .shape = Shape::time, .choices = "now"},
    {.path = "trial_settings.end_behavior.missing_payment_method",
     .choices = "cancel|create_invoice|pause"},
};

Outcome<Json> update_subscription(Call& call);

}  // namespace tollgate::simulator
