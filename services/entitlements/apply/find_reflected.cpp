// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/find_reflected.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "entitlements/json/fact_json.hpp"

namespace tollgate::entitlements {
namespace {

constexpr std::size_t id_bytes_max = 255;

/// An id does not say whose account and which mode it is of.
std::vector<Key> keys_of(const Catalog& catalog, const std::vector<std::string>& ids) {
  std::vector<Key> keys;
  for (const std::string& id : ids) {
    for (const std::string& account : catalog.content().accounts) {
      keys.push_back({account, false, id});
      keys.push_back({account, true, id});
    }
  }
  return keys;
}

Key beside(const Key& key, std::string id) { return {key.account, key.livemode, std::move(id)}; }

class Reflection {
 public:
  Reflection(FactReader& reader, const Catalog& catalog) : reader_(reader), catalog_(catalog) {}

  std::set<std::string> find(const std::vector<std::string>& ids) {
    std::vector<std::string> events, objects;
    for (const std::string& id : ids) (id.starts_with("evt_") ? events : objects).push_back(id);
    if (!events.empty()) look_at_events(keys_of(catalog_, events));
    if (!objects.empty()) look_at_objects(keys_of(catalog_, objects));
    look_at_what_they_need();
    return std::move(reflected_);
  }

 private:
  /// What must be known of an object: a thin event's must have been fetched since.
  enum class State { any, up_to_date };
  struct Waiting {
    std::string id;
    State state = State::any;
  };

  void look_at_events(const std::vector<Key>& keys) {
    for (const ToldEvent& event : reader_.find_told(keys)) {
      if (event.outcome == Outcome::dead_letter) continue;
      if (event.outcome == Outcome::thin) {
        needs_[beside(event.key, event.object_id)].push_back({event.key.id, State::up_to_date});
      } else {
        reflected_.insert(event.key.id);
      }
    }
  }

  void look_at_objects(const std::vector<Key>& keys) {
    for (const ObjectRow& row : reader_.find_objects(keys)) {
      if (row.newest.state.empty()) continue;
      const stripe::Object object = read_state(*row.kind, row.newest.state);
      const auto* session = std::get_if<stripe::CheckoutSession>(&object);
      if (session == nullptr) {
        reflected_.insert(row.key.id);
      } else if (session->status != "open") {
        look_at_session(row.key, *session);
      }
    }
  }

  void look_at_session(const Key& key, const stripe::CheckoutSession& session) {
    const std::string& named =
        session.subscription.empty() ? session.payment_intent : session.subscription;
    if (named.empty()) {
      reflected_.insert(key.id);
    } else {
      needs_[beside(key, named)].push_back({key.id, State::any});
    }
  }

  void look_at_what_they_need() {
    std::vector<Key> keys;
    for (const auto& [key, waiting] : needs_) keys.push_back(key);
    if (keys.empty()) return;
    for (const ObjectRow& row : reader_.find_objects(keys)) {
      if (row.newest.state.empty()) continue;
      for (const Waiting& waiting : needs_[row.key]) {
        const bool asked = row.newest.asked_at.has_value();
        if (waiting.state == State::any || !asked) reflected_.insert(waiting.id);
      }
    }
  }

  FactReader& reader_;
  const Catalog& catalog_;
  std::map<Key, std::vector<Waiting>> needs_;  ///< by the object that they wait for
  std::set<std::string> reflected_;
};

}  // namespace

bool is_awaitable_id(std::string_view id) {
  const bool known = id.starts_with("evt_") || id.starts_with("sub_") || id.starts_with("cs_");
  const auto is_visible = [](char byte) { return byte > ' ' && byte <= '~'; };
  return known && id.size() <= id_bytes_max && std::ranges::all_of(id, is_visible);
}

std::set<std::string> find_reflected(FactReader& reader, const Catalog& catalog,
                                     const std::vector<std::string>& ids) {
  return Reflection{reader, catalog}.find(ids);
}

}  // namespace tollgate::entitlements
