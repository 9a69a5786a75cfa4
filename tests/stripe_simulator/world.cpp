// SPDX-License-Identifier: Apache-2.0
#include "world.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tollgate::simulator {
namespace {

constexpr std::string_view letters_of_ids =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const Json nothing;

}  // namespace

World::World(std::uint64_t seed, std::int64_t now) : random_state_(seed), now_(now) {}

void World::advance_to(std::int64_t now) { now_ = std::max(now_, now); }

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

const Json& World::create(Json object, std::string_view event_type) {
  ++revision_;
  const std::string id = object["id"].text();
  ids_by_kind_[object["object"].text()].push_back(id);
  const Json& made = (records_[id] = Record{std::move(object), Json::object()}).object;
  if (!event_type.empty()) add_event(event_type, made, nullptr);
  return made;
}

const Json& World::change(std::string_view id, std::string_view event_type,
                          const std::function<void(Json&)>& change) {
  Json& object = record(id).object;
  if (event_type.empty()) {
    change(object);
    return object;
  }
  const Json before = object;
  change(object);
  if (object != before) add_event(event_type, object, &before);
  return object;
}

Json World::remove(std::string_view id, std::string_view event_type) {
  Record& removed = record(id);
  const Json before = removed.object;
  removed.object =
      Json::object({{"id", std::string{id}}, {"object", before["object"]}, {"deleted", true}});
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
       {"created", now_},
       {"data", data},
       {"livemode", false},
       {"pending_webhooks", 0},
       {"request", Json::object({{"id", or_null(origin_.request_id)},
                                 {"idempotency_key", or_null(origin_.idempotency_key)}})},
       {"type", type}});
  Json event_notes = Json::object();
  // Whole, because what counts as changed depends on the version in which the event is shown.
  if (before != nullptr) event_notes["before"] = *before;
  keep_event(std::move(event), std::move(event_notes));
}

void World::keep_event(Json event, Json event_notes) {
  const std::string id = event["id"].text();
  ids_by_kind_["event"].push_back(id);
  records_[id] = Record{std::move(event), std::move(event_notes)};
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
    return event["created"].integer() > made_up_to || waits;
  });
  if (kept == ids.begin()) return;
  ++revision_;
  for (auto id = ids.begin(); id != kept; ++id) records_.erase(*id);
  ids.erase(ids.begin(), kept);
}

void World::schedule(Due due) { agenda_.insert(std::move(due)); }

void World::unschedule(std::string_view object_id, std::string_view action) {
  std::erase_if(agenda_, [&](const Due& due) {
    return due.object_id == object_id && (action.empty() || due.action == action);
  });
}

bool World::take_due(std::int64_t until, Due& due) {
  if (agenda_.empty() || agenda_.begin()->at > until) return false;
  due = std::move(agenda_.extract(agenda_.begin()).value());
  return true;
}

Json World::to_json() const {
  Json saved = Json::object(
      {{"format", 1}, {"now", now_}, {"random", static_cast<std::int64_t>(random_state_)}});
  saved["objects"] = Json::array();
  for (const auto& [kind, ids] : ids_by_kind_) {
    Json group = Json::array();
    for (const std::string& id : ids) {
      group.items().push_back(Json::array({get(id), notes(id)}));
    }
    saved["objects"].items().push_back(Json::object({{"kind", kind}, {"of", group}}));
  }
  saved["deleted"] = Json::array();
  for (const auto& [id, kept] : records_) {
    if (kept.object["deleted"].flag()) saved["deleted"].items().push_back(kept.object);
  }
  saved["counts"] = Json::object();
  for (const auto& [row, number] : counts_) saved["counts"][row] = number;
  saved["agenda"] = Json::array();
  for (const Due& due : agenda_) {
    saved["agenda"].items().push_back(Json::array({due.at, due.action, due.object_id}));
  }
  return saved;
}

void World::start_over(std::uint64_t seed, std::int64_t now) {
  World empty{seed, now};
  empty.revision_ = revision_ + 1;
  empty.pages_url_ = pages_url_;
  *this = std::move(empty);
}

bool World::load(const Json& saved) {
  if (saved["format"].integer() != 1) return false;
  World loaded{static_cast<std::uint64_t>(saved["random"].integer()), saved["now"].integer()};
  for (const Json& group : saved["objects"].items()) {
    for (const Json& pair : group["of"].items()) {
      if (pair.items().size() != 2 || !pair.items()[0]["id"].is_text()) return false;
      const std::string id = pair.items()[0]["id"].text();
      loaded.ids_by_kind_[group["kind"].text()].push_back(id);
      loaded.records_[id] = Record{pair.items()[0], pair.items()[1]};
      const bool is_due = pair.items()[0]["pending_webhooks"].integer() > 0;
      if (is_due && !pair.items()[1]["given_up"].flag()) loaded.new_events_.push_back(id);
    }
  }
  for (const Json& stub : saved["deleted"].items()) {
    loaded.records_[stub["id"].text()] = Record{stub, Json::object()};
  }
  for (const Member& row : saved["counts"].members()) {
    loaded.counts_[row.key] = row.value.integer();
  }
  for (const Json& due : saved["agenda"].items()) {
    if (due.items().size() != 3) return false;
    loaded.schedule({due.items()[0].integer(), due.items()[1].text(), due.items()[2].text()});
  }
  loaded.revision_ = revision_ + 1;
  loaded.pages_url_ = pages_url_;
  *this = std::move(loaded);
  return true;
}

}  // namespace tollgate::simulator
