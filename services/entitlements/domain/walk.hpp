// SPDX-License-Identifier: Apache-2.0
// The walk of `newest` through an object's seconds, one step a second, earliest first.
// Callers of the pure step use newest.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "entitlements/domain/newest.hpp"

namespace tollgate::entitlements {

/// Competing facts of one second compare by it first: how far in its life the object was, and that
/// `created` comes before everything else.
std::int64_t rank_of(const Fact& fact);

/// Keeps Newest::payment_failed_at; it depends on no other fact.
void note_failed_payment(Newest& row, const Fact& fact);

class Walk {
 public:
  using Second = std::span<const Fact* const>;

  Walk() = default;
  /// Goes on behind the facts of `known`; a snapshot that is no older than its thin ones decided.
  explicit Walk(const Newest& known);

  /// All facts of one second, later than those before; each event once.
  void take(Second second);

  [[nodiscard]] const Newest& row() const { return row_; }

 private:
  void decide(Time at, Second second);
  void keep_rest_of_stub(Time at, Second stubs);
  void follow_status(Time at, Second second);
  void note_question(Time at, Second second);
  [[nodiscard]] bool knows_state() const { return !row_.state.empty(); }

  Newest row_;
  /// The unbroken run of one status; thin events carry it on beyond `row_`.
  struct Run {
    std::string status;
    Time since;
    std::optional<Time> other_at;
    bool settled = true;  ///< the second `other_at` told one state only
    Time last;
    bool last_settled = true;
  };
  std::optional<Run> run_;
};

}  // namespace tollgate::entitlements
