// SPDX-License-Identifier: Apache-2.0
#include "process_usage.hpp"

#include <unistd.h>

#include <cctype>
#include <fstream>
#include <sstream>
#include <string>

namespace tollgate::bench {
namespace {

double ticks_per_second() { return static_cast<double>(sysconf(_SC_CLK_TCK)); }

}  // namespace

ProcessUsage usage_of(pid_t pid) {
  ProcessUsage usage;
  if (pid == 0) return usage;
  const std::string folder = "/proc/" + std::to_string(pid);
  std::string stat;
  std::getline(std::ifstream(folder + "/stat"), stat);
  const auto name_end = stat.rfind(')');  // the name before it may hold spaces
  if (name_end == stat.npos) return usage;
  std::istringstream fields(stat.substr(name_end + 1));
  std::string skipped;
  constexpr int fields_before_utime = 11;  // proc(5): utime is field 14, the state after `)` is 3
  for (int i = 0; i < fields_before_utime; ++i) fields >> skipped;
  double user_ticks = 0;
  double system_ticks = 0;
  fields >> user_ticks >> system_ticks;
  usage.cpu_s = (user_ticks + system_ticks) / ticks_per_second();

  std::ifstream status(folder + "/status");
  for (std::string line; std::getline(status, line);) {
    std::istringstream words(line);
    double kilobytes = 0;
    if (!(words >> skipped >> kilobytes)) continue;
    if (skipped == "VmRSS:") usage.resident_mb = kilobytes / 1024;
    if (skipped == "VmHWM:") usage.resident_peak_mb = kilobytes / 1024;
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
