// SPDX-License-Identifier: Apache-2.0
#include "postgres/query.hpp"

#include <charconv>
#include <stdexcept>

namespace tollgate::postgres {
namespace {

int nibble(char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; }

}  // namespace

const pqxx::field& Rows::field_at(std::size_t row, int column) const {
  if (!field_ || row_ != row) {
    field_.emplace(result_[static_cast<pqxx::result::size_type>(row)].begin());
    row_ = row;
  }
  *field_ += column - static_cast<int>(field_->num());
  return *field_;
}

bool Rows::is_null(std::size_t row, int column) const { return field_at(row, column).is_null(); }

std::string_view Rows::text(std::size_t row, int column) const {
  const pqxx::field& field = field_at(row, column);
  return {field.c_str(), field.size()};
}

std::int64_t Rows::integer(std::size_t row, int column) const {
  const std::string_view digits = text(row, column);
  std::int64_t number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) {
    throw std::runtime_error("column " + std::to_string(column) + " holds no integer");
  }
  return number;
}

std::string Rows::bytes(std::size_t row, int column) const {
  const std::string_view hex = text(row, column);  // `\x` and two digits a byte
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t at = 2; at + 1 < hex.size(); at += 2) {
    bytes.push_back(static_cast<char>(nibble(hex[at]) * 16 + nibble(hex[at + 1])));
  }
  return bytes;
}

}  // namespace tollgate::postgres
