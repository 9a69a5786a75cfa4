// SPDX-License-Identifier: Apache-2.0
// librdkafka's own mock cluster: a broker inside this process that can be told to fail.
// What only a real broker can show is in tests/integration/kafka.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <stdexcept>
#include <string>

#include "kafka/properties.hpp"

namespace tollgate::kafka {

class MockCluster {
 public:
  // API keys of Kafka's protocol.
  static constexpr std::int16_t produce = 0;
  static constexpr std::int16_t init_producer_id = 22;

  MockCluster() : owner_(rd_kafka_new(RD_KAFKA_PRODUCER, quiet(), nullptr, 0)) {
    if (owner_ == nullptr) throw std::runtime_error("no client for the mock cluster");
    cluster_ = rd_kafka_mock_cluster_new(owner_, 1);
  }
  ~MockCluster() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(owner_);
  }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  [[nodiscard]] Properties properties() const {
    return {{"bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster_)}};
  }

  void set_topic_error(const std::string& name, rd_kafka_resp_err_t error) {
    rd_kafka_mock_topic_set_error(cluster_, name.c_str(), error);
  }
  void set_down() {
    is_down_ = true;
    rd_kafka_mock_broker_set_down(cluster_, broker);
  }
  void set_up() {
    is_down_ = false;
    rd_kafka_mock_broker_set_up(cluster_, broker);
  }
  /// Every answer takes that long from now on.
  void set_round_trip_ms(int milliseconds) {
    is_slow_ = milliseconds > 0;
    rd_kafka_mock_broker_set_rtt(cluster_, broker, milliseconds);
  }
  /// The next request of that kind is refused so.
  void refuse_next(std::int16_t api_key, rd_kafka_resp_err_t error) {
    rd_kafka_mock_push_request_errors(cluster_, api_key, 1, error);
  }

  /// The broker is there, and quick. Each call to the cluster may take up to a second, hence the
  /// questions.
  void heal() {
    if (is_down_) set_up();
    if (is_slow_) set_round_trip_ms(0);
  }

 private:
  static constexpr std::int32_t broker = 1;

  // The tests make the cluster fail; its log lines about that are noise.
  static rd_kafka_conf_t* quiet() {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, nullptr);
    return conf;
  }

  rd_kafka_t* owner_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
  bool is_down_ = false;
  bool is_slow_ = false;
};

}  // namespace tollgate::kafka
