// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/expand.hpp"

#include <algorithm>

#include "stripe_simulator/api/included.hpp"

namespace tollgate::simulator {
namespace {

// docs.stripe.com/expand: "a maximum depth of four levels".
constexpr std::ptrdiff_t dots_max = 4;

ApiError not_expandable(const std::string& path, std::string_view name) {
  return invalid(
      "expand", {},
      "This property cannot be expanded (" + std::string{name} + "). You requested: " + path + ".");
}

/// An array of ids, as `discounts` is one.
void expand_ids(const World& world, Json& array) {
  for (Json& element : array.items()) {
    const Json* target = element.is_text() ? world.find(element.text()) : nullptr;
    if (target != nullptr) element = *target;
  }
}

/// False when the path leads nowhere. `rest` is what is left of the path at this object.
bool expand_at(const World& world, Json& object, std::string_view rest) {
  const auto dot = rest.find('.');
  const std::string_view name = rest.substr(0, dot);
  if (!object.has(name)) {
    const auto included = include(world, object, name);
    if (!included) return false;
    object[name] = *included;
  }
  Json& value = object[name];
  if (value.is_text()) {
    const Json* target = world.find(value.text());
    if (target == nullptr) return false;
    value = *target;
  }
  if (value.is_array()) expand_ids(world, value);
  if (dot == std::string_view::npos || value.is_null()) return true;
  const std::string_view below = rest.substr(dot + 1);
  if (value.is_object()) return expand_at(world, value, below);
  return std::all_of(value.items().begin(), value.items().end(),
                     [&](Json& element) { return expand_at(world, element, below); });
}

}  // namespace

Outcome<Json> expand(const World& world, Json answer, const Json& paths) {
  for (const Json& path : paths.items()) {
    const std::string& text = path.text();
    if (std::count(text.begin(), text.end(), '.') > dots_max) {
      return invalid("expand", {}, "You cannot expand more than 4 levels of a property.");
    }
    if (!expand_at(world, answer, text)) {
      return not_expandable(text, text.substr(text.rfind('.') + 1));
    }
  }
  return answer;
}

}  // namespace tollgate::simulator
