// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/time/agenda.hpp"

namespace tollgate::simulator {

void Agenda::add(const std::string& clock, Due due) {
  if (!by_clock_[clock].insert(due).second) return;
  by_object_[due.object_id].push_back({clock, std::move(due)});
}

void Agenda::remove(std::string_view object_id, std::string_view action) {
  const auto found = by_object_.find(std::string{object_id});
  if (found == by_object_.end()) return;
  std::erase_if(found->second, [&](const Entry& entry) {
    const bool goes = action.empty() || entry.due.action == action;
    if (goes) by_clock_[entry.clock].erase(entry.due);
    return goes;
  });
  if (found->second.empty()) by_object_.erase(found);
}

bool Agenda::take(std::string_view clock, std::int64_t until, Due& due) {
  const auto found = by_clock_.find(clock);
  if (found == by_clock_.end()) return false;
  std::set<Due>& all = found->second;
  if (all.empty() || all.begin()->at > until) return false;
  due = std::move(all.extract(all.begin()).value());
  forget(found->first, due);
  return true;
}

void Agenda::forget(const std::string& clock, const Due& due) {
  const auto found = by_object_.find(due.object_id);
  if (found == by_object_.end()) return;
  std::erase_if(found->second,
                [&](const Entry& entry) { return entry.clock == clock && entry.due == due; });
  if (found->second.empty()) by_object_.erase(found);
}

Json Agenda::to_json() const {
  Json rows = Json::array();
  for (const auto& [clock, all] : by_clock_) {
    for (const Due& due : all) {
      rows.items().push_back(Json::array({due.at, due.action, due.object_id, clock}));
    }
  }
  return rows;
}

bool Agenda::load(const Json& saved) {
  for (const Json& row : saved.items()) {
    const Json::Array& parts = row.items();
    if (parts.size() != 3 && parts.size() != 4) return false;
    const std::string clock = parts.size() == 4 ? parts[3].text() : std::string{};
    add(clock, {parts[0].integer(), parts[1].text(), parts[2].text()});
  }
  return true;
}

}  // namespace tollgate::simulator
