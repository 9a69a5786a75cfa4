// SPDX-License-Identifier: Apache-2.0
#include "kafka/properties.hpp"

#include <fstream>
#include <string_view>

namespace tollgate::kafka {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

void read_file(Settings& settings, const std::string& path, Properties& properties) {
  std::ifstream file{path};
  if (!file) return settings.fault("KAFKA_PROPERTIES_FILE", "names '" + path + "', which cannot be read");
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const std::string_view text = trim(line);
    if (text.empty() || text.front() == '#') continue;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      settings.fault("KAFKA_PROPERTIES_FILE",
                     "line " + std::to_string(number) + " is no name=value");
      continue;
    }
    properties[std::string{trim(text.substr(0, equals))}] = trim(text.substr(equals + 1));
  }
}

}  // namespace

Properties read_properties(Settings& settings) {
  Properties properties;
  properties["bootstrap.servers"] = settings.required_text(
      "KAFKA_BROKERS", "Kafka's bootstrap servers, host:port, comma-separated");
  const auto path = settings.optional_text(
      "KAFKA_PROPERTIES_FILE", "File of librdkafka properties, a name=value a line (TLS, SASL)");
  if (path) read_file(settings, *path, properties);
  return properties;
}

}  // namespace tollgate::kafka
