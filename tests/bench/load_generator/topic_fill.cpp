// SPDX-License-Identifier: Apache-2.0
#include "topic_fill.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

#include "events/stripe_record.hpp"

namespace tollgate::bench {
namespace {

constexpr int publishers = 2'000;  // as many records are under way at once
constexpr std::chrono::milliseconds linger{20};
constexpr std::chrono::milliseconds message_timeout{60'000};
constexpr std::chrono::milliseconds broker_look{20};
constexpr std::chrono::seconds broker_wait_max{20};

kafka::ProducerOptions producer_options(const TopicFillOptions& options) {
  kafka::ProducerOptions producer;
  producer.properties = {{"bootstrap.servers", options.brokers}};
  producer.topic_probed = options.topic;
  producer.message_timeout = message_timeout;
  producer.linger = linger;
  return producer;
}

}  // namespace

TopicFill::TopicFill(const TopicFillOptions& options)
    : topic_(options.topic),
      producer_(kafka::make_producer(io_, producer_options(options))),
      events_(options.events) {}

boost::json::object TopicFill::run() {
  const Time begin = clock_.now();
  // The producer keeps the loop busy, so whoever ends it says so.
  boost::asio::co_spawn(io_, publish_all(), [this](const std::exception_ptr& failure) {
    failure_ = failure;
    io_.stop();
  });
  io_.run();
  if (failure_) std::rethrow_exception(failure_);
  const double seconds = std::chrono::duration<double>(clock_.now() - begin).count();
  return {{"published", published_}, {"bytes", bytes_}, {"seconds", seconds}};
}

boost::asio::awaitable<void> TopicFill::publish_all() {
  boost::asio::steady_timer timer{io_};
  for (const Time begin = clock_.now(); !producer_->is_ready();) {
    if (clock_.now() - begin > broker_wait_max) throw std::runtime_error("no broker answers");
    timer.expires_after(broker_look);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  int at_work = publishers;
  for (int i = 0; i < publishers; ++i) {
    boost::asio::co_spawn(io_, publish_some(), [&](const std::exception_ptr& failure) {
      if (failure) failure_ = failure;
      if (--at_work == 0) timer.cancel();
    });
  }
  while (at_work > 0) {
    timer.expires_after(message_timeout);
    boost::system::error_code cancelled;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
  }
  if (failure_) std::rethrow_exception(failure_);
}

boost::asio::awaitable<void> TopicFill::publish_some() {
  for (auto body = events_.next(); !body.empty(); body = events_.next()) {
    co_await publish(body);
  }
}

boost::asio::awaitable<void> TopicFill::publish(std::string_view body) {
  const auto event = scanner_.scan(body);
  if (!event) throw std::runtime_error("no event: " + std::string{to_string(event.error())});
  const events::CloudEvent cloud_event = events::cloud_event_of(*event, clock_.now());
  const std::string key = event->routing_key();
  const kafka::OutgoingRecord record{
      .topic = topic_, .key = key, .value = body, .headers = headers_.write(cloud_event)};
  bytes_ += body.size();
  const auto published = co_await producer_->publish(record);
  if (!published) {
    throw std::runtime_error("not published: " + std::string{to_string(published.error())});
  }
  ++published_;
}

}  // namespace tollgate::bench
