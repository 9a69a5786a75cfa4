// SPDX-License-Identifier: Apache-2.0
// Reads entitlements of random users, each connection as fast as it is answered, and reports what
// it saw. Posting webhooks is webhook_load.hpp's.
#pragma once

#include <sys/types.h>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "connection.hpp"
#include "latencies.hpp"
#include "process_usage.hpp"

namespace tollgate::bench {

struct ReadLoadOptions {
  std::string url;   ///< up to the port
  std::string path;  ///< `{}` stands for the user's id
  std::string service_token;
  std::string user_prefix;  ///< ids are this and nine digits
  std::uint64_t users = 1;
  std::string expected;  ///< stands in every right answer beside the user's id; empty: any does
  std::size_t connections = 64;
  std::chrono::duration<double> warm_up{2};
  std::chrono::duration<double> measured{5};
  pid_t server_pid = 0;
  pid_t database_pid = 0;
};

class ReadLoad {
 public:
  explicit ReadLoad(const ReadLoadOptions& options);
  boost::json::object run();

 private:
  struct Usage {
    Instant at;
    ProcessUsage server, database, generator;
    std::vector<double> cores;
  };
  struct Asked {
    Instant at;
    std::string user_id;
    std::string request;
  };

  void send(std::size_t ticket);
  void on_answer(const Answer& answer);
  void run_until(Instant end);
  [[nodiscard]] Usage read_usage() const;
  [[nodiscard]] bool is_right(const Answer& answer) const;
  boost::json::object report(const Usage& before, const Usage& after);

  ReadLoadOptions options_;
  Url url_;
  Poller poller_;
  ConnectionPool pool_;
  std::string before_id_, after_id_;  ///< of a request
  std::mt19937_64 random_{1};
  std::vector<Asked> asked_;  ///< by ticket, which is a connection's number
  std::vector<std::size_t> idle_;

  bool sending_ = true;
  Instant measured_begin_, measured_end_;
  Latencies latencies_;
  std::map<unsigned, std::uint64_t> statuses_;  ///< of the whole run, warm-up too
  std::uint64_t wrong_ = 0, body_bytes_ = 0;
};

}  // namespace tollgate::bench
