// SPDX-License-Identifier: Apache-2.0
// The headers of a record on stripe.events: CloudEvents 1.0, Kafka protocol binding, binary mode
// (https://github.com/cloudevents/spec, v1.0.2). The value of the record is Stripe's body itself.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/header.hpp"
#include "base/result.hpp"

namespace tollgate::events {

enum class Origin {
  stripe,   ///< an event as Stripe made it: `ce_type` is `com.stripe.<its type>`
  fetched,  ///< an answer of Stripe's API, published like an event: `com.tollgate.fetched`
};

/// What routes a record without reading its body. Views only.
struct CloudEvent {
  std::string_view id{};  ///< `ce_id`: Stripe's event id, or an own id of a fetched answer
  Origin origin = Origin::stripe;
  std::string_view type{};         ///< Stripe's event type; empty for fetched answers
  std::string_view account{};      ///< the connected account; empty for one's own
  bool livemode = false;           ///< with the account: `ce_source`, `stripe:<account or ->:live`
  std::string_view subject{};      ///< `ce_subject`: the object's id; may be empty
  std::string_view api_version{};  ///< extension `ce_apiversion`; may be empty
  std::optional<Time> time{};      ///< `ce_time`: when Stripe made it
  std::optional<Time> received{};  ///< extension `ce_received`: when Tollgate got it
  std::optional<Time> as_of{};     ///< extension `ce_asof`: the `Date` of a fetched answer
};

/// Writes headers into a buffer that is used again, so that nothing is allocated once it is warm.
/// One thread at a time.
class CloudEventWriter {
 public:
  /// Valid until the next call. The views of `event` must live as long. Headers whose value would
  /// be empty are left out, as the specification wants.
  std::span<const Header> write(const CloudEvent& event);

 private:
  static constexpr std::size_t headers_max = 10;

  void add(std::string_view name, std::string_view value);
  void add_time(std::string_view name, std::optional<Time> time);

  std::string text_;
  std::array<Header, headers_max> headers_;
  std::size_t count_ = 0;
};

/// Why headers are not those of an event on stripe.events.
enum class CloudEventFault {
  no_spec_version,  ///< `ce_specversion` is missing or not 1.0
  no_id,
  no_type,
  foreign_type,  ///< neither `com.stripe.…` nor `com.tollgate.fetched`
  no_source,     ///< `ce_source` is missing or not `stripe:<account or ->:<live|test>`
  bad_time,      ///< one of the times is not RFC 3339
};
std::string_view to_string(CloudEventFault fault);

/// The views of the result live as long as those of `headers`. Of headers with one name the first
/// counts; unknown ones are passed over.
Result<CloudEvent, CloudEventFault> read_cloud_event(std::span<const Header> headers);

}  // namespace tollgate::events
