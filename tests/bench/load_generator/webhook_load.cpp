// SPDX-License-Identifier: Apache-2.0
#include "webhook_load.hpp"

#include <unistd.h>

#include <algorithm>

namespace tollgate::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds answers_awaited_max{15};
// A server that refuses connections is asked again at this pace, not in a busy loop.
constexpr std::chrono::milliseconds look_again{5};

Clock::duration ticks(std::chrono::duration<double> time) {
  return std::chrono::duration_cast<Clock::duration>(time);
}

}  // namespace

WebhookLoad::WebhookLoad(const WebhookLoadOptions& options)
    : options_(options),
      url_(parse_url(options.url)),
      pool_(poller_, url_.address, options.connections,
            [this](const Answer& answer) { on_answer(answer); }),
      signer_(options.secret) {
  for (const std::string& file : options.templates) {
    templates_.emplace_back(file, url_.host, url_.path);
  }
  counted_from_.reserve(1 << 20);
}

boost::json::object WebhookLoad::run() {
  sending_ = true;
  prepare();
  start_ = Clock::now();
  measured_begin_ = start_ + ticks(options_.warm_up);
  measured_end_ = Instant::max();
  run_until(measured_begin_);

  const Usage before = read_usage();
  measured_begin_ = before.at;
  run_until(measured_begin_ + ticks(options_.measured));
  const Usage after = read_usage();
  measured_end_ = after.at;
  sending_ = false;

  await_answers();
  return report(before, after);
}

void WebhookLoad::prepare() {
  const std::uint64_t number = prepared_count_++;
  const std::string id = identifiers_.of(number);
  prepared_ = templates_[number % templates_.size()].render(id, id, signer_);
}

void WebhookLoad::send(Instant counted_from) {
  counted_from_.push_back(counted_from);
  pool_.send(prepared_, counted_from_.size() - 1);
  prepare();
}

Instant WebhookLoad::due_at(std::uint64_t number) const {
  return start_ +
         ticks(std::chrono::duration<double>(static_cast<double>(number) / options_.rate_per_s));
}

void WebhookLoad::send_what_is_due(Instant now) {
  for (; due_at(due_count_) <= now; ++due_count_) overdue_.push_back(due_at(due_count_));
  while (!overdue_.empty() && pool_.has_idle()) {
    const Instant due = overdue_.front();
    overdue_.pop_front();
    if (is_measured(due)) send_lags_.add(now - due);
    send(due);
  }
}

void WebhookLoad::run_until(Instant end) {
  for (Instant now = Clock::now(); now < end; now = Clock::now()) {
    if (options_.rate_per_s > 0) {
      send_what_is_due(now);
      poller_.serve_until(std::min(due_at(due_count_), end));
      continue;
    }
    for (std::size_t idle = options_.connections - pool_.busy(); idle > 0; --idle) {
      send(Clock::now());
    }
    poller_.serve_until(std::min(now + look_again, end));
  }
}

void WebhookLoad::on_answer(const Answer& answer) {
  const Instant from = counted_from_[answer.ticket];
  if (answer.status == 0) {
    ++errors_;
    return;  // not sent again here: the loop does so when it comes round
  }
  ++statuses_[answer.status];
  if (is_measured(answer.at)) ++answered_in_window_;
  // Closed loop: answers inside the window. Open loop: requests due in it, whenever answered.
  if (is_measured(options_.rate_per_s > 0 ? from : answer.at)) latencies_.add(answer.at - from);
  if (sending_ && options_.rate_per_s <= 0) send(answer.at);
}

void WebhookLoad::await_answers() {
  const Instant end = Clock::now() + answers_awaited_max;
  while (Clock::now() < end && (pool_.busy() > 0 || !overdue_.empty())) {
    while (!overdue_.empty() && pool_.has_idle()) {
      const Instant due = overdue_.front();
      overdue_.pop_front();
      send(due);
    }
    poller_.serve_until(std::min(Clock::now() + look_again, end));
  }
}

bool WebhookLoad::is_measured(Instant moment) const {
  return moment >= measured_begin_ && moment < measured_end_;
}

WebhookLoad::Usage WebhookLoad::read_usage() const {
  return {Clock::now(), usage_of(options_.server_pid), usage_of(options_.broker_pid),
          usage_of(getpid()), busy_seconds_of_cores()};
}

boost::json::object WebhookLoad::report(const Usage& before, const Usage& after) {
  const double seconds = std::chrono::duration<double>(after.at - before.at).count();
  const double answered = std::max(static_cast<double>(answered_in_window_), 1.0);
  const auto cpu_us = [&](const ProcessUsage& first, const ProcessUsage& last) {
    return (last.cpu_s - first.cpu_s) * 1e6 / answered;
  };
  boost::json::object statuses;
  for (const auto& [status, count] : statuses_) statuses[std::to_string(status)] = count;
  boost::json::array cores_busy;
  for (std::size_t i = 0; i < after.cores.size(); ++i) {
    cores_busy.push_back((after.cores[i] - before.cores[i]) / seconds);
  }
  return {
      {"seconds", seconds},
      {"answered", answered_in_window_},
      {"answered_per_s", static_cast<double>(answered_in_window_) / seconds},
      {"latencies_counted", latencies_.count()},
      {"p50_ms", latencies_.quantile_ms(0.50)},
      {"p95_ms", latencies_.quantile_ms(0.95)},
      {"p99_ms", latencies_.quantile_ms(0.99)},
      {"max_ms", latencies_.quantile_ms(1)},
      {"send_lag_p99_ms", send_lags_.quantile_ms(0.99)},
      {"accepted", statuses_[200]},
      {"statuses", statuses},
      {"errors", errors_},
      {"unanswered", pool_.busy() + overdue_.size()},
      {"body_bytes", templates_.front().body_bytes()},
      {"server_cpu_s", after.server.cpu_s - before.server.cpu_s},
      {"server_cpu_us", cpu_us(before.server, after.server)},
      {"server_resident_mb", after.server.resident_mb},
      {"server_resident_peak_mb", after.server.resident_peak_mb},
      {"broker_cpu_us", cpu_us(before.broker, after.broker)},
      {"generator_cpu_us", cpu_us(before.generator, after.generator)},
      {"cores_busy", cores_busy},
  };
}

}  // namespace tollgate::bench
