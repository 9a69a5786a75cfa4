// SPDX-License-Identifier: Apache-2.0
#include "process_usage.hpp"

#include <unistd.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace tollgate::bench {
namespace {

double ticks_per_second() { return static_cast<double>(sysconf(_SC_CLK_TCK)); }

struct Times {
  pid_t parent = 0;
  double own_s = 0;
  double ended_children_s = 0;
};

std::optional<Times> times_of(const std::string& folder) {
  std::string stat;
  std::getline(std::ifstream(folder + "/stat"), stat);
  const auto name_end = stat.rfind(')');  // the name before it may hold spaces
  if (name_end == stat.npos) return std::nullopt;
  std::istringstream fields(stat.substr(name_end + 1));
  Times times;
  std::string skipped;
  fields >> skipped >> times.parent;
  constexpr int fields_before_utime = 9;  // proc(5): utime is field 14, the parent is field 4
  for (int i = 0; i < fields_before_utime; ++i) fields >> skipped;
  double user = 0, system = 0, children_user = 0, children_system = 0;
  fields >> user >> system >> children_user >> children_system;
  times.own_s = (user + system) / ticks_per_second();
  times.ended_children_s = (children_user + children_system) / ticks_per_second();
  return times;
}

std::string folder_of(pid_t pid) { return "/proc/" + std::to_string(pid); }

}  // namespace

ProcessUsage usage_of(pid_t pid) {
  ProcessUsage usage;
  const auto times = pid == 0 ? std::nullopt : times_of(folder_of(pid));
  if (!times) return usage;
  usage.cpu_s = times->own_s;
  std::ifstream status(folder_of(pid) + "/status");
  std::string skipped;
  for (std::string line; std::getline(status, line);) {
    std::istringstream words(line);
    double kilobytes = 0;
    if (!(words >> skipped >> kilobytes)) continue;
    if (skipped == "VmRSS:") usage.resident_mb = kilobytes / 1024;
    if (skipped == "VmHWM:") usage.resident_peak_mb = kilobytes / 1024;
  }
  return usage;
}

ProcessUsage family_usage_of(pid_t pid) {
  ProcessUsage usage = usage_of(pid);
  const auto parent = pid == 0 ? std::nullopt : times_of(folder_of(pid));
  if (!parent) return usage;
  usage.cpu_s += parent->ended_children_s;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const auto times = times_of(entry.path().string());
    if (times && times->parent == pid) usage.cpu_s += times->own_s + times->ended_children_s;
  }
  return usage;
}

std::vector<double> busy_seconds_of_cores() {
  std::vector<double> cores;
  std::ifstream stat("/proc/stat");
  for (std::string line; std::getline(stat, line);) {
    std::istringstream words(line);
    std::string name;
    double user = 0, nice = 0, system = 0, idle = 0, io_wait = 0, irq = 0, soft_irq = 0;
    words >> name >> user >> nice >> system >> idle >> io_wait >> irq >> soft_irq;
    const bool is_core = name.size() > 3 && name.starts_with("cpu") && std::isdigit(name[3]);
    if (is_core) cores.push_back((user + nice + system + irq + soft_irq) / ticks_per_second());
  }
  return cores;
}

}  // namespace tollgate::bench
