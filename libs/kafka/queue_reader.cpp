// SPDX-License-Identifier: Apache-2.0
#include "kafka/queue_reader.hpp"

#include <sys/eventfd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <cerrno>
#include <system_error>

namespace tollgate::kafka {
namespace {

int make_eventfd() {
  const int descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (descriptor < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
  return descriptor;
}

}  // namespace

QueueReader::QueueReader(boost::asio::io_context& io, QueueHandle queue, Take take)
    : wake_up_(io, make_eventfd()), queue_(std::move(queue)), take_(std::move(take)) {
  constexpr std::uint64_t one = 1;  // librdkafka copies it.
  rd_kafka_queue_io_event_enable(queue_.get(), wake_up_.native_handle(), &one, sizeof one);
  await_events();
  // What was queued before the descriptor was known wrote nothing to it.
  boost::asio::post(io, [this, alive = std::weak_ptr{alive_}] {
    if (!alive.expired()) take_events();
  });
}

QueueReader::~QueueReader() { rd_kafka_queue_io_event_enable(queue_.get(), -1, nullptr, 0); }

// A read rather than a wait: it resets the counter, and arming it costs no epoll_ctl.
void QueueReader::await_events() {
  wake_up_.async_read_some(
      boost::asio::buffer(&wake_ups_, sizeof wake_ups_),
      [this, alive = std::weak_ptr{alive_}](boost::system::error_code failure, std::size_t) {
        if (alive.expired() || failure == boost::asio::error::operation_aborted) return;
        take_events();
        await_events();
      });
}

// librdkafka writes to the descriptor when it queues onto an empty queue, so the queue must be left
// empty. Its length is asked first: polling an empty queue waits for a moment, even for 0 ms.
void QueueReader::take_events() {
  while (rd_kafka_queue_length(queue_.get()) > 0) {
    const EventHandle event{rd_kafka_queue_poll(queue_.get(), 0)};
    if (event) take_(event.get());
  }
}

}  // namespace tollgate::kafka
