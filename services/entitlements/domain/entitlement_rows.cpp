// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/entitlement_rows.hpp"

namespace tollgate::entitlements {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::fact: return "fact";
    case Outcome::thin: return "thin";
    case Outcome::irrelevant: return "irrelevant";
    case Outcome::dead_letter: break;
  }
  return "dead_letter";
}

std::string_view to_string(ChangeCause cause) {
  switch (cause) {
    case ChangeCause::event: return "event";
    case ChangeCause::time: return "time";
    case ChangeCause::catalog: return "catalog";
    case ChangeCause::operation: break;
  }
  return "operation";
}

}  // namespace tollgate::entitlements
