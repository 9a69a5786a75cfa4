// SPDX-License-Identifier: Apache-2.0
#include "base/config.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tollgate {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Names are for connecting: what a name means may change between two starts.
bool is_address(const std::string& host) {
  boost::system::error_code failure;
  boost::asio::ip::make_address(host, failure);
  return !failure;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string result;
  for (const auto& part : parts) {
    if (!result.empty()) result += separator;
    result += part;
  }
  return result;
}

}  // namespace

Settings::Settings(Environment environment) : environment_(std::move(environment)) {}

std::string Settings::text(const std::string& name, const std::string& help,
                           const std::string& fallback, Secrecy secrecy) {
  const bool hidden = secrecy == Secrecy::secret && !fallback.empty();
  return describe_and_find(name, help, hidden ? "(set)" : fallback, secrecy).value_or(fallback);
}

std::string Settings::required_text(const std::string& name, const std::string& help,
                                    Secrecy secrecy) {
  const std::size_t faults_before = faults_.size();
  const auto value = describe_and_find(name, help, "(required)", secrecy);
  if (faults_.size() > faults_before) return value.value_or("");  // One fault a setting is enough.
  if (!value) {
    fault(name, "is not set: " + help);
  } else if (trim(*value).empty()) {
    fault(name, "is blank");
  }
  return value.value_or("");
}

std::optional<std::string> Settings::optional_text(const std::string& name, const std::string& help,
                                                   Secrecy secrecy) {
  return describe_and_find(name, help, "(none)", secrecy);
}

std::int64_t Settings::integer(const std::string& name, const std::string& help,
                               std::int64_t fallback, std::int64_t min, std::int64_t max) {
  const auto value = describe_and_find(name, help, std::to_string(fallback), Secrecy::open);
  if (!value) return fallback;
  const auto number = parse_number<std::int64_t>(*value);
  if (number && *number >= min && *number <= max) return *number;
  fault(name, "is '" + *value + "', but must be a whole number from " + std::to_string(min) +
                  " to " + std::to_string(max));
  return fallback;
}

Endpoint Settings::endpoint(const std::string& name, const std::string& help,
                            const std::string& fallback) {
  const std::string value = text(name, help, fallback);
  const auto endpoint = parse_endpoint(value);
  if (endpoint && is_address(endpoint->host)) return *endpoint;
  fault(name, "is '" + value + "', but must be address:port or :port, and the address no name");
  return {};
}

std::string Settings::choice(const std::string& name, const std::string& help,
                             const std::vector<std::string>& allowed, const std::string& fallback) {
  const std::string names = join(allowed, ", ");
  std::string value = text(name, help + " (" + names + ")", fallback);
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
  fault(name, "is '" + value + "', but must be one of " + names);
  return fallback;
}

std::vector<std::string> Settings::list(const std::string& name, const std::string& help,
                                        Secrecy secrecy) {
  const auto value = describe_and_find(name, help, "(none)", secrecy);
  return value ? split(name, *value) : std::vector<std::string>{};
}

std::vector<std::string> Settings::required_list(const std::string& name, const std::string& help,
                                                 Secrecy secrecy) {
  const std::string value = required_text(name, help, secrecy);
  return trim(value).empty() ? std::vector<std::string>{} : split(name, value);
}

void Settings::fault(const std::string& name, const std::string& what) {
  faults_.push_back(name + " " + what);
}

std::string Settings::help() const {
  std::string text =
      "Settings, from the environment (each also as NAME_FILE, the path of a file):\n";
  for (const auto& setting : documented_) {
    text += "  " + setting.name;
    if (!setting.fallback.empty()) text += " [" + setting.fallback + "]";
    if (setting.secrecy == Secrecy::secret) text += " secret";
    text += "\n      " + setting.help + "\n";
  }
  return text;
}

std::optional<std::string> Settings::find(const std::string& name) {
  auto value = environment_(name);
  const auto path = environment_(name + "_FILE");
  const bool has_value = value && !value->empty();
  if (!path || path->empty()) return has_value ? std::move(value) : std::nullopt;
  if (has_value) fault(name, "is set twice: as itself and as " + name + "_FILE");
  return read_file(name, *path);
}

std::optional<std::string> Settings::read_file(const std::string& name, const std::string& path) {
  std::error_code ignored;
  std::ifstream file{path, std::ios::binary};
  if (!file || std::filesystem::is_directory(path, ignored)) {
    fault(name + "_FILE", "names '" + path + "', which cannot be read");
    return std::nullopt;
  }
  std::string value{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
  if (value.ends_with('\n')) {
    value.pop_back();
    if (value.ends_with('\r')) value.pop_back();
    notes_.push_back(name + "_FILE ends with a line end, which is not part of the value");
  }
  if (!trim(value).empty()) return value;
  fault(name + "_FILE", "names '" + path + "', which is blank");
  return std::nullopt;
}

std::optional<std::string> Settings::describe_and_find(const std::string& name,
                                                       const std::string& help,
                                                       const std::string& fallback,
                                                       Secrecy secrecy) {
  documented_.push_back({name, fallback, help, secrecy});
  return find(name);
}

std::vector<std::string> Settings::split(const std::string& name, const std::string& value) {
  std::vector<std::string> elements;
  std::string_view rest = value;
  while (!value.empty()) {
    const auto comma = rest.find(',');
    const std::string_view element = trim(rest.substr(0, comma));
    if (element.empty()) {
      fault(name, "has a blank element (element " + std::to_string(elements.size() + 1) + ")");
      return {};
    }
    elements.emplace_back(element);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return elements;
}

Settings::Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string{value};
  };
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  // Without brackets it could not be told where an IPv6 address ends and its port begins.
  const std::string_view foreign = bracketed ? " \t[]" : " \t[]:";
  if (host.find_first_of(foreign) != std::string_view::npos) return std::nullopt;
  if (host.empty()) host = "::";
  return Endpoint{std::string{host}, *port};
}

}  // namespace tollgate
