// SPDX-License-Identifier: Apache-2.0
// Publishing one record at a time and waiting for the broker's word that it is safe.
// For reading use kafka/consumer.hpp; for topics kafka/admin.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "kafka/properties.hpp"
#include "kafka/record.hpp"

namespace tollgate::kafka {

/// Why a record is not known to be safe. After any of them the record may still have been
/// persisted: publishing again is right, consumers deduplicate.
enum class PublishFault {
  queue_full,     ///< The bounded local queue has no room; nothing was queued.
  broker_away,    ///< No broker can take it at present; nothing was queued.
  not_persisted,  ///< A delivery report with an error, or without status PERSISTED, or too late.
  too_large,      ///< Over our `message.max.bytes` or the topic's `max.message.bytes`: publishing
                  ///< again helps only once the topic takes larger records.
  fatal,          ///< The producer is beyond repair; on_fatal was called.
};
std::string_view to_string(PublishFault fault);

struct PublishFailure {
  PublishFault fault{};
  std::string_view kafka_error{};  ///< Kafka's name of it, a literal; empty: it was not asked

  friend bool operator==(const PublishFailure& failure, PublishFault other) {
    return failure.fault == other;
  }
};
inline std::string_view to_string(const PublishFailure& failure) {
  return to_string(failure.fault);
}

struct ProducerOptions {
  Properties properties{};     ///< from read_properties
  std::string topic_probed{};  ///< whose state decides is_ready()
  std::int32_t queue_kbytes_max = 65'536;
  std::chrono::milliseconds message_timeout{8'000};
  std::chrono::milliseconds linger{0};
  std::int32_t message_bytes_max = 2 * 1024 * 1024;
  /// Called once, on the io thread, when librdkafka reports a fatal error. Must not destroy the
  /// producer: end the process, so that its supervisor starts a clean one.
  std::function<void(std::string reason)> on_fatal{};
};

/// All members are for the io_context's thread. Must outlive every publish() under way; a publish
/// still waiting when the producer is destroyed is destroyed with it and never resumed.
class Producer {
 public:
  virtual ~Producer() = default;

  /// Done when a delivery report says PERSISTED on all in-sync replicas (acks=all), or failed.
  /// Copies the record before it first suspends; resumes on the io thread. It cannot be cancelled,
  /// since the record may be on its way: it ends by itself, within about `message_timeout`.
  /// A failure is the caller's to log.
  virtual boost::asio::awaitable<Result<void, PublishFailure>> publish(OutgoingRecord record) = 0;

  /// Whether a publish may be expected to succeed: a broker said lately that the probed topic can
  /// be written (it is asked in the background, at once after a fault), and the last publish did
  /// not fail, unless the broker came back since or that is some seconds ago.
  [[nodiscard]] bool is_ready() const { return unready_reason().empty(); }
  /// Why is_ready() is false, for /readyz.
  [[nodiscard]] virtual std::string unready_reason() const = 0;

  /// Records handed over whose reports are still out.
  [[nodiscard]] virtual std::size_t in_flight() const = 0;

  /// Waits until nothing is in flight, at most that long; true when nothing is. One at a time.
  virtual boost::asio::awaitable<bool> flush(std::chrono::milliseconds wait_max) = 0;
};

/// Starts even while no broker answers. Throws std::runtime_error when a property is refused.
std::unique_ptr<Producer> make_producer(boost::asio::io_context& io, ProducerOptions options);

}  // namespace tollgate::kafka
