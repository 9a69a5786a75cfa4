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

/// `--name` of a command.
struct Flag {
  std::string name;
  std::string about;  ///< one sentence
  bool* given;        ///< set when it is; outlives run_program()
};

struct Command {
  std::string name;
  std::string about;  ///< one sentence
  /// Faults of other settings do not keep it from running; empty: it needs all of them.
  std::vector<std::string> settings{};
  std::vector<Flag> flags{};
  std::string examples{};  ///< for its --help, a line each
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
/// command line is richer than run_program's. `needed`: see Command::settings.
int run_checked(const std::string& program, const Settings& settings, log::Level log_level,
                const std::function<int()>& body, const std::vector<std::string>& needed = {});

/// Runs `body` with the command's name (empty: none given) and returns the exit status: its own, 2
/// for a wrong command line or faulty settings (all of them are logged), 1 when it throws.
/// `settings` must have been read already, so that --help can list them.
int run_program(const CommandLine& command_line, const Settings& settings, log::Level log_level,
                int argc, char** argv, const std::function<int(const std::string&)>& body);

}  // namespace tollgate
