// SPDX-License-Identifier: Apache-2.0
// Puts an object into an event and normalises it as the consumer does: scan, then normalise.
// For bodies that are no events see stripe_event_test.cpp.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "stripe/normalise/normalise.hpp"

namespace tollgate::stripe {

inline std::string event_body(const std::string& type, const std::string& object,
                              const std::string& api_version = "2026-10-28.endive",
                              const std::string& previous_attributes = "") {
  std::string data = R"({"object":)" + object;
  if (!previous_attributes.empty()) data += R"(,"previous_attributes":)" + previous_attributes;
  return R"({"id":"evt_1","object":"event","created":1768471300,"livemode":false,"type":")" + type +
         R"(","api_version":")" + api_version + R"(","data":)" + data + "}}";
}

inline Result<NormalisedEvent, NormaliseFault> normalise_body(std::string_view body) {
  EventScanner scanner;
  const auto event = scanner.scan(body);
  if (!event) {
    ADD_FAILURE() << "the scanner refuses " << body << ": " << to_string(event.error());
    return NormaliseFault{};
  }
  return normalise(*event, body);
}

/// The normalised event, or a failure and an empty one.
inline NormalisedEvent normalised(const std::string& body) {
  const auto event = normalise_body(body);
  if (event) return *event;
  ADD_FAILURE() << to_string(event.error().reason) << " at " << event.error().field << " in "
                << body;
  return {};
}

/// `reason field`, or `none`.
inline std::string fault_of(const std::string& body) {
  const auto event = normalise_body(body);
  if (event) return "none";
  return std::string{to_string(event.error().reason)} + " " + std::string{event.error().field};
}

}  // namespace tollgate::stripe
