// SPDX-License-Identifier: Apache-2.0
// Columns of many rows as one argument each: `unnest($1::text[], $2::int8[])`. They travel in
// PostgreSQL's binary format, which needs no quoting and is parsed faster than `{…}` literals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::postgres {

/// One-dimensional array of one element type; see the subclasses.
class BinaryArray {
 public:
  void add_null();
  [[nodiscard]] std::size_t size() const { return count_; }
  /// The whole value, ready to be sent.
  [[nodiscard]] const std::string& binary() const { return bytes_; }

 protected:
  explicit BinaryArray(std::uint32_t element_oid);
  void add_bytes(std::string_view element);

 private:
  void count_one();

  std::string bytes_;
  std::uint32_t count_ = 0;
};

/// `text[]`. Also for jsonb: `$1::text[]` and a cast of the element.
class TextArray : public BinaryArray {
 public:
  TextArray();
  void add(std::string_view text) { add_bytes(text); }
  void add_or_null(std::string_view text);  ///< the empty text becomes null
};

/// `int8[]`
class IntegerArray : public BinaryArray {
 public:
  IntegerArray();
  void add(std::int64_t number);
  void add(std::optional<std::int64_t> number);
};

/// `bool[]`
class FlagArray : public BinaryArray {
 public:
  FlagArray();
  void add(bool flag);
};

/// `bytea[]`
class BytesArray : public BinaryArray {
 public:
  BytesArray();
  void add(std::string_view bytes) { add_bytes(bytes); }
};

}  // namespace tollgate::postgres
