// SPDX-License-Identifier: Apache-2.0
#include "stripe/normalise/fields.hpp"

#include "stripe/unix_time.hpp"

namespace tollgate::stripe {
namespace {

using Reason = NormaliseFault::Reason;

/// The value must be an object.
Value::Element find(const Value::Element& object, std::string_view name) {
  simdjson::dom::object members;
  if (object->get(members) != simdjson::SUCCESS) return std::nullopt;
  const auto found = members.at_key(name);
  if (found.error() != simdjson::SUCCESS) return std::nullopt;
  return found.value_unsafe();
}

bool is_object(const Value::Element& element) { return element && element->is_object(); }

}  // namespace

Value::Value(Element now, Element before) : value_(before ? before : now) {
  if (is_object(now) && is_object(before)) {
    value_ = now;
    overlay_ = before;
  }
}

Value Value::member(std::string_view name) const {
  if (!is_object(value_)) return Value{};
  return Value{find(value_, name), overlay_ ? find(overlay_, name) : std::nullopt};
}

bool Value::was_changed(std::string_view name) const {
  return overlay_ && find(overlay_, name).has_value();
}

Value::Element Value::get() const { return value_ && value_->is_null() ? std::nullopt : value_; }

void Faults::add(Reason reason, std::string_view field) {
  if (!first) first = NormaliseFault{reason, field};
}

template <class T>
bool Fields::take(std::string_view name, T& typed) const {
  const Value::Element element = value_.member(name).get();
  if (!element) return false;
  if (element->get(typed) == simdjson::SUCCESS) return true;
  faults_->add(Reason::wrong_type, name);
  return false;
}

std::string Fields::storable(std::string_view text, std::string_view name) const {
  // The parser let only UTF-8 through.
  if (text.find('\0') != std::string_view::npos) faults_->add(Reason::unstorable_text, name);
  return std::string{text};
}

bool Fields::has(std::string_view name) const { return value_.member(name).get().has_value(); }

std::string Fields::text(std::string_view name) const {
  std::string_view text;
  return take(name, text) ? storable(text, name) : std::string{};
}

std::string Fields::identifier(std::string_view name) const {
  std::string id = text(name);
  if (id.size() <= EventScanner::text_bytes_max) return id;
  faults_->add(Reason::id_too_long, name);
  return {};
}

std::optional<std::int64_t> Fields::integer(std::string_view name) const {
  std::int64_t number = 0;
  if (!take(name, number)) return std::nullopt;
  if (number >= -number_max && number <= number_max) return number;
  faults_->add(Reason::number_too_large, name);
  return std::nullopt;
}

std::optional<Time> Fields::time(std::string_view name) const {
  std::int64_t seconds = 0;
  if (!take(name, seconds)) return std::nullopt;
  const auto time = time_of(seconds);
  if (!time) faults_->add(Reason::wrong_type, name);
  return time;
}

bool Fields::flag(std::string_view name) const {
  bool flag = false;
  return take(name, flag) && flag;
}

std::string Fields::reference(std::string_view name) const {
  const Value::Element element = value_.member(name).get();
  return is_object(element) ? object(name).id() : identifier(name);
}

Fields Fields::expanded(std::string_view name) const {
  const Value::Element element = value_.member(name).get();
  return is_object(element) ? object(name) : Fields{Value{}, *faults_};
}

Fields Fields::object(std::string_view name) const {
  const Value member = value_.member(name);
  const Value::Element element = member.get();
  if (!element) return Fields{Value{}, *faults_};
  if (element->is_object()) return Fields{member, *faults_};
  faults_->add(Reason::wrong_type, name);
  return Fields{Value{}, *faults_};
}

std::vector<Fields> Fields::list(std::string_view name) const {
  std::vector<Fields> elements;
  simdjson::dom::array data;
  if (!object(name).take("data", data)) return elements;
  for (const simdjson::dom::element element : data) {
    if (!element.is_object()) faults_->add(Reason::wrong_type, name);
    elements.emplace_back(Value{element}, *faults_);
  }
  return elements;
}

Fields Fields::overlaid(const Fields& previous_attributes) const {
  return Fields{Value{value_.get(), previous_attributes.value_.get()}, *faults_};
}

std::string Fields::customer() const {
  std::string id = reference("customer");
  return id.empty() ? identifier("customer_account") : id;
}

std::string Fields::metadata(std::string_view key) const { return object("metadata").text(key); }

}  // namespace tollgate::stripe
