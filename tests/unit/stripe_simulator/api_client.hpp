// SPDX-License-Identifier: Apache-2.0
// A client of the simulated API without sockets, over a world of its own at a fixed time. What
// HTTP adds is tried by tests/e2e.
#pragma once

#include <string>
#include <vector>

#include "stripe_simulator/api/api.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator::tests {

inline constexpr std::int64_t story_begin = 1'768'471'200;  // 2026-01-15T10:00:00Z

class ApiClient {
 public:
  struct Answer {
    unsigned status = 0;
    Json body;
    Replay replayed = Replay::no;
    [[nodiscard]] std::string id() const { return body["id"].text(); }
    [[nodiscard]] const Json& error() const { return body["error"]; }
  };

  Answer get(std::string_view path, std::string_view query = {}) {
    ApiRequest request = request_of("GET", path);
    request.query = query;
    return send(request);
  }
  Answer post(std::string_view path, std::string_view form = {}, std::string_view key = {}) {
    ApiRequest request = request_of("POST", path);
    request.body = form;
    request.idempotency_key = key;
    return send(request);
  }
  Answer remove(std::string_view path) { return send(request_of("DELETE", path)); }
  Answer send(const ApiRequest& request) {
    const ApiAnswer answer = api.answer(request);
    auto body = parse_json(answer.body);
    return {answer.status, body ? *body : Json{}, answer.replayed};
  }
  static ApiRequest request_of(std::string_view method, std::string_view path) {
    ApiRequest request;
    request.method = method;
    request.path = path;
    request.authorization = "Bearer sk_test_unit";
    return request;
  }

  /// Types of the events since the last call, oldest first.
  std::vector<std::string> new_event_types() {
    std::vector<std::string> types;
    for (const std::string& id : world.take_new_events()) {
      types.push_back(world.get(id)["type"].text());
    }
    return types;
  }
  /// The latest event of that type; null when there is none.
  [[nodiscard]] Json event(std::string_view type) const {
    Json found;
    for (const std::string& id : world.ids("event")) {
      if (world.get(id)["type"].text() == type) found = world.get(id);
    }
    return found;
  }

  World world{1, story_begin};
  Api api{world};
};

}  // namespace tollgate::simulator::tests
