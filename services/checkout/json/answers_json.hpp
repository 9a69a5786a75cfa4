// SPDX-License-Identifier: Apache-2.0
// The bodies that checkout answers with; their contract is proto/http/checkout.yaml. What Stripe
// answers is read by stripe_json.hpp.
#pragma once

#include <string>
#include <vector>

#include "checkout/domain/billing.hpp"
#include "checkout/domain/catalog.hpp"

namespace tollgate::checkout {

/// Every plan, the default one too, lowest rank first.
std::string plans_json(const Catalog& catalog);

/// `{id, url, status, expires_at}`; the URL is null unless it is open.
std::string session_json(const Session& session);

/// `{id, status, subscription}`
std::string session_status_json(const std::string& id, const std::string& status,
                                const std::string& subscription);

/// `{id, status, client_secret}`, the last one null unless the buyer has to act.
std::string started_subscription_json(const std::string& id, const std::string& status,
                                      const std::string& client_secret);

std::string subscription_json(const Catalog& catalog, const Subscription& subscription);
/// `{data: […]}`
std::string subscriptions_json(const Catalog& catalog,
                               const std::vector<Subscription>& subscriptions);

/// `{amount_due, currency, lines, proration_date}`
std::string preview_json(const Preview& preview, std::int64_t proration_date);

/// `{url}`
std::string url_json(const std::string& url);

}  // namespace tollgate::checkout
