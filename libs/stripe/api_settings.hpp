// SPDX-License-Identifier: Apache-2.0
// The settings of whoever asks Stripe's API, read and checked together. The calls themselves are
// stripe_api.hpp's.
#pragma once

#include <string>

#include "base/config.hpp"

namespace tollgate::stripe {

enum class Mode { test, live };

struct ApiSettings {
  Mode mode = Mode::test;
  std::string secret_key;  ///< empty: Stripe cannot be asked
  std::string base;        ///< without a final slash
};

/// STRIPE_MODE, STRIPE_SECRET_KEY and STRIPE_API_BASE. A key of the other mode is a fault, and so
/// is a live key that would travel unencrypted.
ApiSettings read_api_settings(Settings& settings);

}  // namespace tollgate::stripe
