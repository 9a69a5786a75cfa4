// SPDX-License-Identifier: Apache-2.0
// A JSON value with value semantics: copies, compares, keeps the order of members. Objects of the
// simulated Stripe are such values; text is read and written at the edges only.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tollgate::simulator {

struct Member;

class Json {
 public:
  using Array = std::vector<Json>;
  /// A list: `a["new"] = a["old"]` must not move the old value while it is read.
  using Object = std::list<Member>;

  // Literals stand for values: an object is written as it looks.
  // NOLINTBEGIN(google-explicit-constructor)
  Json() = default;  ///< null
  Json(std::nullptr_t) {}
  Json(bool flag) : value_(flag) {}
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) Json(Number number)
      : value_(static_cast<std::int64_t>(number)) {}
  Json(double number) : value_(number) {}
  Json(std::string text) : value_(std::move(text)) {}
  Json(std::string_view text) : value_(std::string{text}) {}
  Json(const char* text) : value_(std::string{text}) {}
  // NOLINTEND(google-explicit-constructor)

  static Json array(Array items = {});
  static Json object(std::initializer_list<Member> members = {});

  [[nodiscard]] bool is_null() const { return value_.index() == 0; }
  [[nodiscard]] bool is_text() const { return std::holds_alternative<std::string>(value_); }
  [[nodiscard]] bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
  [[nodiscard]] bool is_array() const { return std::holds_alternative<Array>(value_); }
  [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(value_); }

  /// The text, number or flag; the fallback for a value of another type.
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] std::int64_t integer(std::int64_t fallback = 0) const;
  [[nodiscard]] bool flag() const;  ///< false unless it is the literal true

  /// Elements, members; none for a value of another type.
  [[nodiscard]] const Array& items() const;
  [[nodiscard]] const Object& members() const;
  [[nodiscard]] Array& items();  ///< what is no array becomes an empty one
  [[nodiscard]] Object& members();

  /// Null for what is not there.
  const Json& operator[](std::string_view key) const;
  /// Adds the member; what is no object becomes an empty one.
  Json& operator[](std::string_view key);
  [[nodiscard]] bool has(std::string_view key) const;
  void erase(std::string_view key);
  /// The value below `a.b.c`; null where the path ends early.
  [[nodiscard]] const Json& at(std::string_view path) const;

  bool operator==(const Json& other) const;

  /// Used by the writer in json.cpp, which alone looks at every type.
  template <class Visitor>
  decltype(auto) visit(Visitor&& visitor) const {
    return std::visit(std::forward<Visitor>(visitor), value_);
  }

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

struct Member {
  std::string key;
  Json value;
  bool operator==(const Member& other) const = default;
};

/// Nothing for text that is no JSON, or nested deeper than 64 levels.
std::optional<Json> parse_json(std::string_view text);

enum class Layout { dense, readable };
std::string write_json(const Json& value, Layout layout = Layout::dense);

/// What `customer.updated` and the like carry as `previous_attributes`: the changed members with
/// their old values; of nested hashes the changed keys only, arrays whole, null for a key that was
/// not there. An empty object when nothing changed.
Json previous_attributes(const Json& before, const Json& after);

/// `changes` laid over `target`: hashes are merged, everything else is replaced. In `metadata` an
/// empty value deletes its key, and null deletes all (docs.stripe.com/api/metadata).
void merge(Json& target, const Json& changes);

}  // namespace tollgate::simulator
