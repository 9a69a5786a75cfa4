// SPDX-License-Identifier: Apache-2.0
#include "kafka/properties.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

namespace tollgate::kafka {
namespace {

const std::string file_setting = "KAFKA_PROPERTIES_FILE";

// With other values an acknowledged event could be lost, or offsets be kept in two places.
constexpr std::array<std::string_view, 18> reserved{
    "acks",
    "allow.auto.create.topics",
    "auto.offset.reset",
    "bootstrap.servers",
    "delivery.report.only.error",
    "delivery.timeout.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "isolation.level",
    "log.queue",
    "message.timeout.ms",
    "metadata.broker.list",
    "partition.assignment.strategy",
    "request.required.acks",
    "transactional.id",
};

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// What is wrong with the line, or nothing.
std::string read_line(std::string_view line, Properties& properties) {
  const std::string_view text = trim(line);
  if (text.empty() || text.front() == '#') return {};
  const auto equals = text.find('=');
  const std::string name{trim(text.substr(0, equals))};
  if (equals == std::string_view::npos || name.empty()) return "is no name=value";
  if (std::ranges::find(reserved, name) != reserved.end()) {
    return "sets '" + name + "', which Tollgate decides itself";
  }
  properties[name] = trim(text.substr(equals + 1));
  return {};
}

void read_file(Settings& settings, const std::string& path, Properties& properties) {
  std::ifstream file{path};
  if (!file) {
    settings.fault(file_setting, "names '" + path + "', which cannot be read");
    return;
  }
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const std::string fault = read_line(line, properties);
    if (!fault.empty()) {
      settings.fault(file_setting, "line " + std::to_string(number) + " " + fault);
    }
  }
  // A directory can be opened, but not read.
  if (file.bad()) settings.fault(file_setting, "names '" + path + "', which cannot be read");
}

std::string default_instance_name(const Endpoint& listen) {
  std::array<char, 256> host{};
  if (listen.port == 0 || gethostname(host.data(), host.size() - 1) != 0) return {};
  return std::string{host.data()} + "-" + std::to_string(listen.port);
}

}  // namespace

Properties read_properties(Settings& settings) {
  Properties properties;
  properties["bootstrap.servers"] = settings.required_text(
      "KAFKA_BROKERS", "Kafka's bootstrap servers, host:port, comma-separated");
  const auto path = settings.optional_text(
      file_setting, "File of librdkafka properties, a name=value a line (TLS, SASL)");
  if (path) read_file(settings, *path, properties);
  return properties;
}

std::string read_instance_name(Settings& settings, const Endpoint& listen) {
  return settings.text("INSTANCE_NAME",
                       "Name of this process in the consumer group, unique and kept over restarts "
                       "(default: host and port)",
                       default_instance_name(listen));
}

}  // namespace tollgate::kafka
