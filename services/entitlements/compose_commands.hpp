// SPDX-License-Identifier: Apache-2.0
// The subcommands: work that is done once and ends. What each does is in a use case of its own;
// main.cpp composes the service.
#pragma once

#include "base/command_line.hpp"
#include "entitlements/config.hpp"
#include "entitlements/domain/catalog.hpp"
#include "postgres/connection.hpp"

namespace tollgate::entitlements {

struct Given {
  bool dry_run = false;  ///< of `rebuild`
};

/// For run_program; `given` is filled when the command line is read.
CommandLine command_line(Given& given);

/// Runs the command and returns the exit status.
int run_command(const std::string& command, const Given& given, const Config& config);

/// Throws std::runtime_error when the file has faults, which are logged.
Catalog load_catalog(const Config& config);

postgres::ConnectionOptions database(const Config& config);

}  // namespace tollgate::entitlements
