// SPDX-License-Identifier: Apache-2.0
// What the operator looks at in objects of Stripe's; stripe_objects_json.hpp reads them. Facts for
// access are libs/stripe/objects.hpp's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tollgate::operations {

using Metadata = std::map<std::string, std::string, std::less<>>;

struct FoundProduct {
  std::string id;
  std::string name;
  bool active = false;
  Metadata metadata;
};

struct FoundPrice {
  std::string id;
  std::string lookup_key;
  std::string product;
  std::optional<std::int64_t> amount;  ///< nothing: tiers, or an amount of the customer's choice
  std::string currency;
  std::string interval;  ///< empty: paid once
  std::int64_t interval_count = 1;
  bool active = false;
  Metadata metadata;
};

struct FoundEndpoint {
  std::string id;
  std::string url;
  std::string api_version;  ///< empty: the account's default
  std::string secret;       ///< in the answer that made it, nowhere else
  bool enabled = false;
  std::vector<std::string> event_types;
};

struct FoundCustomer {
  std::string id;
  bool deleted = false;
  Metadata metadata;
};

}  // namespace tollgate::operations
