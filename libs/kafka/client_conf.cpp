// SPDX-License-Identifier: Apache-2.0
#include "kafka/client_conf.hpp"

#include <array>
#include <stdexcept>
#include <string_view>

#include "base/log.hpp"

namespace tollgate::kafka {
namespace {

Properties network_defaults() {
  return {
      {"client.id", "tollgate"},
      // Topics are made by `operator topics apply`, never by asking for one that is not there.
      {"allow.auto.create.topics", "false"},
      // A request is one small write that someone waits for; Nagle's algorithm would hold it back.
      {"socket.nagle.disable", "true"},
      // A peer that vanished without a word is noticed even on an idle connection.
      {"socket.keepalive.enable", "true"},
      {"socket.connection.setup.timeout.ms", "5000"},
      // A broker that is back is found again within about a second.
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
      // A topic made after we started is seen soon: the default is five minutes.
      {"topic.metadata.refresh.interval.ms", "10000"},
      // Brokers close idle connections all the time.
      {"log.connection.close", "false"},
  };
}

// Called on librdkafka's threads, through which nothing may be thrown. Syslog levels: 3 error,
// 4 warning, 5 notice, 6 info, 7 debug.
void write_log(const rd_kafka_t*, int level, const char* facility, const char* text) noexcept {
  const auto ours = level <= 3   ? log::Level::error
                    : level == 4 ? log::Level::warning
                    : level <= 6 ? log::Level::info
                                 : log::Level::debug;
  log::write_bounded(ours, facility, "librdkafka", {{"facility", facility}, {"text", text}});
}

void write_log_without_failures(const rd_kafka_t* client, int level, const char* facility,
                                const char* text) noexcept {
  if (std::string_view{facility} != "FAIL") write_log(client, level, facility, text);
}

void set_all(rd_kafka_conf_t* conf, const Properties& properties) {
  std::array<char, 512> reason{};
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason.data(), reason.size()) !=
        RD_KAFKA_CONF_OK) {
      throw std::runtime_error("Kafka property " + name + ": " + reason.data());
    }
  }
}

}  // namespace

ConfHandle make_conf(const Properties& defaults, const Properties& given) {
  ConfHandle conf{rd_kafka_conf_new()};
  rd_kafka_conf_set_log_cb(conf.get(), write_log);
  set_all(conf.get(), network_defaults());
  set_all(conf.get(), defaults);
  set_all(conf.get(), given);
  return conf;
}

void leave_broker_failures_to_errors(rd_kafka_conf_t* conf) {
  rd_kafka_conf_set_log_cb(conf, write_log_without_failures);
}

ClientHandle make_client(rd_kafka_type_t type, ConfHandle conf) {
  std::array<char, 512> reason{};
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), reason.data(), reason.size());
  if (client == nullptr) throw std::runtime_error(std::string{"Kafka client: "} + reason.data());
  conf.release();  // rd_kafka_new owns it once it succeeded.
  return ClientHandle{client};
}

}  // namespace tollgate::kafka
