// SPDX-License-Identifier: Apache-2.0
#include "test_topic.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <stdexcept>

#include "base/uuid.hpp"
#include "kafka/client_conf.hpp"
#include "kafka/handles.hpp"

namespace tollgate::kafka {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

asio::awaitable<void> publish_one(Producer& producer, const std::string& topic, std::string text) {
  const OutgoingRecord record{.topic = topic, .key = text, .value = text, .headers = {}};
  const auto published = co_await producer.publish(record);
  if (!published) {
    throw std::runtime_error("not published: " + std::string{to_string(published.error())});
  }
}

}  // namespace

Properties broker_properties() {
  const char* brokers = std::getenv("KAFKA_BROKERS");
  if (brokers == nullptr) throw std::runtime_error("KAFKA_BROKERS is not set: ./dev test sets it");
  return {{"bootstrap.servers", brokers}};
}

std::string unique_name() { return "test." + make_uuid_v7(SystemClock{}.now()); }

TestTopic::TestTopic(std::int32_t partitions, std::map<std::string, std::string> config)
    : admin_(broker_properties()) {
  const TopicSpec spec{.name = name_,
                       .partitions = partitions,
                       .replication_factor = 1,
                       .config = std::move(config)};
  admin_.apply(spec, patience);
}

TestTopic::~TestTopic() {
  try {
    admin_.remove(name_, patience);
  } catch (const std::exception&) {
    // The broker went away in the test; its topic is found by its name.
  }
}

ConsumerOptions TestTopic::consumer_options() const {
  ConsumerOptions options;
  options.properties = broker_properties();
  options.topic = name_;
  options.group_id = name_;
  options.session_timeout = std::chrono::seconds{6};  // The least that Kafka allows by default.
  return options;
}

void TestTopic::publish(int count, const std::string& prefix) {
  asio::io_context io{1};
  const auto producer =
      make_producer(io, {.properties = broker_properties(), .topic_probed = name_});
  const auto deadline = Clock::now() + patience;
  while (!producer->is_ready() && Clock::now() < deadline) {
    io.restart();
    io.run_one_for(std::chrono::milliseconds{10});
  }
  std::exception_ptr failure;
  int left = count;
  for (int i = 0; i < count; ++i) {
    asio::co_spawn(io, publish_one(*producer, name_, prefix + std::to_string(i)),
                   [&](std::exception_ptr failed) {
                     if (failed) failure = failed;
                     --left;
                   });
  }
  while (left > 0) {
    io.restart();
    io.run_one();
  }
  if (failure) std::rethrow_exception(failure);
}

void TestTopic::delete_before(std::int64_t offset) {
  const auto client = make_client(RD_KAFKA_PRODUCER, make_conf(broker_properties(), Properties{}));
  const PartitionsHandle before{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(before.get(), name_.c_str(), 0)->offset = offset;
  rd_kafka_DeleteRecords_t* request = rd_kafka_DeleteRecords_new(before.get());
  const QueueHandle answers{rd_kafka_queue_new(client.get())};
  rd_kafka_DeleteRecords(client.get(), &request, 1, nullptr, answers.get());
  rd_kafka_DeleteRecords_destroy(request);
  const EventHandle answer{rd_kafka_queue_poll(answers.get(), 30'000)};
  if (!answer || rd_kafka_event_error(answer.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error("records not deleted");
  }
}

std::vector<Seen> read_records(Consumer& consumer, std::size_t count) {
  std::vector<Seen> seen;
  const auto deadline = Clock::now() + patience;
  while (seen.size() < count && Clock::now() < deadline) {
    const auto batch = consumer.poll(1'000, std::chrono::milliseconds{100});
    if (!batch) continue;
    for (const Record& record : batch->records()) {
      seen.push_back({record.partition, record.offset, std::string{record.value}});
    }
  }
  return seen;
}

bool poll_until(const std::vector<Consumer*>& consumers, const std::function<bool()>& fact) {
  const auto deadline = Clock::now() + patience;
  while (Clock::now() < deadline) {
    if (fact()) return true;
    for (Consumer* consumer : consumers) consumer->poll(1'000, std::chrono::milliseconds{50});
  }
  return false;
}

}  // namespace tollgate::kafka
