// SPDX-License-Identifier: Apache-2.0
#include "entitlements/json/status_json.hpp"

namespace tollgate::entitlements {

void write_status(JsonWriter& writer, std::string_view status) {
  const auto slash = status.find('/');
  writer.text_or_null("status", status.substr(0, slash));
  const bool has_payment = slash != std::string_view::npos;
  writer.text_or_null("payment_status",
                      has_payment ? status.substr(slash + 1) : std::string_view{});
}

}  // namespace tollgate::entitlements
