// SPDX-License-Identifier: Apache-2.0
// Members of YAML maps, read with faults that name their line. What a file means is its reader's
// business (a service's catalog_file.hpp); settings of the environment are config.hpp's.
#pragma once

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/yaml_messages.hpp"

namespace tollgate {

/// What is wrong with a text, collected while reading it.
class YamlFaults {
 public:
  /// Lines count from 1, as editors do.
  void add(int line, std::string what) { found_.emplace(line, std::move(what)); }
  [[nodiscard]] bool empty() const { return found_.empty(); }
  [[nodiscard]] std::size_t count() const { return found_.size(); }
  /// `name` stands for the text.
  [[nodiscard]] YamlMessages messages(std::string_view name) const;

 private:
  std::multimap<int, std::string> found_;
};

/// An empty file has no line, and is told of as its first.
inline int line_of(const YAML::Node& node) { return std::max(node.Mark().line + 1, 1); }

/// A map's members by name. A member that is asked for counts as known; check_unknown() reports the
/// others. After a fault a reader gets the fallback, so that further faults are found too.
class YamlMap {
 public:
  struct Member {
    std::string name;
    int line = 0;  ///< of the name
    YAML::Node value;
  };

  /// `what` begins the messages: `plan 'gold'`. An empty node is an empty map.
  YamlMap(const YAML::Node& node, std::string what, YamlFaults& faults);
  /// The same for a map that stands below its name, at the name's line.
  YamlMap(const Member& member, std::string what, YamlFaults& faults);

  [[nodiscard]] int line() const { return line_; }
  [[nodiscard]] const std::string& what() const { return what_; }
  /// All of them, for maps whose names are the file's own.
  [[nodiscard]] const std::vector<Member>& members() const { return members_; }

  /// Nothing when it is missing or empty.
  std::optional<YAML::Node> find(std::string_view key);
  std::string text(std::string_view key, const std::string& fallback);
  std::string required_text(std::string_view key);
  std::int64_t integer(std::string_view key, std::int64_t min, std::int64_t fallback);
  std::int64_t required_integer(std::string_view key, std::int64_t min);
  bool flag(std::string_view key, bool fallback);
  /// `90s`, `30m`, `36h`, `7d`.
  std::optional<std::chrono::seconds> duration(std::string_view key);
  /// Texts with their lines.
  std::vector<std::pair<std::string, int>> texts(std::string_view key);
  /// Those of the map below `key`; none where it is missing.
  std::vector<Member> entries(std::string_view key);
  /// The lists' elements.
  std::vector<YAML::Node> list(std::string_view key);

  /// One of the words that stand for values.
  template <class Value>
  Value choice(std::string_view key, const std::map<std::string, Value>& words, Value fallback) {
    const std::optional<YAML::Node> node = find(key);
    return node ? choose(*node, std::string{key}, words, fallback) : fallback;
  }
  template <class Value>
  Value choose(const YAML::Node& node, const std::string& key,
               const std::map<std::string, Value>& words, Value fallback) {
    const auto found = words.find(node.IsScalar() ? node.Scalar() : "");
    if (found != words.end()) return found->second;
    std::string allowed;
    for (const auto& [word, value] : words) allowed += (allowed.empty() ? "" : ", ") + word;
    fault(line_of(node), key + " must be one of " + allowed);
    return fallback;
  }

  /// Members that belong to another reader of the same file: known here, and not looked at.
  void pass_over(std::initializer_list<std::string_view> keys);
  void check_unknown();
  void fault(int line, const std::string& what);

 private:
  std::optional<std::int64_t> whole_number(const YAML::Node& node, std::string_view key,
                                           std::int64_t min);

  std::vector<Member> members_;
  int line_ = 0;
  std::string what_;
  YamlFaults& faults_;
  std::set<std::string, std::less<>> known_;
};

/// Names of which each may belong to one map only, Stripe's ids for instance.
class YamlClaims {
 public:
  /// A fault of `map` when somebody has it. `kind` begins the message: `lookup key`.
  void claim(const std::string& kind, const std::string& name, YamlMap& map, int line);

 private:
  std::map<std::string, std::string> owners_;
};

}  // namespace tollgate
