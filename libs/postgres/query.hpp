// SPDX-License-Identifier: Apache-2.0
// A statement with a name and the rows it gives. What differs between libpqxx 6 and 7 stays in this
// library: stores see these types, never pqxx. To run one use connection.hpp or transaction.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>

#include "postgres/array.hpp"

namespace tollgate::postgres {

/// Prepared under its name when a connection runs it for the first time. Names are unique in a
/// program; define them as constants in a postgres_<noun>_store.cpp.
struct Query {
  const char* name;
  const char* sql;
};

/// The text of a statement that shares a part with others, put together while compiling.
template <std::size_t... Sizes>
constexpr auto joined(const char (&... parts)[Sizes]) {
  std::array<char, (Sizes + ...) - sizeof...(Sizes) + 1> text{};
  auto end = text.begin();
  ((end = std::copy_n(parts, Sizes - 1, end)), ...);
  return text;
}

/// An answer; columns are counted from 0. Views live as long as the Rows. One thread at a time.
class Rows {
 public:
  explicit Rows(pqxx::result result) : result_(std::move(result)) {}

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(result_.size()); }
  [[nodiscard]] bool empty() const { return result_.empty(); }
  /// Of an insert, update or delete.
  [[nodiscard]] std::size_t affected() const {
    return static_cast<std::size_t>(result_.affected_rows());
  }

  [[nodiscard]] bool is_null(std::size_t row, int column) const;
  /// The empty view for null.
  [[nodiscard]] std::string_view text(std::size_t row, int column) const;
  /// Throws std::runtime_error when the column holds no integer.
  [[nodiscard]] std::int64_t integer(std::size_t row, int column) const;
  [[nodiscard]] bool flag(std::size_t row, int column) const { return text(row, column) == "t"; }
  /// A bytea.
  [[nodiscard]] std::string bytes(std::size_t row, int column) const;

 private:
  const pqxx::field& field_at(std::size_t row, int column) const;

  pqxx::result result_;
  // A field of pqxx owns a share in the result, so one is moved from column to column.
  mutable std::optional<pqxx::row::const_iterator> field_;
  mutable std::size_t row_ = 0;  ///< of field_
};

/// What pqxx takes for an argument of ours.
inline std::string argument(std::string_view text) { return std::string{text}; }
inline const std::string& argument(const std::string& text) { return text; }
inline const char* argument(const char* text) { return text; }
inline const char* argument(bool flag) { return flag ? "t" : "f"; }
inline std::string argument(std::integral auto number) { return std::to_string(number); }
inline const char* argument(const std::optional<std::string>& text) {
  return text ? text->c_str() : nullptr;
}
inline pqxx::binarystring argument(const BinaryArray& array) {
  return pqxx::binarystring{array.binary()};
}

}  // namespace tollgate::postgres
