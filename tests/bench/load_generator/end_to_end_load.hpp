// SPDX-License-Identifier: Apache-2.0
// The whole way: two signed webhooks make a fresh user a customer, and the read API is polled until
// it says so. Load on the ingress alone is webhook_load.hpp's.
#pragma once

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "connection.hpp"
#include "event_template.hpp"
#include "latencies.hpp"

namespace tollgate::bench {

struct EndToEndLoadOptions {
  std::string ingress_url;
  std::string entitlements_url;  ///< up to the port; `/v1/users/…` is added
  std::string first_template;    ///< the completed checkout session
  std::string second_template;   ///< the created subscription
  std::string secret;
  std::string service_token;
  double events_per_s = 500;
  std::chrono::duration<double> warm_up{3};
  std::chrono::duration<double> measured{10};
};

/// A user's clock starts when the pair is due and stops with the first answer that names the plan,
/// so late sending and the pace of polling are both counted.
class EndToEndLoad {
 public:
  static constexpr std::chrono::milliseconds poll_pace{2};
  static constexpr std::chrono::seconds readable_within_max{10};

  explicit EndToEndLoad(const EndToEndLoadOptions& options);
  boost::json::object run();

 private:
  enum class Outcome { pending, readable, given_up, refused };
  struct User {
    Instant due;
    std::string id;
    unsigned accepted = 0;  ///< of the two events
    Outcome outcome = Outcome::pending;
  };
  struct Poll {
    Instant at;
    std::size_t user;
  };

  void post_what_is_due(Instant now);
  void poll_what_is_due(Instant now);
  void on_posted(const Answer& answer);
  void on_read(const Answer& answer);
  void settle(User& user, Outcome outcome);
  [[nodiscard]] std::uint64_t count(Outcome outcome) const;
  [[nodiscard]] Instant due_at(std::size_t user) const;
  [[nodiscard]] Instant next_moment(Instant now) const;
  boost::json::object report();

  EndToEndLoadOptions options_;
  Url ingress_, entitlements_;
  Poller poller_;
  ConnectionPool posts_, reads_;
  Signer signer_;
  Identifiers identifiers_;
  EventTemplate first_, second_;
  Instant start_, measured_begin_, end_;
  std::vector<User> users_;
  std::deque<Poll> polls_;  ///< earliest first: all of them wait equally long
  Latencies latencies_;
  std::uint64_t settled_ = 0;  ///< users whose outcome is not pending
  std::uint64_t reads_made_ = 0, read_faults_ = 0;
};

}  // namespace tollgate::bench
