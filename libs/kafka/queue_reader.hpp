// SPDX-License-Identifier: Apache-2.0
// librdkafka's events on the io_context's thread: a descriptor that librdkafka writes to wakes the
// loop, which then empties the queue. For the .cpp files of libs/kafka only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstdint>
#include <functional>
#include <memory>

#include "kafka/handles.hpp"

namespace tollgate::kafka {

/// One thread, the io_context's. May be destroyed there at any time, but inside `take`.
class QueueReader {
 public:
  using Take = std::function<void(rd_kafka_event_t*)>;

  /// `take` is called for each event, which lives as long as the call.
  QueueReader(boost::asio::io_context& io, QueueHandle queue, Take take);
  ~QueueReader();
  QueueReader(const QueueReader&) = delete;
  QueueReader& operator=(const QueueReader&) = delete;

 private:
  void await_events();
  void take_events();

  boost::asio::posix::stream_descriptor wake_up_;
  std::uint64_t wake_ups_ = 0;  ///< what a read of the descriptor leaves here is of no interest
  QueueHandle queue_;
  const Take take_;
  /// Tells a completion handler that was queued when we were destroyed that we are no more.
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace tollgate::kafka
