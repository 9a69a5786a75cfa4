// SPDX-License-Identifier: Apache-2.0
// What a consumer of entitlements.changes does, and nothing else: it knows the topic and the
// contract in proto/events, not the database. Topics for records of events are topic.hpp's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "events/entitlements_changed.pb.h"
#include "tests/integration/entitlements/topic.hpp"

namespace tollgate::tests {

class ChangeReader {
 public:
  explicit ChangeReader(const Topic& topic);

  /// Reads until the fact holds, which looks at the members below; false when patience ends.
  bool read_until(const std::function<bool()>& fact);

  /// The read model: by user the state of the highest version seen.
  std::map<std::string, events::EntitlementsChanged> users;
  std::vector<std::string> seen;               ///< `<user>:<version>` in the order of the topic
  std::map<std::string, std::string> headers;  ///< of the last record

 private:
  void take(const kafka::Record& record);

  std::unique_ptr<kafka::Consumer> consumer_;
};

}  // namespace tollgate::tests
