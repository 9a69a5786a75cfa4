// SPDX-License-Identifier: Apache-2.0
// An EventsLog in memory. Kafka's is services/entitlements/publish_events.hpp.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "entitlements/events_log.hpp"

namespace tollgate::tests {

class MemoryEventsLog final : public entitlements::EventsLog {
 public:
  struct Event {
    std::string id;
    std::string key;
    std::string body;
  };

  static constexpr entitlements::AppendFault too_large{"too_large",
                                                       entitlements::AppendAgain::never};

  Appended append_event(const stripe::StripeEvent& event, std::string_view body) override {
    if (away) co_return entitlements::AppendFault{"broker_away"};
    if (body.size() > body_bytes_max) co_return too_large;
    if (on_append) on_append();
    events.push_back({std::string{event.id}, event.routing_key(), std::string{body}});
    co_return Result<void, entitlements::AppendFault>{};
  }
  Appended append_answer(const entitlements::FetchedObject& fetched) override {
    if (away) co_return entitlements::AppendFault{"broker_away"};
    if (fetched.body.size() > body_bytes_max) co_return too_large;
    answers.push_back(fetched);
    co_return Result<void, entitlements::AppendFault>{};
  }

  std::vector<Event> events;
  std::vector<entitlements::FetchedObject> answers;
  bool away = false;
  std::size_t body_bytes_max = 1'000'000;
  std::function<void()> on_append;  ///< before an event is there
};

}  // namespace tollgate::tests
