// SPDX-License-Identifier: Apache-2.0
// What events say that checkout has to remember. Applying it twice, or in another order, gives the
// same rows: so it matters little whether a batch is read again after a crash.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace tollgate::checkout {

struct ToldSession {
  std::string user_id;
  std::string mode;
  std::string status;  ///< as in SessionRow; only ever further
  std::string subscription;
};

struct ToldCustomer {
  std::string user_id;
  std::int64_t as_of = 0;  ///< when the event was made, seconds since the epoch
};

struct Told {
  std::map<std::string, ToldSession> sessions;        ///< by id
  std::map<std::string, ToldCustomer> customers;      ///< by id, the newest
  std::map<std::string, std::string> deleted;         ///< customer -> event that says so
  std::map<std::string, std::string> buyers;          ///< user -> customer: look for doubles
  std::set<std::string> buying_customers;             ///< likewise, by whoever is their user
  std::map<std::int32_t, std::int64_t> next_offsets;  ///< by partition
};

/// open < processing < the ends.
inline int rank_of(const std::string& status) {
  if (status == "open") return 0;
  return status == "processing" ? 1 : 2;
}

}  // namespace tollgate::checkout
