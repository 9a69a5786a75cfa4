// SPDX-License-Identifier: Apache-2.0
// Which event goes to which endpoint, when, and when again. Pure: times are given, the sending is
// send_webhooks.hpp's.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "stripe_simulator/control/faults.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

/// In real time, so that a test need not wait for hours; Stripe publishes no intervals.
struct RetryPolicy {
  std::chrono::milliseconds first_wait{500};  ///< doubled each time
  std::chrono::milliseconds wait_max{60'000};
  int attempts_max = 16;
};

/// One event on its way to one endpoint.
struct Attempt {
  std::uint64_t delivery = 0;
  std::string event_id;
  std::string url;
  std::string body;
  std::string secret;
};

enum class Verdict { accepted, refused };  ///< any 2xx, and everything else

class Deliveries {
 public:
  Deliveries(World& world, Faults& faults, RetryPolicy policy)
      : world_(world), faults_(faults), policy_(policy) {}

  /// A delivery for each endpoint that takes the type; sets the event's `pending_webhooks`.
  void add(const std::string& event_id, Time now);
  /// Once more to each endpoint that takes the type, as a person may ask; the number of them.
  std::size_t resend(const std::string& event_id, Time now);
  /// The next one to send, which is then under way until settle().
  std::optional<Attempt> take_due(Time now);
  void settle(std::uint64_t delivery, Verdict verdict, Time now);

  /// When the next one is due; nothing when none waits.
  [[nodiscard]] std::optional<Time> next_due() const;
  [[nodiscard]] std::size_t under_way() const { return under_way_; }
  /// None under way and none due.
  [[nodiscard]] bool is_quiet(Time now) const;
  /// None at all, now or later.
  [[nodiscard]] bool is_empty() const { return deliveries_.empty(); }
  [[nodiscard]] std::size_t waiting() const { return due_.size(); }
  /// Those that were refused to the last.
  [[nodiscard]] std::size_t given_up() const { return given_up_; }
  void clear();

 private:
  /// Copies are beside the real delivery and sent once. Only where that one was given up, a plain
  /// copy that is accepted settles it.
  enum class Kind { real, copy, forged_copy, old_copy };
  struct Delivery {
    std::string event_id;
    std::string endpoint_id;  ///< a webhook endpoint's, or an event destination's
    Kind kind = Kind::real;
    int attempts = 0;
    std::string version{};  ///< of an old copy; the others have the endpoint's
  };
  /// Webhook endpoints and event destinations that want it.
  [[nodiscard]] std::vector<std::string> takers_of(const std::string& event_id) const;
  void queue(Delivery delivery, Time due);
  void queue_with_faults(const std::string& event_id, const std::string& endpoint_id, Time now);
  void give_up(std::uint64_t number);
  /// An endpoint that refused to the last has taken a later copy.
  void accept_after_all(const Delivery& delivery);
  void count_accepted(const std::string& event_id);
  [[nodiscard]] Attempt attempt_of(std::uint64_t number) const;
  [[nodiscard]] std::string url_of(const std::string& endpoint_id) const;
  [[nodiscard]] Json body_of(const Delivery& delivery) const;
  [[nodiscard]] std::chrono::milliseconds wait_after(int attempts) const;

  World& world_;
  Faults& faults_;
  const RetryPolicy policy_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Delivery> deliveries_;
  std::set<std::pair<Time, std::uint64_t>> due_;
  std::size_t under_way_ = 0;
  std::size_t given_up_ = 0;
};

}  // namespace tollgate::simulator
