// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/entitlements/topic.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <stdexcept>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "kafka/admin.hpp"
#include "kafka/producer.hpp"

namespace tollgate::tests {
namespace {

constexpr std::chrono::seconds wait_max{30};

boost::asio::awaitable<void> publish_all(kafka::Producer& producer, const std::string& topic,
                                         const std::vector<std::string>& bodies) {
  for (const std::string& body : bodies) {
    const std::string key = std::to_string(std::hash<std::string>{}(body));
    const kafka::OutgoingRecord record{topic, key, body, {}};
    const auto published = co_await producer.publish(record);
    if (!published) throw std::runtime_error(std::string{to_string(published.error())});
  }
}

}  // namespace

kafka::Properties kafka_properties() {
  const char* brokers = std::getenv("KAFKA_BROKERS");
  if (brokers == nullptr) throw std::runtime_error("KAFKA_BROKERS is not set: ./dev test sets it");
  return {{"bootstrap.servers", brokers}};
}

Topic::Topic(std::int32_t partitions) : name_("test." + make_uuid_v7(SystemClock{}.now())) {
  kafka::Admin{kafka_properties()}.apply({.name = name_, .partitions = partitions, .config = {}},
                                         wait_max);
}

Topic::~Topic() {
  try {
    kafka::Admin{kafka_properties()}.remove(name_, wait_max);
  } catch (const std::exception&) {
    // It is empty or small, and its name says what it was.
  }
}

kafka::ConsumerOptions Topic::consumer_options() const {
  kafka::ConsumerOptions options;
  options.properties = kafka_properties();
  options.topic = name_;
  options.group_id = name_;
  return options;
}

void Topic::publish(const std::vector<std::string>& bodies) {
  boost::asio::io_context io;
  kafka::ProducerOptions options;
  options.properties = kafka_properties();
  options.topic_probed = name_;
  const auto producer = kafka::make_producer(io, std::move(options));
  const auto give_up = std::chrono::steady_clock::now() + wait_max;
  while (!producer->is_ready() && std::chrono::steady_clock::now() < give_up) {
    io.run_one_for(std::chrono::milliseconds{100});
  }
  std::exception_ptr failure;
  bool done = false;
  boost::asio::co_spawn(io, publish_all(*producer, name_, bodies),
                        [&](const std::exception_ptr& thrown) {
                          failure = thrown;
                          done = true;
                        });
  while (!done) io.run_one();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace tollgate::tests
