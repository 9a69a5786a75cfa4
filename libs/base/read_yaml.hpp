// SPDX-License-Identifier: Apache-2.0
// Reads a YAML text or file as a whole: its value, or every fault found in it.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.hpp"
#include "base/yaml_map.hpp"

namespace tollgate {

/// `load` gives the root node, `read(root, faults)` the value. `name` stands for the text in the
/// messages.
template <class Load, class Read>
auto read_yaml_from(Load load, std::string_view name, Read read)
    -> Result<std::invoke_result_t<Read, const YAML::Node&, YamlFaults&>, YamlMessages> {
  YamlFaults faults;
  try {
    auto value = read(load(), faults);
    if (faults.empty()) return value;
  } catch (const YAML::BadFile&) {
    return YamlMessages{{std::string{name} + ": cannot be read"}};
  } catch (const YAML::Exception& fault) {
    faults.add(fault.mark.line + 1, "not YAML: " + fault.msg);
  }
  return faults.messages(name);
}

template <class Read>
auto read_yaml(std::string_view text, std::string_view name, Read read) {
  return read_yaml_from([&] { return YAML::Load(std::string{text}); }, name, read);
}

/// One that cannot be read is a fault like others.
template <class Read>
auto read_yaml_file(const std::string& path, Read read) {
  return read_yaml_from([&] { return YAML::LoadFile(path); }, path, read);
}

}  // namespace tollgate
