// SPDX-License-Identifier: Apache-2.0
// Everything that the simulated Stripe knows: objects by id in the shapes of the pinned API
// version, the events of their changes, the time, what is due later. Pure: what happens to whom is
// in the files of the objects (shop/customers.cpp, …), and time comes from outside.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stripe_simulator/time/agenda.hpp"
#include "stripe_simulator/world/json.hpp"
#include "stripe_simulator/world/object_index.hpp"

namespace tollgate::simulator {

/// The version whose shapes are kept; others are made from them (versions.hpp).
inline constexpr std::string_view pinned_version = "2026-10-28.endive";

/// Why a change happens: the API request behind it, or none (renewals, dunning).
struct Origin {
  std::string request_id;
  std::string idempotency_key;
};

class World {
 public:
  /// The same seed, times and calls give the same ids.
  World(std::uint64_t seed, std::int64_t now);

  /// Of the test clock in force, else everybody's.
  [[nodiscard]] std::int64_t now() const { return now_; }
  /// Forwards only; an earlier time changes nothing.
  void advance_to(std::int64_t now);

  /// Begins a time of its own, of the test clock with that id.
  void start_clock(const std::string& clock, std::int64_t now);
  /// The test clock that the object lives by, itself or through its customer; empty: none.
  [[nodiscard]] std::string clock_of(std::string_view id) const;
  /// From now on it is that test clock's time; empty, or a clock that was not started: everybody's.
  void enter_clock(const std::string& clock);

  /// Where a browser finds the pages of sessions: `http://127.0.0.1:12111`.
  [[nodiscard]] const std::string& pages_url() const { return pages_url_; }
  void set_pages_url(std::string url) { pages_url_ = std::move(url); }

  /// `cus_` and 14 letters and digits; `digits` counts those behind the prefix.
  std::string make_id(std::string_view prefix, std::size_t letters = 24);
  /// From now on other ids come than the seed alone would give.
  void stir(std::uint64_t salt) { random_state_ += salt; }
  /// The next of a row of numbers, e.g. of invoices: 1, 2, …
  std::int64_t count(const std::string& row);

  /// Null when there is none; valid until the next change of the world.
  [[nodiscard]] const Json* find(std::string_view id) const;
  /// The same if it is of that kind (its `object`) and not deleted.
  [[nodiscard]] const Json* find(std::string_view kind, std::string_view id) const;
  /// The object, which must be there; else a copy is not possible and std::out_of_range is thrown.
  [[nodiscard]] const Json& get(std::string_view id) const;
  /// In the order of their making.
  [[nodiscard]] const std::vector<std::string>& ids(std::string_view kind) const;
  /// Those whose member at `path` is `value`, without a look at the others; `path` must be a row of
  /// object_index.cpp.
  [[nodiscard]] std::vector<std::string> ids_with(std::string_view kind, std::string_view path,
                                                  std::string_view value) const;
  /// Rises with the making of objects; 0 for what is not there.
  [[nodiscard]] std::uint64_t number_of(std::string_view id) const;

  /// When the event was made by everybody's time: what Stripe's thirty days count from.
  [[nodiscard]] std::int64_t made_at(std::string_view event_id) const;

  /// What the simulator remembers of an object and Stripe never shows.
  [[nodiscard]] const Json& notes(std::string_view id) const;
  void note(std::string_view id, std::string_view key, Json value);

  /// Each gives an event of that type; an empty one gives none.
  const Json& create(Json object, std::string_view event_type);
  /// No event when `change` left everything as it was. `change` must not call the world.
  const Json& change(std::string_view id, std::string_view event_type,
                     const std::function<void(Json&)>& change);
  /// A stub `{id, object, deleted}` stays, as GET shows it.
  Json remove(std::string_view id, std::string_view event_type);
  /// An event that shows the object as it is, e.g. invoice.paid.
  void announce(std::string_view id, std::string_view event_type);
  /// One event for all that has changed since `before`; none when nothing has.
  void announce_change(std::string_view id, std::string_view event_type, const Json& before);
  /// An event of something that has no id, e.g. the invoice to come. `before` as it was told last,
  /// or null.
  void announce_value(const Json& value, std::string_view event_type, const Json& before);

  void set_origin(Origin origin) { origin_ = std::move(origin); }
  /// A second event object, under an id of its own, for the same change; it is new too.
  void repeat_event(std::string_view id);
  /// Since this world began, also those that are forgotten.
  [[nodiscard]] std::uint64_t events_made() const { return events_made_; }
  /// Ids of the events made since the last call, oldest first.
  std::vector<std::string> take_new_events();
  /// The oldest ones, made up to that time, as far as their webhooks are accepted or given up: what
  /// Stripe lists no more need not be kept. Call it when the new events have been taken.
  void forget_events(std::int64_t made_up_to);

  /// In the time of the clock in force.
  void schedule(Due due);
  /// Those of the object that are due for this action, or for any when it is empty.
  void unschedule(std::string_view object_id, std::string_view action = {});
  /// Takes the earliest one that is due by the clock in force at that time or before; false when
  /// there is none.
  bool take_due(std::int64_t until, Due& due);

  /// Rises with every change that to_json() shows.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  [[nodiscard]] Json to_json() const;
  /// An empty world, at another time.
  void start_over(std::uint64_t seed, std::int64_t now);
  /// A world written by to_json(); false, and nothing changed, for anything else. Events that had
  /// not been accepted everywhere are new ones again.
  bool load(const Json& saved);

 private:
  struct Record {
    Json object;
    Json notes;
    std::uint64_t number = 0;
    ObjectIndex::Entries entries{};
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  const Record& record(std::string_view id) const;
  Record& record(std::string_view id);
  Record& add_record(const std::string& kind, const std::string& id, Json object, Json notes);
  void add_event(std::string_view type, const Json& object, const Json* before);
  void keep_event(Json event, Json event_notes);
  std::uint64_t random();

  std::uint64_t random_state_;
  std::int64_t now_;
  std::string clock_;                                       ///< the test clock in force, or empty
  std::map<std::string, std::int64_t, std::less<>> times_;  ///< of those that are not, by clock
  Origin origin_;
  std::string pages_url_;
  std::unordered_map<std::string, Record, TextHash, std::equal_to<>> records_;
  std::map<std::string, std::vector<std::string>, std::less<>> ids_by_kind_;
  ObjectIndex index_;
  std::uint64_t last_number_ = 0;
  std::map<std::string, std::int64_t> counts_;
  Agenda agenda_;
  std::vector<std::string> new_events_;
  std::uint64_t events_made_ = 0;
  std::uint64_t revision_ = 0;
};

/// While it lives, it is the time of the test clock that the object lives by.
class InTimeOf {
 public:
  InTimeOf(World& world, std::string_view object_id) : InTimeOf(world, world.clock_of(object_id)) {}
  InTimeOf(World& world, const std::string& clock) : world_(world) { world_.enter_clock(clock); }
  ~InTimeOf() { world_.enter_clock({}); }
  InTimeOf(const InTimeOf&) = delete;
  InTimeOf& operator=(const InTimeOf&) = delete;

 private:
  World& world_;
};

}  // namespace tollgate::simulator
