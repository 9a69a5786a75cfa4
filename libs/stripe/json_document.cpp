// SPDX-License-Identifier: Apache-2.0
#include "stripe/json_document.hpp"

#include <cstring>
#include <new>

#include "stripe/json_unreadable.hpp"

namespace tollgate::stripe {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
/// Fits most events, so that most parsers never grow.
constexpr std::size_t first_capacity_bytes = 8 * 1024;

JsonFault fault_of(simdjson::error_code error) {
  switch (error) {
    case simdjson::MEMALLOC: throw std::bad_alloc{};
    case simdjson::EMPTY: return JsonFault::empty;
    case simdjson::DEPTH_ERROR: return JsonFault::nested_too_deep;
    default: return JsonFault::malformed;
  }
}

bool may_be_unreadable(simdjson::error_code error) {
  return error != simdjson::SUCCESS && error != simdjson::MEMALLOC && error != simdjson::EMPTY &&
         error != simdjson::DEPTH_ERROR && error != simdjson::UTF8_ERROR;
}

}  // namespace

JsonDocument::JsonDocument(std::size_t depth_max)
    : padded_(first_capacity_bytes + simdjson::SIMDJSON_PADDING) {
  // simdjson counts the document itself as one level.
  if (parser_.allocate(first_capacity_bytes, depth_max + 1) != simdjson::SUCCESS) {
    throw std::bad_alloc{};
  }
}

Result<simdjson::dom::element, JsonFault> JsonDocument::parse(std::string_view text) {
  if (text.empty()) return JsonFault::empty;
  if (text.starts_with(byte_order_mark)) return JsonFault::malformed;
  if (padded_.size() < text.size() + simdjson::SIMDJSON_PADDING) {
    padded_.resize(text.size() + simdjson::SIMDJSON_PADDING);
  }
  std::memcpy(padded_.data(), text.data(), text.size());
  auto parsed = parser_.parse(padded_.data(), text.size(), false);
  if (may_be_unreadable(parsed.error()) &&
      replace_unreadable(std::span{padded_.data(), text.size()}) == Replaced::some) {
    parsed = parser_.parse(padded_.data(), text.size(), false);
  }
  if (parsed.error() != simdjson::SUCCESS) return fault_of(parsed.error());
  return parsed.value_unsafe();
}

}  // namespace tollgate::stripe
