// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/fetch.hpp"

namespace tollgate::entitlements {

std::string_view to_string(FetchPart part) {
  switch (part) {
    case FetchPart::object: return "object";
    case FetchPart::payments: return "payments";
    case FetchPart::refunds: break;
  }
  return "refunds";
}

std::optional<FetchPart> parse_fetch_part(std::string_view text) {
  for (const FetchPart part : {FetchPart::object, FetchPart::payments, FetchPart::refunds}) {
    if (text == to_string(part)) return part;
  }
  return std::nullopt;
}

std::string_view to_string(FetchReason reason) {
  switch (reason) {
    case FetchReason::tie: return "tie";
    case FetchReason::thin: return "thin";
    case FetchReason::link: return "link";
    case FetchReason::truncated: return "truncated";
    case FetchReason::need: break;
  }
  return "need";
}

}  // namespace tollgate::entitlements
