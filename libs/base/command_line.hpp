// SPDX-License-Identifier: Apache-2.0
// What every program of Tollgate does before and after its own work: --help with its settings,
// --version, faults of the settings, the log, and the last catch.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.hpp"
#include "base/log.hpp"

namespace tollgate {

struct Command {
  std::string name;
  std::string about;  ///< one sentence
};

struct CommandLine {
  std::string program;
  std::string about;              ///< one sentence
  std::vector<Command> commands;  ///< optional; without one the program serves
};

/// LOG_LEVEL, a setting of every program.
log::Level read_log_level(Settings& settings);

/// What --version prints.
std::string_view program_version();

/// Opens the log and runs `body` unless the settings are faulty (all faults are logged). Returns
/// the exit status: that of `body`, 2 for faulty settings, 1 when it throws. For programs whose
/// command line is richer than run_program's.
int run_checked(const std::string& program, const Settings& settings, log::Level log_level,
                const std::function<int()>& body);

/// Runs `body` with the command's name (empty: none given) and returns the exit status: its own, 2
/// for a wrong command line or faulty settings (all of them are logged), 1 when it throws.
/// `settings` must have been read already, so that --help can list them.
int run_program(const CommandLine& command_line, const Settings& settings, log::Level log_level,
                int argc, char** argv, const std::function<int(const std::string&)>& body);

}  // namespace tollgate
