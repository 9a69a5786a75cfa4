// SPDX-License-Identifier: Apache-2.0
// Reads catalog.yaml; what is wrong in it is told with its line, all faults at once.
// What the catalogue means is catalog.hpp's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/yaml_messages.hpp"
#include "entitlements/domain/catalog.hpp"

namespace tollgate::entitlements {

using CatalogFaults = YamlMessages;

/// `name` stands for the text in messages.
Result<CatalogContent, CatalogFaults> parse_catalog(std::string_view yaml, std::string_view name);

/// The same of a file; one that cannot be read is a fault like others.
Result<CatalogContent, CatalogFaults> read_catalog(const std::string& path);

}  // namespace tollgate::entitlements
