// SPDX-License-Identifier: Apache-2.0
// What the readers of YAML say of faults, apart from YAML itself.
#pragma once

#include <string>
#include <vector>

namespace tollgate {

/// One sentence a fault, in the order of lines: `catalog.yaml:12: plan 'gold': rank is missing`.
struct YamlMessages {
  std::vector<std::string> messages;
};

}  // namespace tollgate
