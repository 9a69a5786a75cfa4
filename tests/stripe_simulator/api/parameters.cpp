// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tollgate::simulator {
namespace {

// docs.stripe.com/api/metadata
constexpr std::size_t metadata_keys_max = 50;
constexpr std::size_t metadata_key_characters_max = 40;
constexpr std::size_t metadata_value_characters_max = 500;

constexpr Parameter of_every_operation[] = {{.path = "expand", .shape = Shape::texts}};

/// One name of the form: how the rows write its place, and how the client wrote it.
struct Place {
  std::string pattern;  ///< `items[].price`
  std::string shown;    ///< `items[0][price]`

  [[nodiscard]] Place member(const std::string& key) const {
    if (pattern.empty()) return {key, key};
    return {pattern + "." + key, shown + "[" + key + "]"};
  }
  [[nodiscard]] Place element(const std::string& index) const {
    return {pattern + "[]", shown + "[" + index + "]"};
  }
};

ApiError unknown_parameter(const Place& place) {
  return invalid(place.shown, "parameter_unknown", "Received unknown parameter: " + place.shown);
}

bool is_choice(std::string_view text, std::string_view choices) {
  while (!choices.empty()) {
    const auto choice = choices.substr(0, choices.find('|'));
    if (choice == text) return true;
    choices.remove_prefix(std::min(choices.size(), choice.size() + 1));
  }
  return false;
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char byte) { return (byte & 0xC0) != 0x80; }));
}

class Check {
 public:
  explicit Check(ParameterGroups groups) : groups_(groups) {}

  Outcome<Json> tree(const Json& node, const Place& place) const {
    if (const Parameter* row = row_of(place.pattern)) return leaf(node, place, *row);
    if (has_rows_below(place.pattern + "[]")) return array(node, place);
    if (!has_rows_below(place.pattern + ".")) return unknown_parameter(place);
    return hash(node, place);
  }

  Outcome<Json> hash(const Json& node, const Place& place) const {
    if (!node.is_object()) {
      if (node.text().empty()) return Json{};
      return invalid(place.shown, {}, "Invalid object");
    }
    Json result = Json::object();
    for (const Member& member : node.members()) {
      auto value = tree(member.value, place.member(member.key));
      if (!value) return value.error();
      result[member.key] = std::move(*value);
    }
    return result;
  }

  [[nodiscard]] std::optional<ApiError> first_missing(const Json& parameters) const {
    for (const auto group : groups_) {
      for (const Parameter& row : group) {
        if (row.need == Need::required && parameters[row.path].is_null()) {
          return parameters.has(row.path) ? empty_parameter(row.path) : missing_parameter(row.path);
        }
      }
    }
    return std::nullopt;
  }

 private:
  static ApiError empty_parameter(std::string_view path) {
    return invalid(path, "parameter_invalid_empty",
                   "You passed an empty string for '" + std::string{path} +
                       "'. We assume empty values are an attempt to unset a parameter; however '" +
                       std::string{path} + "' cannot be unset.");
  }

  [[nodiscard]] const Parameter* row_of(std::string_view pattern) const {
    for (const Parameter& row : of_every_operation) {
      if (row.path == pattern) return &row;
    }
    for (const auto group : groups_) {
      for (const Parameter& row : group) {
        if (row.path == pattern) return &row;
      }
    }
    return nullptr;
  }

  [[nodiscard]] bool has_rows_below(std::string_view prefix) const {
    for (const auto group : groups_) {
      for (const Parameter& row : group) {
        if (row.path.starts_with(prefix)) return true;
      }
    }
    return false;
  }

  Outcome<Json> array(const Json& node, const Place& place) const {
    Json result = Json::array();
    if (!node.is_object()) {
      if (node.text().empty()) return result;
      return invalid(place.shown, {}, "Invalid array");
    }
    for (const Member& member : node.members()) {
      auto value = hash(member.value, place.element(member.key));
      if (!value) return value.error();
      result.items().push_back(std::move(*value));
    }
    return result;
  }

  static Outcome<Json> leaf(const Json& node, const Place& place, const Parameter& row) {
    if (row.shape == Shape::metadata) return metadata(node, place);
    if (row.shape == Shape::texts) return texts(node, place);
    if (!node.is_text()) return invalid(place.shown, {}, "Invalid string: " + write_json(node));
    const std::string& text = node.text();
    if (text.empty()) return Json{};
    if (row.shape == Shape::time && is_choice(text, row.choices)) return node;
    if (row.shape == Shape::integer || row.shape == Shape::time) return integer(text, place);
    if (row.shape == Shape::boolean) {
      if (text == "true" || text == "false") return Json{text == "true"};
      return invalid(place.shown, {}, "Invalid boolean: " + text);
    }
    if (row.choices.empty() || is_choice(text, row.choices)) return node;
    return invalid(place.shown, {},
                   "Invalid " + place.shown + ": must be one of " + std::string{row.choices});
  }

  static Outcome<Json> integer(const std::string& text, const Place& place) {
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault == std::errc{} && end == text.data() + text.size()) return Json{number};
    return invalid(place.shown, "parameter_invalid_integer", "Invalid integer: " + text);
  }

  static Outcome<Json> texts(const Json& node, const Place& place) {
    Json result = Json::array();
    if (node.is_text() && node.text().empty()) return result;
    if (node.is_text()) return invalid(place.shown, {}, "Invalid array");
    for (const Member& member : node.members()) {
      if (!member.value.is_text()) return invalid(place.shown, {}, "Invalid array");
      result.items().push_back(member.value);
    }
    return result;
  }

  static Outcome<Json> metadata(const Json& node, const Place& place) {
    if (!node.is_object()) {
      if (node.text().empty()) return Json{};
      return invalid(place.shown, {}, "Invalid object");
    }
    if (node.members().size() > metadata_keys_max) {
      return invalid(place.shown, {}, "You may only specify up to 50 metadata keys.");
    }
    for (const Member& member : node.members()) {
      const std::string shown = place.member(member.key).shown;
      if (!member.value.is_text()) return invalid(shown, {}, "Metadata values must be strings.");
      if (characters(member.key) > metadata_key_characters_max) {
        return invalid(shown, {}, "Metadata keys can have up to 40 characters.");
      }
      if (characters(member.value.text()) > metadata_value_characters_max) {
        return invalid(shown, {}, "Metadata values can have up to 500 characters.");
      }
    }
    return node;
  }

  ParameterGroups groups_;
};

}  // namespace

Outcome<Json> check_parameters(const Json& form, ParameterGroups groups) {
  const Check check{groups};
  auto parameters = check.hash(form, {});
  if (!parameters) return parameters;
  if (const auto missing = check.first_missing(*parameters)) return *missing;
  return parameters;
}

}  // namespace tollgate::simulator
