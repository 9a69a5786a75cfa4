// SPDX-License-Identifier: Apache-2.0
// Reads what the catalogue sells from catalog.yaml, all faults at once. What it grants, and members
// that nobody knows, are the entitlements' business, who read the same file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/yaml_messages.hpp"
#include "operator/sold_products.hpp"

namespace tollgate::operations {

using CatalogFaults = YamlMessages;

/// Entries without prices are not sold and left out. `name` stands for the text in messages.
Result<std::vector<SoldProduct>, CatalogFaults> parse_sold_products(std::string_view yaml,
                                                                    std::string_view name);
/// The same of a file; one that cannot be read is a fault like others.
Result<std::vector<SoldProduct>, CatalogFaults> read_sold_products(const std::string& path);

}  // namespace tollgate::operations
