// SPDX-License-Identifier: Apache-2.0
// The world as one JSON value, and from it. Whoever calls is outside of any test clock's time.
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

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
  std::map<std::string, const Json*> stubs;
  for (const auto& [id, kept] : records_) {
    if (kept.object["deleted"].flag()) stubs[id] = &kept.object;
  }
  for (const auto& [id, stub] : stubs) saved["deleted"].items().push_back(*stub);
  saved["clocks"] = Json::object();
  for (const auto& [clock, time] : times_) {
    if (!clock.empty()) saved["clocks"][clock] = time;
  }
  saved["counts"] = Json::object();
  for (const auto& [row, number] : counts_) saved["counts"][row] = number;
  saved["agenda"] = agenda_.to_json();
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
      loaded.add_record(group["kind"].text(), id, pair.items()[0], pair.items()[1]);
      const bool is_due = pair.items()[0]["pending_webhooks"].integer() > 0;
      if (is_due && !pair.items()[1]["given_up"].flag()) loaded.new_events_.push_back(id);
    }
  }
  for (const Json& stub : saved["deleted"].items()) {
    loaded.records_[stub["id"].text()] = Record{stub, Json::object(), ++loaded.last_number_};
  }
  for (const Member& row : saved["counts"].members()) {
    loaded.counts_[row.key] = row.value.integer();
  }
  for (const Member& clock : saved["clocks"].members()) {
    loaded.times_[clock.key] = clock.value.integer();
  }
  if (!loaded.agenda_.load(saved["agenda"])) return false;
  loaded.revision_ = revision_ + 1;
  loaded.pages_url_ = pages_url_;
  *this = std::move(loaded);
  return true;
}

}  // namespace tollgate::simulator
