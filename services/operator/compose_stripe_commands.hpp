// SPDX-License-Identifier: Apache-2.0
// The commands that speak to Stripe, as parts of the command line: options, consent, exit status.
// What they do is in a file of each: apply_catalog, apply_webhook_endpoint, bind_customer.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

#include "operator/config.hpp"

namespace tollgate::operations {

/// What the command line asked for; parsing fills it, nothing runs before the settings are checked.
struct Action {
  std::function<int()> run;
  std::vector<std::string> settings;  ///< that it needs; faults of others do not keep it
};

/// `config` and `action` outlive `app`. Exit status: 0 it is as asked, 1 Stripe refused or is away,
/// 2 a fault of the command line, a setting or the catalogue, 3 changes are due and were not sent.
void add_stripe_commands(CLI::App& app, const Config& config, Action& action);

}  // namespace tollgate::operations
