// SPDX-License-Identifier: Apache-2.0
#include "stripe/object_json.hpp"

#include <array>
#include <charconv>

#include "stripe/json_document.hpp"
#include "stripe/object_fields.hpp"
#include "stripe/unix_time.hpp"

namespace tollgate::stripe {
namespace {

/// States nest two lists deep; the rest is room for later shapes.
constexpr std::size_t state_depth_max = 16;
constexpr std::size_t typical_state_bytes = 512;

/// Writes the fields that hold something, as jsonb prints them.
class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : out_(out) {}

  template <class T>
  void object(const T& it) {
    out_ += '{';
    first_ = true;
    visit_fields(*this, it);
    out_ += '}';
    first_ = false;
  }

  void operator()(std::string_view key, const std::string& value) {
    if (value.empty()) return;
    begin(key);
    text(value);
  }
  void operator()(std::string_view key, bool value) {
    if (!value) return;
    begin(key);
    out_ += "true";
  }
  void operator()(std::string_view key, std::int64_t value) {
    if (value != 0) (*this)(key, std::optional{value});
  }
  void operator()(std::string_view key, const std::optional<std::int64_t>& value) {
    if (!value) return;
    begin(key);
    integer(*value);
  }
  void operator()(std::string_view key, const std::optional<Time>& value) {
    if (value) (*this)(key, std::optional{to_unix_seconds(*value)});
  }
  template <class T>
  void operator()(std::string_view key, const std::vector<T>& values) {
    if (values.empty()) return;
    begin(key);
    std::string_view separator = "[";
    for (const T& value : values) {
      out_ += separator;
      separator = ", ";
      if constexpr (std::same_as<T, std::string>) {
        text(value);
      } else {
        object(value);
      }
    }
    out_ += ']';
  }

 private:
  void begin(std::string_view key) {
    out_ += first_ ? "\"" : ", \"";
    first_ = false;
    out_ += key;
    out_ += "\": ";
  }

  void integer(std::int64_t value) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_.append(digits.data(), end);
  }

  void text(std::string_view value) {
    out_ += '"';
    for (const char letter : value) escaped(letter);
    out_ += '"';
  }

  void escaped(char letter) {
    switch (letter) {
      case '"': out_ += "\\\""; return;
      case '\\': out_ += "\\\\"; return;
      case '\b': out_ += "\\b"; return;
      case '\f': out_ += "\\f"; return;
      case '\n': out_ += "\\n"; return;
      case '\r': out_ += "\\r"; return;
      case '\t': out_ += "\\t"; return;
      default: break;
    }
    const auto byte = static_cast<unsigned char>(letter);
    if (byte >= 0x20) {
      out_ += letter;
      return;
    }
    constexpr std::string_view hex = "0123456789abcdef";
    out_ += "\\u00";
    out_ += hex[byte >> 4];
    out_ += hex[byte & 0xF];
  }

  std::string& out_;
  bool first_ = true;
};

/// Fills the fields that the object of JSON holds; the others keep their empty values.
class FieldReader {
 public:
  explicit FieldReader(simdjson::dom::object object) : object_(object) {}
  [[nodiscard]] bool well_typed() const { return well_typed_; }

  void operator()(std::string_view key, std::string& value) {
    std::string_view text;
    if (take(key, text)) value = text;
  }
  void operator()(std::string_view key, bool& value) { take(key, value); }
  void operator()(std::string_view key, std::int64_t& value) { take(key, value); }
  void operator()(std::string_view key, std::optional<std::int64_t>& value) {
    std::int64_t number = 0;
    if (take(key, number)) value = number;
  }
  void operator()(std::string_view key, std::optional<Time>& value) {
    std::int64_t seconds = 0;
    if (!take(key, seconds)) return;
    value = time_of(seconds);
    well_typed_ = well_typed_ && value.has_value();
  }
  template <class T>
  void operator()(std::string_view key, std::vector<T>& values) {
    simdjson::dom::array elements;
    if (!take(key, elements)) return;
    for (const simdjson::dom::element element : elements) element_of(element, values);
  }

