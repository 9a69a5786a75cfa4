// SPDX-License-Identifier: Apache-2.0
#include "stripe/api_settings.hpp"

#include "http/client.hpp"

namespace tollgate::stripe {
namespace {

constexpr const char* key_name = "STRIPE_SECRET_KEY";
constexpr const char* base_name = "STRIPE_API_BASE";

/// Keys tell their mode: `sk_test_…`, `sk_live_…`, restricted ones `rk_…`
/// (https://docs.stripe.com/keys).
bool is_key_of(Mode mode, const std::string& key) {
  const std::string word = mode == Mode::live ? "live" : "test";
  for (const std::string& prefix : {"sk_" + word + "_", "rk_" + word + "_"}) {
    if (key.starts_with(prefix) && key.size() > prefix.size()) return true;
  }
  return false;
}

bool is_one_visible_word(const std::string& key) {
  for (const char letter : key) {
    if (letter <= ' ' || letter > '~') return false;
  }
  return true;
}

}  // namespace

ApiSettings read_api_settings(Settings& settings) {
  ApiSettings api;
  const std::string mode =
      settings.choice("STRIPE_MODE", "Whose events grant access; those of the other mode are kept",
                      {"test", "live"}, "test");
  api.mode = mode == "live" ? Mode::live : Mode::test;
  api.secret_key =
      settings.text(key_name, "Key of Stripe's API, of that mode; without it Stripe is never asked",
                    "", Secrecy::secret);
  api.base = settings.text(base_name, "Where Stripe's API is", "https://api.stripe.com");
  while (api.base.ends_with('/')) api.base.pop_back();
  if (!http::is_http_url(api.base)) {
    settings.fault(base_name, "'" + api.base + "' is no http or https URL");
  }
  if (api.secret_key.empty()) return api;
  if (!is_key_of(api.mode, api.secret_key) || !is_one_visible_word(api.secret_key)) {
    settings.fault(key_name, "is no secret or restricted key of STRIPE_MODE " + mode);
  }
  if (api.mode == Mode::live && !api.base.starts_with("https://")) {
    settings.fault(base_name, "must be https for a live key");
  }
  return api;
}

}  // namespace tollgate::stripe
