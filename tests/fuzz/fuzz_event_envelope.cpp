// SPDX-License-Identifier: Apache-2.0
// Fuzzes bodies of webhooks, from envelope to normalised state. What is checked besides crashes:
// the scanner and a judge of its own agree on what JSON is; what is rewritten to be readable stays
// JSON or none; an accepted event can be keyed; whatever is normalised is canonical and fit for
// PostgreSQL.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/utf8.hpp"
#include "stripe/json_unreadable.hpp"
#include "stripe/normalise/normalise.hpp"
#include "stripe/object_json.hpp"
#include "tests/fuzz/strict_json.hpp"

namespace tollgate::stripe {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_well_formed(EventFault fault) {
  return fault == EventFault::not_an_object || fault == EventFault::not_an_event ||
         fault == EventFault::no_id || fault == EventFault::no_type;
}

/// A number that no type holds costs the parser two levels more than the judge.
constexpr std::size_t levels_of_a_number = 2;

void check_agreement(std::string_view body, const Result<StripeEvent, EventFault>& event) {
  const bool accepted = event || is_well_formed(event.error());
  const auto verdict = [body](std::size_t depth_max) { return StrictJson::judge(body, depth_max); };
  if (accepted) {
    require(verdict(EventScanner::depth_max) == StrictJson::Verdict::well_formed);
  } else {
    const std::size_t certain_depth = EventScanner::depth_max - levels_of_a_number;
    require(verdict(certain_depth) != StrictJson::Verdict::well_formed);
  }
}

/// Rewriting nests numbers two levels deeper, which must not decide here.
void check_rewriting(std::string_view body) {
  constexpr std::size_t unbounded = 100'000;
  std::string rewritten{body};
  if (replace_unreadable(rewritten) == Replaced::none) return require(rewritten == body);
  require(StrictJson::judge(rewritten, unbounded) == StrictJson::judge(body, unbounded));
  require(replace_unreadable(rewritten) == Replaced::none);
}

void check_state(ObjectKind kind, std::string_view state) {
  require(is_storable(state));
  const auto object = object_from_json(kind, state);
  require(object.has_value());
  require(to_json(*object) == state);
}

void check_normalised(const NormalisedEvent& event) {
  require(is_storable(event.object_id) && is_storable(event.customer_id));
  require(event.kind.has_value() || (event.state.empty() && event.previous.empty()));
  if (!event.kind) return;
  require(!event.object_id.empty());
  if (!event.state.empty()) check_state(*event.kind, event.state);
  if (!event.previous.empty()) check_state(*event.kind, event.previous);
}

}  // namespace
}  // namespace tollgate::stripe

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tollgate::stripe;
  static EventScanner scanner;
  const std::string_view body{reinterpret_cast<const char*>(bytes), size};
  const auto event = scanner.scan(body);
  check_agreement(body, event);
  check_rewriting(body);
  if (event) {
    require(!event->id.empty() && !event->type.empty() && !event->routing_id.empty());
    require(event->routing_key().size() <= 2 * EventScanner::text_bytes_max + 1);
    const auto normalised = normalise(*event, body);
    if (normalised) check_normalised(*normalised);
  }
  if (const auto answer = normalise_answer(body)) check_normalised(*answer);
  return 0;
}