 private:
  template <class T>
  bool take(std::string_view key, T& value) {
    const auto found = object_.at_key(key);
    if (found.error() != simdjson::SUCCESS) return false;
    return typed(found.value_unsafe(), value);
  }
  template <class T>
  bool typed(simdjson::dom::element element, T& value) {
    const bool right = element.get(value) == simdjson::SUCCESS;
    well_typed_ = well_typed_ && right;
    return right;
  }

  void element_of(simdjson::dom::element element, std::vector<std::string>& values) {
    std::string_view text;
    if (typed(element, text)) values.emplace_back(text);
  }
  template <class T>
  void element_of(simdjson::dom::element element, std::vector<T>& values) {
    simdjson::dom::object object;
    if (!typed(element, object)) return;
    FieldReader inner{object};
    visit_fields(inner, values.emplace_back());
    well_typed_ = well_typed_ && inner.well_typed_;
  }

  simdjson::dom::object object_;
  bool well_typed_ = true;
};

template <class T>
std::string written(const T& object) {
  std::string out;
  out.reserve(typical_state_bytes);
  FieldWriter{out}.object(object);
  return out;
}

template <std::size_t Index = 0>
Result<Object, StateFault> read_as(ObjectKind kind, std::string_view text) {
  if constexpr (Index == std::variant_size_v<Object>) {
    return StateFault::wrong_type;
  } else {
    if (static_cast<std::size_t>(kind) != Index) return read_as<Index + 1>(kind, text);
    auto object = object_from_json<std::variant_alternative_t<Index, Object>>(text);
    if (!object) return object.error();
    return Object{std::in_place_index<Index>, *std::move(object)};
  }
}

}  // namespace

std::string to_json(const Customer& object) { return written(object); }
std::string to_json(const Subscription& object) { return written(object); }
std::string to_json(const Invoice& object) { return written(object); }
std::string to_json(const InvoicePayment& object) { return written(object); }
std::string to_json(const CheckoutSession& object) { return written(object); }
std::string to_json(const PaymentIntent& object) { return written(object); }
std::string to_json(const Charge& object) { return written(object); }
std::string to_json(const Refund& object) { return written(object); }
std::string to_json(const Dispute& object) { return written(object); }
std::string to_json(const Object& object) {
  return std::visit([](const auto& it) { return written(it); }, object);
}

std::string_view to_string(StateFault fault) {
  return fault == StateFault::not_json ? "not_json" : "wrong_type";
}

template <class T>
Result<T, StateFault> object_from_json(std::string_view text) {
  thread_local JsonDocument document{state_depth_max};
  const auto parsed = document.parse(text);
  if (!parsed) return StateFault::not_json;
  simdjson::dom::object members;
  if (parsed->get(members) != simdjson::SUCCESS) return StateFault::wrong_type;
  T object;
  FieldReader reader{members};
  visit_fields(reader, object);
  if (!reader.well_typed()) return StateFault::wrong_type;
  return object;
}

Result<Object, StateFault> object_from_json(ObjectKind kind, std::string_view text) {
  return read_as(kind, text);
}

template Result<Customer, StateFault> object_from_json<Customer>(std::string_view);
template Result<Subscription, StateFault> object_from_json<Subscription>(std::string_view);
template Result<Invoice, StateFault> object_from_json<Invoice>(std::string_view);
template Result<InvoicePayment, StateFault> object_from_json<InvoicePayment>(std::string_view);
template Result<CheckoutSession, StateFault> object_from_json<CheckoutSession>(std::string_view);
template Result<PaymentIntent, StateFault> object_from_json<PaymentIntent>(std::string_view);
template Result<Charge, StateFault> object_from_json<Charge>(std::string_view);
template Result<Refund, StateFault> object_from_json<Refund>(std::string_view);
template Result<Dispute, StateFault> object_from_json<Dispute>(std::string_view);

}  // namespace tollgate::stripe
