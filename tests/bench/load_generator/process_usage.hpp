// SPDX-License-Identifier: Apache-2.0
// What a process and the cores have used so far, from /proc; the difference of two readings is what
// a measured window cost. Resolution: one tick, 10 ms.
#pragma once

#include <sys/types.h>

#include <vector>

namespace tollgate::bench {

struct ProcessUsage {
  double cpu_s = 0;  ///< user and system time of all threads, ended ones too
  double resident_mb = 0;
  double resident_peak_mb = 0;
};
/// Zeroes for pid 0 and for a process that is gone.
ProcessUsage usage_of(pid_t pid);

/// The same with the children that it has and those that it had: of PostgreSQL, all of the server.
/// The memory is that of the process alone.
ProcessUsage family_usage_of(pid_t pid);

/// Busy seconds of every core since boot.
std::vector<double> busy_seconds_of_cores();

}  // namespace tollgate::bench
