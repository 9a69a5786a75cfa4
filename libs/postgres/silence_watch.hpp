// SPDX-License-Identifier: Apache-2.0
// Ends the wait for a server that is frozen: the time-outs of PostgreSQL need one that runs, and
// keepalives are answered by its kernel. Connections use this, nobody else has to.
#pragma once

#include <chrono>
#include <list>

namespace tollgate::postgres {

/// One for the process, with a thread that looks twice a second. Any thread.
class SilenceWatch {
  struct Entry {
    int socket;
    std::chrono::steady_clock::time_point until;
  };

 public:
  /// While it lives, its thread waits for an answer on the socket, which stays open so long. After
  /// `at_most` the socket is shut down in both directions, so that libpq finds the connection
  /// broken. Zero: for ever.
  class Wait {
   public:
    Wait(int socket, std::chrono::milliseconds at_most);
    ~Wait();
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

   private:
    std::list<Entry> entry_;  ///< lent to the watch meanwhile
    std::list<Entry>::iterator place_;
    const bool watched_;
  };

 private:
  struct State;
  static State& state();
};

}  // namespace tollgate::postgres
