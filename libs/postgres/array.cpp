// SPDX-License-Identifier: Apache-2.0
#include "postgres/array.hpp"

#include <algorithm>
#include <array>

namespace tollgate::postgres {
namespace {

// Element types by their fixed numbers in PostgreSQL's catalogue (pg_type.dat).
constexpr std::uint32_t bool_oid = 16;
constexpr std::uint32_t bytea_oid = 17;
constexpr std::uint32_t int8_oid = 20;
constexpr std::uint32_t text_oid = 25;

// Header of array_recv: dimensions, has-nulls flag, element type, length, lower bound; then each
// element as its length (or -1) and its bytes. All numbers are big-endian.
constexpr std::size_t has_nulls_at = 4;
constexpr std::size_t length_at = 12;

template <class Number>
std::array<char, sizeof(Number)> big_endian(Number number) {
  std::array<char, sizeof(Number)> bytes{};
  for (std::size_t at = 0; at < sizeof(Number); ++at) {
    bytes[sizeof(Number) - 1 - at] = static_cast<char>(number >> (8 * at) & 0xff);
  }
  return bytes;
}

void append(std::string& bytes, std::uint32_t number) {
  const auto encoded = big_endian(number);
  bytes.append(encoded.data(), encoded.size());
}

void overwrite(std::string& bytes, std::size_t at, std::uint32_t number) {
  std::ranges::copy(big_endian(number), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

BinaryArray::BinaryArray(std::uint32_t element_oid) {
  for (const std::uint32_t number : {1U, 0U, element_oid, 0U, 1U}) append(bytes_, number);
}

void BinaryArray::add_null() {
  overwrite(bytes_, has_nulls_at, 1);
  append(bytes_, 0xffff'ffffU);
  count_one();
}

void BinaryArray::add_bytes(std::string_view element) {
  append(bytes_, static_cast<std::uint32_t>(element.size()));
  bytes_.append(element);
  count_one();
}

void BinaryArray::count_one() { overwrite(bytes_, length_at, ++count_); }

TextArray::TextArray() : BinaryArray(text_oid) {}

void TextArray::add_or_null(std::string_view text) {
  if (text.empty()) {
    add_null();
  } else {
    add(text);
  }
}

IntegerArray::IntegerArray() : BinaryArray(int8_oid) {}

void IntegerArray::add(std::int64_t number) {
  const auto encoded = big_endian(static_cast<std::uint64_t>(number));
  add_bytes({encoded.data(), encoded.size()});
}

void IntegerArray::add(std::optional<std::int64_t> number) {
  if (number) {
    add(*number);
  } else {
    add_null();
  }
}

FlagArray::FlagArray() : BinaryArray(bool_oid) {}

void FlagArray::add(bool flag) {
  const char byte = flag ? 1 : 0;
  add_bytes({&byte, 1});
}

BytesArray::BytesArray() : BinaryArray(bytea_oid) {}

}  // namespace tollgate::postgres
