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
  empty_body,  ///< or nothing but white space
  not_json,    ///< also a byte-order mark, bytes that are not UTF-8, bytes after the document
  not_an_object,
  nested_too_deep,  ///< over EventScanner::depth_max
  not_an_event,     ///< `object` is neither `event` nor `v2.core.event`
  no_id,            ///< `id` is missing, empty, no string, or over text_bytes_max
  no_type,          ///< likewise `type`
};
std::string_view to_string(EventFault fault);

enum class EventStyle { snapshot, thin };  ///< `event`, `v2.core.event`

/// What routing needs. The views live as long as the EventScanner that gave them is not used again.
/// Any member but `id` and `type` may be missing, or of a wrong type or length, which the ingress
/// does not refuse: it is then empty. Texts may hold any character, NUL too, which stands also for
/// the escape of a lone surrogate: the consumer must look before it stores them.
struct StripeEvent {
  EventStyle style = EventStyle::snapshot;
  std::string_view id;
  std::string_view type;
  std::string_view account;  ///< connected account or thin `context`; empty for one's own
  std::string_view api_version;
  std::optional<Time> created;
  bool livemode = false;
  std::string_view object_id;       ///< `data.object.id`, thin: `related_object.id`
  std::string_view snapshot_event;  ///< thin events: the id of the twin snapshot event

  /// What the record's key is made of besides the account: the customer's id, else that of the
  /// payment intent, the charge, a price's product, the object, the event. It keeps the events of
  /// one customer near each other and promises nothing more: disputes name no customer.
  std::string_view routing_id;

  /// `<account>:<routing id>`: the key of the record.
  [[nodiscard]] std::string routing_key() const;
};

/// Parses envelopes, reusing its buffers from body to body. One thread at a time. Where a member
/// occurs twice the first one counts.
class EventScanner {
 public:
  static constexpr std::size_t depth_max = 64;        ///< objects and arrays inside each other
  static constexpr std::size_t text_bytes_max = 255;  ///< Stripe's own limit for ids

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
