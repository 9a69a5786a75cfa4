// SPDX-License-Identifier: Apache-2.0
#include "base/command_line.hpp"

#include <CLI/CLI.hpp>

#include <exception>

namespace tollgate {
namespace {

bool settings_are_fine(const Settings& settings) {
  for (const auto& fault : settings.faults()) log::error("bad setting", {{"fault", fault}});
  for (const auto& note : settings.notes()) log::info("setting", {{"note", note}});
  if (settings.faults().empty()) return true;
  log::error("refusing to start: see --help for every setting",
             {{"faults", settings.faults().size()}});
  return false;
}

}  // namespace

log::Level read_log_level(Settings& settings) {
  const std::string name = settings.choice("LOG_LEVEL", "Lowest level written to stderr",
                                           {"debug", "info", "warning", "error"}, "info");
  return log::parse_level(name).value_or(log::Level::info);
}

std::string_view program_version() { return TOLLGATE_VERSION; }

int run_checked(const std::string& program, const Settings& settings, log::Level log_level,
                const std::function<int()>& body) {
  log::open(program, log_level);
  if (!settings_are_fine(settings)) return 2;
  try {
    return body();
  } catch (const std::exception& failure) {
    log::error("cannot go on", {{"reason", failure.what()}});
    return 1;
  }
}

int run_program(const CommandLine& command_line, const Settings& settings, log::Level log_level,
                int argc, char** argv, const std::function<int(const std::string&)>& body) {
  CLI::App app{command_line.about, command_line.program};
  app.set_version_flag("--version", std::string{program_version()});
  app.footer(settings.help());
  std::string chosen;
  for (const auto& command : command_line.commands) {
    app.add_subcommand(command.name, command.about)->callback([&chosen, name = command.name] {
      chosen = name;
    });
  }
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& answer) {
    return app.exit(answer) == 0 ? 0 : 2;
  }
  return run_checked(command_line.program, settings, log_level, [&] { return body(chosen); });
}

}  // namespace tollgate
