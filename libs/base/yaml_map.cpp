// SPDX-License-Identifier: Apache-2.0
#include "base/yaml_map.hpp"

#include <charconv>

namespace tollgate {
namespace {

/// The whole text as a number, or nothing.
std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::chrono::seconds> unit_of(char letter) {
  switch (letter) {
    case 's': return std::chrono::seconds{1};
    case 'm': return std::chrono::minutes{1};
    case 'h': return std::chrono::hours{1};
    case 'd': return std::chrono::days{1};
    default: return std::nullopt;
  }
}

constexpr std::int64_t duration_count_max = 1'000'000;  // Days beyond it overflow nothing yet.

std::optional<std::chrono::seconds> duration_in(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto unit = unit_of(text.back());
  const auto count = number_in(text.substr(0, text.size() - 1));
  if (!unit || !count || *count < 0 || *count > duration_count_max) return std::nullopt;
  return *count * *unit;
}

}  // namespace

YamlMessages YamlFaults::messages(std::string_view name) const {
  YamlMessages told;
  for (const auto& [line, what] : found_) {
    told.messages.push_back(std::string{name} + ":" + std::to_string(line) + ": " + what);
  }
  return told;
}

YamlMap::YamlMap(const YAML::Node& node, std::string what, YamlFaults& faults)
    : line_(line_of(node)), what_(std::move(what)), faults_(faults) {
  if (node.IsNull()) return;
  if (!node.IsMap()) {
    fault(line_, "must hold members of the form `name: value`");
    return;
  }
  std::set<std::string> names;
  for (const auto& member : node) {
    const YAML::Node& key = member.first;
    if (!key.IsScalar()) {
      fault(line_of(key), "has a member whose name is no text");
    } else if (!names.insert(key.Scalar()).second) {
      fault(line_of(key), "has '" + key.Scalar() + "' twice");
    } else {
      members_.push_back({key.Scalar(), line_of(key), member.second});
    }
  }
}

YamlMap::YamlMap(const Member& member, std::string what, YamlFaults& faults)
    : YamlMap(member.value, std::move(what), faults) {
  line_ = member.line;
}

std::optional<YAML::Node> YamlMap::find(std::string_view key) {
  known_.emplace(key);
  for (const Member& member : members_) {
    if (member.name == key && !member.value.IsNull()) return member.value;
  }
  return std::nullopt;
}

std::string YamlMap::text(std::string_view key, const std::string& fallback) {
  const std::optional<YAML::Node> node = find(key);
  if (!node) return fallback;
  if (node->IsScalar() && !node->Scalar().empty()) return node->Scalar();
  fault(line_of(*node), std::string{key} + " must be a text");
  return fallback;
}

std::string YamlMap::required_text(std::string_view key) {
  if (!find(key)) fault(line_, std::string{key} + " is missing");
  return text(key, "");
}

std::optional<std::int64_t> YamlMap::whole_number(const YAML::Node& node, std::string_view key,
                                                  std::int64_t min) {
  const auto number = node.IsScalar() ? number_in(node.Scalar()) : std::nullopt;
  if (number && *number >= min) return number;
  fault(line_of(node),
        std::string{key} + " must be a whole number of at least " + std::to_string(min));
  return std::nullopt;
}

std::int64_t YamlMap::integer(std::string_view key, std::int64_t min, std::int64_t fallback) {
  const std::optional<YAML::Node> node = find(key);
  return node ? whole_number(*node, key, min).value_or(fallback) : fallback;
}

std::int64_t YamlMap::required_integer(std::string_view key, std::int64_t min) {
  if (!find(key)) fault(line_, std::string{key} + " is missing");
  return integer(key, min, min);
}

bool YamlMap::flag(std::string_view key, bool fallback) {
  return choice<bool>(key, {{"true", true}, {"false", false}}, fallback);
}

std::optional<std::chrono::seconds> YamlMap::duration(std::string_view key) {
  const std::optional<YAML::Node> node = find(key);
  if (!node) return std::nullopt;
  const auto found = node->IsScalar() ? duration_in(node->Scalar()) : std::nullopt;
  if (!found) fault(line_of(*node), std::string{key} + " must be a time such as 36h or 7d");
  return found;
}

std::vector<YamlMap::Member> YamlMap::entries(std::string_view key) {
  const std::optional<YAML::Node> node = find(key);
  if (!node) return {};
  return YamlMap{*node, std::string{key}, faults_}.members();
}

std::vector<YAML::Node> YamlMap::list(std::string_view key) {
  const std::optional<YAML::Node> node = find(key);
  if (!node) return {};
  if (!node->IsSequence()) {
    fault(line_of(*node), std::string{key} + " must be a list");
    return {};
  }
  return {node->begin(), node->end()};
}

std::vector<std::pair<std::string, int>> YamlMap::texts(std::string_view key) {
  std::vector<std::pair<std::string, int>> found;
  for (const YAML::Node& node : list(key)) {
    if (node.IsScalar() && !node.Scalar().empty()) {
      found.emplace_back(node.Scalar(), line_of(node));
    } else {
      fault(line_of(node), std::string{key} + " must hold texts");
    }
  }
  return found;
}

void YamlMap::pass_over(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) known_.emplace(key);
}

void YamlMap::check_unknown() {
  for (const Member& member : members_) {
    if (!known_.contains(member.name)) fault(member.line, "does not know '" + member.name + "'");
  }
}

void YamlMap::fault(int line, const std::string& what) { faults_.add(line, what_ + ": " + what); }

void YamlClaims::claim(const std::string& kind, const std::string& name, YamlMap& map, int line) {
  const auto [owner, is_new] = owners_.try_emplace(kind + " '" + name + "'", map.what());
  if (!is_new) map.fault(line, owner->first + " is already that of " + owner->second);
}

}  // namespace tollgate
