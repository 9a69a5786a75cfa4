// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/world/world.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tollgate::simulator {
namespace {

constexpr std::string_view letters_of_ids =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const Json nothing;

/// Events change at the highest rate, with every delivery, and are in no index.
bool is_event(const Json& object) { return object["object"].text() == "event"; }

}  // namespace

World::World(std::uint64_t seed, std::int64_t now) : random_state_(seed), now_(now) {}

void World::advance_to(std::int64_t now) { now_ = std::max(now_, now); }

void World::start_clock(const std::string& clock, std::int64_t now) {
  ++revision_;
  times_[clock] = now;
}

std::string World::clock_of(std::string_view id) const {
  const Json* object = find(id);
  if (object == nullptr) return {};
  const std::string& own = (*object)["test_clock"].text();
  if (!own.empty()) return own;
  const Json* customer = find("customer", (*object)["customer"].text());
  return customer == nullptr ? std::string{} : (*customer)["test_clock"].text();
}

void World::enter_clock(const std::string& clock) {
  if (clock == clock_ || (!clock.empty() && !times_.contains(clock))) return;
  times_[clock_] = now_;
  clock_ = clock;
  now_ = times_.at(clock);
}

// SplitMix64: one word of state, which the state file can hold.
std::uint64_t World::random() {
  std::uint64_t mixed = random_state_ += 0x9E3779B97F4A7C15;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
  return mixed ^ (mixed >> 31);
}

std::string World::make_id(std::string_view prefix, std::size_t letters) {
  std::string id{prefix};
  for (std::size_t i = 0; i < letters; ++i) {
    id += letters_of_ids[random() % letters_of_ids.size()];
  }
  return id;
}

std::int64_t World::count(const std::string& row) { return ++counts_[row]; }

const Json* World::find(std::string_view id) const {
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : &found->second.object;
}

const Json* World::find(std::string_view kind, std::string_view id) const {
  const Json* object = find(id);
  if (object == nullptr || (*object)["object"].text() != kind) return nullptr;
  return (*object)["deleted"].flag() ? nullptr : object;
}

const World::Record& World::record(std::string_view id) const {
  const auto found = records_.find(id);
  if (found == records_.end()) throw std::out_of_range("no object " + std::string{id});
  return found->second;
}

World::Record& World::record(std::string_view id) {
  ++revision_;
  return const_cast<Record&>(std::as_const(*this).record(id));
}

const Json& World::get(std::string_view id) const { return record(id).object; }

const std::vector<std::string>& World::ids(std::string_view kind) const {
  static const std::vector<std::string> none;
  const auto found = ids_by_kind_.find(kind);
  return found == ids_by_kind_.end() ? none : found->second;
}

const Json& World::notes(std::string_view id) const {
  const auto found = records_.find(id);
  return found == records_.end() ? nothing : found->second.notes;
}

void World::note(std::string_view id, std::string_view key, Json value) {
  record(id).notes[key] = std::move(value);
}

std::vector<std::string> World::ids_with(std::string_view kind, std::string_view path,
                                         std::string_view value) const {
  return index_.find(kind, path, value);
}

std::uint64_t World::number_of(std::string_view id) const {
  const auto found = records_.find(id);
  return found == records_.end() ? 0 : found->second.number;
}

std::int64_t World::made_at(std::string_view event_id) const {
  return notes(event_id)["made_at"].integer(get(event_id)["created"].integer());
}

World::Record& World::add_record(const std::string& kind, const std::string& id, Json object,
                                 Json notes) {
  ids_by_kind_[kind].push_back(id);
  Record& added = records_[id] = Record{std::move(object), std::move(notes), ++last_number_};
  if (kind != "event") index_.update(added.number, added.object, added.entries);
  return added;
}

const Json& World::create(Json object, std::string_view event_type) {
  ++revision_;
  const std::string id = object["id"].text();
  const std::string kind = object["object"].text();
  const Json& made = add_record(kind, id, std::move(object), Json::object()).object;
  if (!event_type.empty()) add_event(event_type, made, nullptr);
  return made;
}

