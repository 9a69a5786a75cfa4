// SPDX-License-Identifier: Apache-2.0
// Reads what checkout needs of catalog.yaml. The whole file, policy and all, is judged by
// entitlements; here only what is sold must be sound, and other members are passed over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/yaml_messages.hpp"
#include "checkout/domain/catalog.hpp"

namespace tollgate::checkout {

using CatalogFaults = YamlMessages;

/// `name` stands for the text in messages.
Result<Catalog, CatalogFaults> parse_catalog(std::string_view yaml, std::string_view name);

/// The same of a file; one that cannot be read is a fault like others.
Result<Catalog, CatalogFaults> read_catalog(const std::string& path);

}  // namespace tollgate::checkout
