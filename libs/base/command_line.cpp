// SPDX-License-Identifier: Apache-2.0
#include "base/command_line.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>

namespace tollgate {
namespace {

/// A fault begins with the setting's name, or with that of its file.
bool concerns(const std::string& fault, const std::vector<std::string>& needed) {
  const std::string name = fault.substr(0, fault.find(' '));
  return needed.empty() || std::ranges::any_of(needed, [&](const std::string& each) {
           return name == each || name == each + "_FILE";
         });
}

bool settings_are_fine(const Settings& settings, const std::vector<std::string>& needed) {
  std::size_t faults = 0;
  for (const auto& fault : settings.faults()) {
    if (!concerns(fault, needed)) continue;
    ++faults;
    log::error("bad setting", {{"fault", fault}});
  }
  for (const auto& note : settings.notes()) {
    if (concerns(note, needed)) log::info("setting", {{"note", note}});
  }
  if (faults == 0) return true;
  log::error("refusing to start: see --help for every setting", {{"faults", faults}});
  return false;
}

std::string footer_of(const Command& command) {
  std::string footer;
  if (!command.examples.empty()) footer += "Examples:\n" + command.examples + "\n";
  if (command.settings.empty()) return footer;
  footer += "Settings that it needs, from the environment (the program's --help explains them):\n ";
  for (const auto& setting : command.settings) footer += " " + setting;
  return footer;
}

void add_command(CLI::App& app, const Command& command, const Command*& chosen) {
  CLI::App* added = app.add_subcommand(command.name, command.about);
  for (const Flag& flag : command.flags) added->add_flag("--" + flag.name, *flag.given, flag.about);
  added->footer(footer_of(command));
  added->callback([&chosen, &command] { chosen = &command; });
}

}  // namespace

log::Level read_log_level(Settings& settings) {
  const std::string name = settings.choice("LOG_LEVEL", "Lowest level written to stderr",
                                           {"debug", "info", "warning", "error"}, "info");
  return log::parse_level(name).value_or(log::Level::info);
}

std::string_view program_version() { return TOLLGATE_VERSION; }

int run_checked(const std::string& program, const Settings& settings, log::Level log_level,
                const std::function<int()>& body, const std::vector<std::string>& needed) {
  log::open(program, log_level);
  if (!settings_are_fine(settings, needed)) return 2;
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
  const Command* chosen = nullptr;
  for (const Command& command : command_line.commands) add_command(app, command, chosen);
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& answer) {
    return app.exit(answer) == 0 ? 0 : 2;
  }
  const std::string name = chosen != nullptr ? chosen->name : std::string{};
  return run_checked(
      command_line.program, settings, log_level, [&] { return body(name); },
      chosen != nullptr ? chosen->settings : std::vector<std::string>{});
}

}  // namespace tollgate
