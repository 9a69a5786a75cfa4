// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/delivery/delivery_log.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::size_t attempts_max = 10'000;

Json shape_of(const DeliveryAttempt& attempt) {
  return Json::object({{"event", attempt.event_id},
                       {"url", attempt.url},
                       {"at", format_rfc3339(attempt.at)},
                       {"took_ms", attempt.took.count()},
                       {"status", attempt.status},
                       {"accepted", attempt.status >= 200 && attempt.status < 300},
                       {"reason", attempt.reason}});
}

}  // namespace

void DeliveryLog::add(DeliveryAttempt attempt) {
  if (attempts_.size() == attempts_max) attempts_.pop_front();
  attempts_.push_back(std::move(attempt));
}

Json DeliveryLog::to_json(std::string_view event_id) const {
  Json shapes = Json::array();
  for (auto attempt = attempts_.rbegin(); attempt != attempts_.rend(); ++attempt) {
    if (event_id.empty() || attempt->event_id == event_id) {
      shapes.items().push_back(shape_of(*attempt));
    }
  }
  return shapes;
}

}  // namespace tollgate::simulator
