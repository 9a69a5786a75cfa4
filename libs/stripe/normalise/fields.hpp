// SPDX-License-Identifier: Apache-2.0
// Typed reading of one of Stripe's JSON objects, as it is or as it was before an update.
// Only the files of normalise/ use it; the envelope has its own, laxer reading in stripe_event.cpp.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/normalise/normalise.hpp"

namespace tollgate::stripe {

/// A JSON value with what an update's `previous_attributes` say about the same place laid over it.
/// Objects unite member by member; anything else, an array too, is replaced whole. So a member that
/// did not exist before, which Stripe gives as null, reads as null.
class Value {
 public:
  using Element = std::optional<simdjson::dom::element>;

  Value() = default;
  explicit Value(Element now, Element before = std::nullopt);

  [[nodiscard]] Value member(std::string_view name) const;
  /// Do the previous attributes, which reach this object, name the member?
  [[nodiscard]] bool was_changed(std::string_view name) const;
  /// Nothing when missing or null. Only the top of an object is united: ask its members by name.
  [[nodiscard]] Element get() const;

 private:
  Element value_;
  Element overlay_;  ///< an object, and then value_ is one too
};

/// The first fault of a reading. The readers go on after one, and give empty values.
struct Faults {
  std::optional<NormaliseFault> first;
  void add(NormaliseFault::Reason reason, std::string_view field);
};

/// The members of an object, by type. Missing and null are both "absent" and never a fault; a value
/// of another type is. Names are literals: faults keep views of them.
class Fields {
 public:
  Fields(Value value, Faults& faults) : value_(value), faults_(&faults) {}

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name) const;
  /// The object's own `id`; like every id it is a key of tables, so a longer one is a fault.
  [[nodiscard]] std::string id() const { return identifier("id"); }
  /// An amount or a count, not beyond number_max.
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] std::optional<Time> time(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  /// The id in a reference, which is the id itself or the object expanded.
  [[nodiscard]] std::string reference(std::string_view name) const;
  /// A reference's object: without members where only the id was sent.
  [[nodiscard]] Fields expanded(std::string_view name) const;
  [[nodiscard]] Fields object(std::string_view name) const;
  /// The elements of Stripe's `{"object": "list", "data": […]}`.
  [[nodiscard]] std::vector<Fields> list(std::string_view name) const;

  /// The object as it was before an update that changed these members.
  [[nodiscard]] Fields overlaid(const Fields& previous_attributes) const;
  [[nodiscard]] bool was_changed(std::string_view name) const { return value_.was_changed(name); }
  [[nodiscard]] Fields reporting_to(Faults& faults) const { return Fields{value_, faults}; }

  /// `customer`, else `customer_account`.
  [[nodiscard]] std::string customer() const;
  [[nodiscard]] std::string metadata(std::string_view key) const;

 private:
  template <class T>
  bool take(std::string_view name, T& typed) const;
  [[nodiscard]] std::string identifier(std::string_view name) const;
  [[nodiscard]] std::string storable(std::string_view text, std::string_view name) const;

  Value value_;
  Faults* faults_;
};

}  // namespace tollgate::stripe