const Json& World::change(std::string_view id, std::string_view event_type,
                          const std::function<void(Json&)>& change) {
  Record& changed = record(id);
  Json& object = changed.object;
  if (event_type.empty()) {
    change(object);
    if (!is_event(object)) index_.update(changed.number, object, changed.entries);
    return object;
  }
  const Json before = object;
  change(object);
  index_.update(changed.number, object, changed.entries);
  if (object != before) add_event(event_type, object, &before);
  return object;
}

Json World::remove(std::string_view id, std::string_view event_type) {
  Record& removed = record(id);
  const Json before = removed.object;
  removed.object =
      Json::object({{"id", std::string{id}}, {"object", before["object"]}, {"deleted", true}});
  index_.leave(removed.number, removed.entries);
  std::erase(ids_by_kind_[before["object"].text()], id);
  unschedule(id);
  if (!event_type.empty()) add_event(event_type, before, nullptr);
  return get(id);
}

void World::announce(std::string_view id, std::string_view event_type) {
  add_event(event_type, get(id), nullptr);
}

void World::announce_change(std::string_view id, std::string_view event_type, const Json& before) {
  const Json& object = get(id);
  if (object != before) add_event(event_type, object, &before);
}

void World::announce_value(const Json& value, std::string_view event_type, const Json& before) {
  add_event(event_type, value, before.is_null() ? nullptr : &before);
}

void World::add_event(std::string_view type, const Json& object, const Json* before) {
  const auto or_null = [](const std::string& text) { return text.empty() ? Json{} : Json{text}; };
  Json data = Json::object({{"object", object}});
  if (before != nullptr) data["previous_attributes"] = previous_attributes(*before, object);
  Json event = Json::object(
      {{"id", make_id("evt_1", 23)},
       {"object", "event"},
       {"api_version", pinned_version},
       {"created", now()},
       {"data", data},
       {"livemode", false},
       {"pending_webhooks", 0},
       {"request", Json::object({{"id", or_null(origin_.request_id)},
                                 {"idempotency_key", or_null(origin_.idempotency_key)}})},
       {"type", type}});
  Json event_notes = Json::object();
  // Whole, because what counts as changed depends on the version in which the event is shown.
  if (before != nullptr) event_notes["before"] = *before;
  if (!clock_.empty()) event_notes["made_at"] = times_.at({});
  keep_event(std::move(event), std::move(event_notes));
}

void World::keep_event(Json event, Json event_notes) {
  const std::string id = event["id"].text();
  add_record("event", id, std::move(event), std::move(event_notes));
  new_events_.push_back(id);
  ++events_made_;
}

void World::repeat_event(std::string_view id) {
  Json event = get(id);
  Json event_notes = notes(id);
  event["id"] = make_id("evt_1", 23);
  keep_event(std::move(event), std::move(event_notes));
}

std::vector<std::string> World::take_new_events() { return std::exchange(new_events_, {}); }

void World::forget_events(std::int64_t made_up_to) {
  std::vector<std::string>& ids = ids_by_kind_["event"];
  const auto kept = std::find_if(ids.begin(), ids.end(), [&](const std::string& id) {
    const Json& event = get(id);
    const bool waits = event["pending_webhooks"].integer() > 0 && !notes(id)["given_up"].flag();
    return made_at(id) > made_up_to || waits;
  });
  if (kept == ids.begin()) return;
  ++revision_;
  for (auto id = ids.begin(); id != kept; ++id) records_.erase(*id);
  ids.erase(ids.begin(), kept);
}

void World::schedule(Due due) { agenda_.add(clock_, std::move(due)); }

void World::unschedule(std::string_view object_id, std::string_view action) {
  agenda_.remove(object_id, action);
}

bool World::take_due(std::int64_t until, Due& due) { return agenda_.take(clock_, until, due); }

}  // namespace tollgate::simulator
