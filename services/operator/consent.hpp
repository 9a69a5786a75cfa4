// SPDX-License-Identifier: Apache-2.0
// How commands that change something at Stripe ask first, and what came of them.
// Who asks at a terminal is compose_stripe_commands.cpp.
#pragma once

#include <functional>

namespace tollgate::operations {

enum class Applied {
  unchanged,  ///< nothing was to be done
  done,
  withheld,  ///< changes are due and were not sent
};

/// Asked once, after the changes were shown; whether they may be sent.
using Consent = std::function<bool()>;

}  // namespace tollgate::operations
