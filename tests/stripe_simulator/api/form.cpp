// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/form.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/utf8.hpp"
#include "http/percent.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::size_t pairs_max = 2000;
constexpr std::size_t levels_max = 12;

ApiError malformed(std::string_view pair) {
  return invalid({}, {}, "Invalid request: cannot read `" + valid_utf8(pair.substr(0, 80)) + "`");
}

/// `a[b][]` is `a`, `b` and the empty text; nothing when the brackets do not pair.
std::optional<std::vector<std::string>> split_name(std::string_view name) {
  const auto bracket = name.find('[');
  std::vector<std::string> keys{std::string{name.substr(0, bracket)}};
  if (keys[0].empty()) return std::nullopt;
  name.remove_prefix(keys[0].size());
  while (!name.empty()) {
    const auto end = name.find(']');
    if (!name.starts_with('[') || end == std::string_view::npos) return std::nullopt;
    keys.emplace_back(name.substr(1, end - 1));
    name.remove_prefix(end + 1);
  }
  if (keys.size() > levels_max) return std::nullopt;
  return keys;
}

void place(Json& tree, const std::vector<std::string>& keys, std::string value) {
  Json* node = &tree;
  for (const std::string& key : keys) {
    Json& parent = *node;
    node = &parent[key.empty() ? std::to_string(parent.members().size()) : key];
  }
  *node = std::move(value);
}

/// Leaves as a form writes them; null as what it writes to unset.
Json as_form(const Json& value) {
  if (value.is_text()) return value;
  if (value.is_null()) return "";
  if (!value.is_object() && !value.is_array()) return write_json(value);
  Json tree = Json::object();
  for (const Member& member : value.members()) tree[member.key] = as_form(member.value);
  for (const Json& item : value.items()) {
    tree[std::to_string(tree.members().size())] = as_form(item);
  }
  return tree;
}

}  // namespace

Outcome<Json> parse_json_form(std::string_view body) {
  if (body.empty()) return Json::object();
  const auto value = parse_json(body);
  if (value && value->is_object()) return as_form(*value);
  return invalid({}, "invalid_json", "The body is no JSON object.");
}

Outcome<Json> parse_form(std::string_view form) {
  Json tree = Json::object();
  std::size_t pairs = 0;
  while (!form.empty()) {
    const std::string_view pair = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(form.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto name = http::percent_decode(pair.substr(0, equals), http::Plus::space);
    const auto value = equals == std::string_view::npos
                           ? std::optional{std::string{}}
                           : http::percent_decode(pair.substr(equals + 1), http::Plus::space);
    if (!name || !value || ++pairs > pairs_max) return malformed(pair);
    const auto keys = split_name(*name);
    if (!keys) return malformed(pair);
    place(tree, *keys, *value);
  }
  return tree;
}

}  // namespace tollgate::simulator
