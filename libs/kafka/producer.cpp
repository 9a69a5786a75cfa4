// SPDX-License-Identifier: Apache-2.0
#include "kafka/producer.hpp"

#include <sys/eventfd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/intrusive/list.hpp>

#include <array>
#include <cerrno>
#include <system_error>

#include "base/log.hpp"
#include "kafka/broker_probe.hpp"
#include "kafka/client_conf.hpp"
#include "kafka/handles.hpp"

namespace tollgate::kafka {
namespace {

namespace asio = boost::asio;
namespace intrusive = boost::intrusive;
using Outcome = Result<void, PublishFault>;

/// One publish() that waits for its report. It lives in that coroutine's frame; librdkafka carries
/// its address and gives it back with the report, on the io thread.
class Waiter : public intrusive::list_base_hook<intrusive::link_mode<intrusive::auto_unlink>> {
 public:
  asio::awaitable<Outcome> wait() {
    auto keep = [this](auto handler) {
      continuation_ = std::make_unique<Handler<decltype(handler)>>(std::move(handler));
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(Outcome)>(keep,
                                                                              asio::use_awaitable);
  }

  /// Resumes publish(); the waiter is gone afterwards.
  void complete(Outcome outcome) {
    const auto continuation = std::move(continuation_);
    continuation->resume(outcome);
  }

  /// Destroys the suspended publish() and with it the waiter.
  void abandon() { const auto continuation = std::move(continuation_); }

 private:
  struct Continuation {
    virtual ~Continuation() = default;
    virtual void resume(Outcome outcome) = 0;
  };
  template <class H>
  struct Handler final : Continuation {
    explicit Handler(H&& given) : handler(std::move(given)) {}
    void resume(Outcome outcome) override { std::move(handler)(outcome); }
    H handler;
  };

  std::unique_ptr<Continuation> continuation_;
};
using Waiters = intrusive::list<Waiter, intrusive::constant_time_size<false>>;

Properties defaults_of(const ProducerOptions& options) {
  return {
      {"acks", "all"},
      // A retry after a lost answer must not store the record twice.
      {"enable.idempotence", "true"},
      {"linger.ms", std::to_string(options.linger.count())},
      {"message.timeout.ms", std::to_string(options.message_timeout.count())},
      {"queue.buffering.max.kbytes", std::to_string(options.queue_kbytes_max)},
      {"queue.buffering.max.messages", "100000"},
      {"message.max.bytes", std::to_string(options.message_bytes_max)},
      // Java's partitioner, so that every client finds a customer on the same partition.
      {"partitioner", "murmur2_random"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
      {"topic.metadata.refresh.interval.ms", "60000"},
      {"log.connection.close", "false"},
  };
}

class KafkaProducer final : public Producer {
 public:
  KafkaProducer(asio::io_context& io, ProducerOptions options)
      : options_(std::move(options)),
        wake_up_(io, make_eventfd()),
        client_(make_producer_client(options_)),
        reports_(rd_kafka_queue_get_main(client_.get())),
        probe_(std::make_unique<BrokerProbe>(client_.get(), options_.topic_probed)) {
    rd_kafka_queue_io_event_enable(reports_.get(), wake_up_.native_handle(), &wake_up_payload_,
                                   sizeof wake_up_payload_);
    await_reports();
  }

  ~KafkaProducer() override {
    rd_kafka_queue_io_event_enable(reports_.get(), -1, nullptr, 0);
    rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    while (!waiters_.empty()) waiters_.front().abandon();
    probe_.reset();
  }

  asio::awaitable<Outcome> publish(OutgoingRecord record) override {
    if (!probe_->is_ready()) co_return PublishFault::broker_away;
    Waiter waiter;
    // Reports are taken on this thread, so none can come between produce() and wait().
    if (const auto error = produce(record, &waiter); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      co_return refusal(error);
    }
    waiters_.push_back(waiter);
    ++in_flight_;
    const Outcome outcome = co_await waiter.wait();
    co_return outcome;
  }

  [[nodiscard]] bool is_ready() const override { return !is_fatal_ && probe_->is_ready(); }
  [[nodiscard]] std::string unready_reason() const override {
    return is_fatal_ ? "the producer met a fatal error" : probe_->reason();
  }
  [[nodiscard]] std::size_t in_flight() const override { return in_flight_; }

  asio::awaitable<bool> flush(std::chrono::milliseconds wait_max) override {
    const auto deadline = std::chrono::steady_clock::now() + wait_max;
    asio::steady_timer poll{wake_up_.get_executor()};
    while (in_flight_ > 0 && std::chrono::steady_clock::now() < deadline) {
      poll.expires_after(std::chrono::milliseconds{5});
      co_await poll.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_return in_flight_ == 0;
  }

 private:
  static int make_eventfd() {
    const int descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (descriptor < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
    return descriptor;
  }

  static ClientHandle make_producer_client(const ProducerOptions& options) {
    ConfHandle conf = make_conf(defaults_of(options), options.properties);
    rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
    return make_client(RD_KAFKA_PRODUCER, std::move(conf));
  }

  rd_kafka_topic_t* topic(std::string_view name) {
    if (!topic_ || topic_name_ != name) {
      topic_name_ = name;
      topic_.reset(rd_kafka_topic_new(client_.get(), topic_name_.c_str(), nullptr));
    }
    return topic_.get();
  }

  rd_kafka_resp_err_t produce(const OutgoingRecord& record, Waiter* waiter);
  static HeadersHandle copy_headers(std::span<const Header> headers);
  static PublishFault refusal(rd_kafka_resp_err_t error);

  void await_reports() {
    wake_up_.async_wait(asio::posix::stream_descriptor::wait_read,
                        [this](boost::system::error_code failure) {
                          if (failure) return;
                          take_reports();
                          await_reports();
                        });
  }
  void take_reports();
  void take_deliveries(rd_kafka_event_t* event);
  void take_error(rd_kafka_event_t* event);

  const ProducerOptions options_;
  const std::uint64_t wake_up_payload_ = 1;
  asio::posix::stream_descriptor wake_up_;
  ClientHandle client_;
  QueueHandle reports_;
  std::string topic_name_;
  TopicHandle topic_;
  Waiters waiters_;
  std::size_t in_flight_ = 0;
  bool is_fatal_ = false;
  std::unique_ptr<BrokerProbe> probe_;
};

rd_kafka_resp_err_t KafkaProducer::produce(const OutgoingRecord& record, Waiter* waiter) {
  HeadersHandle headers = copy_headers(record.headers);
  std::array<rd_kafka_vu_t, 6> arguments{};
  arguments[0].vtype = RD_KAFKA_VTYPE_RKT;
  arguments[0].u.rkt = topic(record.topic);
  arguments[1].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  arguments[1].u.i = RD_KAFKA_MSG_F_COPY;
  arguments[2].vtype = RD_KAFKA_VTYPE_VALUE;
  arguments[2].u.mem = {const_cast<char*>(record.value.data()), record.value.size()};
  arguments[3].vtype = RD_KAFKA_VTYPE_KEY;
  arguments[3].u.mem = {const_cast<char*>(record.key.data()), record.key.size()};
  arguments[4].vtype = RD_KAFKA_VTYPE_OPAQUE;
  arguments[4].u.ptr = waiter;
  arguments[5].vtype = RD_KAFKA_VTYPE_HEADERS;
  arguments[5].u.headers = headers.get();
  rd_kafka_error_t* error = rd_kafka_produceva(client_.get(), arguments.data(), arguments.size());
  if (error == nullptr) {
    headers.release();  // librdkafka owns them once it has taken the record.
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  const auto code = rd_kafka_error_code(error);
  rd_kafka_error_destroy(error);
  return code;
}

HeadersHandle KafkaProducer::copy_headers(std::span<const Header> headers) {
  HeadersHandle copy{rd_kafka_headers_new(headers.size())};
  for (const Header& header : headers) {
    rd_kafka_header_add(copy.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value.data(), static_cast<ssize_t>(header.value.size()));
  }
  return copy;
}

PublishFault KafkaProducer::refusal(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR__QUEUE_FULL: return PublishFault::queue_full;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE: return PublishFault::too_large;
    case RD_KAFKA_RESP_ERR__FATAL: return PublishFault::fatal;
    default: return PublishFault::not_persisted;
  }
}

void KafkaProducer::take_reports() {
  std::uint64_t count = 0;
  // Reset the descriptor first: what is queued from now on wakes us again.
  [[maybe_unused]] const auto length = ::read(wake_up_.native_handle(), &count, sizeof count);
  while (const EventHandle event{rd_kafka_queue_poll(reports_.get(), 0)}) {
    switch (rd_kafka_event_type(event.get())) {
      case RD_KAFKA_EVENT_DR: take_deliveries(event.get()); break;
      case RD_KAFKA_EVENT_ERROR: take_error(event.get()); break;
      default: break;
    }
  }
}

void KafkaProducer::take_deliveries(rd_kafka_event_t* event) {
  while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
    auto* waiter = static_cast<Waiter*>(message->_private);
    --in_flight_;
    const bool safe = message->err == RD_KAFKA_RESP_ERR_NO_ERROR &&
                      rd_kafka_message_status(message) == RD_KAFKA_MSG_STATUS_PERSISTED;
    if (!safe) {
      log::error("record not persisted", {{"reason", rd_kafka_err2str(message->err)}});
      probe_->hurry();
    }
    waiter->complete(safe ? Outcome{} : Outcome{PublishFault::not_persisted});
  }
}

void KafkaProducer::take_error(rd_kafka_event_t* event) {
  const auto code = rd_kafka_event_error(event);
  if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) probe_->hurry();
  if (rd_kafka_event_error_is_fatal(event) == 0 || is_fatal_) return;
  is_fatal_ = true;
  const std::string reason = rd_kafka_event_error_string(event);
  log::error("fatal producer error", {{"reason", reason}});
  if (options_.on_fatal) options_.on_fatal("fatal producer error: " + reason);
}

}  // namespace

std::string_view to_string(PublishFault fault) {
  switch (fault) {
    case PublishFault::queue_full: return "queue_full";
    case PublishFault::broker_away: return "broker_away";
    case PublishFault::not_persisted: return "not_persisted";
    case PublishFault::too_large: return "too_large";
    case PublishFault::fatal: return "fatal";
  }
  return "unknown";
}

std::unique_ptr<Producer> make_producer(asio::io_context& io, ProducerOptions options) {
  return std::make_unique<KafkaProducer>(io, std::move(options));
}

}  // namespace tollgate::kafka
