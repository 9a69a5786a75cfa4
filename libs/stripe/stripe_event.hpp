// SPDX-License-Identifier: Apache-2.0
// The envelope of an event, snapshot or thin, and the keys under which it travels. One parse serves
// ingress and consumers. The object inside is stripe/normalise/'s business.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace tollgate::stripe {

/// Why a body is no event. Ingress answers all of them alike.
enum class EventFault {
  empty_body,
  not_json,           ///< also a byte-order mark, or bytes after the document
  not_an_object,
  nested_too_deep,    ///< over EventScanner::depth_max
  not_an_event,       ///< `object` is neither `event` nor `v2.core.event`
  no_id,              ///< `id` is missing, empty or no string
  no_type,
};
std::string_view to_string(EventFault fault);

enum class EventStyle { snapshot, thin };  ///< `event`, `v2.core.event`

/// What routing needs. The views live as long as the EventScanner that gave them is not used again.
struct StripeEvent {
  EventStyle style = EventStyle::snapshot;
  std::string_view id;
  std::string_view type;
  std::string_view account;      ///< connected account or thin `context`; empty for one's own
  std::string_view api_version;  ///< empty when absent or null
  std::optional<Time> created;   ///< nothing when missing or of a wrong form
  bool livemode = false;
  std::string_view object_id;    ///< `data.object.id`, thin: `related_object.id`; may be empty
  std::string_view snapshot_event;  ///< thin events: the id of the twin snapshot event
  std::string_view routing_id;   ///< STRIPE.md 3.4 without the account: customer id or its fall-backs

  /// `<account>:<routing id>`: the key of the record.
  [[nodiscard]] std::string routing_key() const;
};

/// Parses envelopes, reusing its buffers from body to body. One thread at a time.
class EventScanner {
 public:
  static constexpr std::size_t depth_max = 64;

  EventScanner();
  ~EventScanner();
  EventScanner(EventScanner&&) noexcept;

  /// `body` need not be padded or terminated.
  Result<StripeEvent, EventFault> scan(std::string_view body);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace tollgate::stripe
