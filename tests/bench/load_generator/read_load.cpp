// SPDX-License-Identifier: Apache-2.0
#include "read_load.hpp"

#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace tollgate::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t id_digits = 9;
constexpr std::chrono::seconds answers_awaited_max{15};
// A server that refuses connections is asked again at this pace, not in a busy loop.
constexpr std::chrono::milliseconds look_again{5};

Clock::duration ticks(std::chrono::duration<double> time) {
  return std::chrono::duration_cast<Clock::duration>(time);
}

}  // namespace

ReadLoad::ReadLoad(const ReadLoadOptions& options)
    : options_(options),
      url_(parse_url(options.url)),
      pool_(poller_, url_.address, options.connections,
            [this](const Answer& answer) { on_answer(answer); }),
      asked_(options.connections),
      idle_(options.connections) {
  const auto id_at = options.path.find("{}");
  if (id_at == options.path.npos) throw std::runtime_error("the path names no user: {}");
  before_id_ = "GET " + options.path.substr(0, id_at);
  after_id_ = options.path.substr(id_at + 2) + " HTTP/1.1\r\nHost: " + url_.host +
              "\r\nAccept: application/json\r\nAuthorization: Bearer " + options.service_token +
              "\r\n\r\n";
  std::iota(idle_.begin(), idle_.end(), std::size_t{0});
}

boost::json::object ReadLoad::run() {
  measured_begin_ = measured_end_ = Instant::max();
  run_until(Clock::now() + ticks(options_.warm_up));
  const Usage before = read_usage();
  measured_begin_ = before.at;
  run_until(measured_begin_ + ticks(options_.measured));
  const Usage after = read_usage();
  measured_end_ = after.at;

  sending_ = false;
  for (const Instant end = Clock::now() + answers_awaited_max;
       pool_.busy() > 0 && Clock::now() < end;) {
    poller_.serve_until(std::min(Clock::now() + look_again, end));
  }
  return report(before, after);
}

void ReadLoad::run_until(Instant end) {
  for (Instant now = Clock::now(); now < end; now = Clock::now()) {
    // An answer is followed by the next request at once; only failures leave somebody idle.
    const std::vector<std::size_t> idle = std::exchange(idle_, {});
    for (const std::size_t ticket : idle) send(ticket);
    poller_.serve_until(std::min(now + look_again, end));
  }
}

void ReadLoad::send(std::size_t ticket) {
  Asked& asked = asked_[ticket];
  const std::string digits = std::to_string(random_() % options_.users);
  asked.user_id = options_.user_prefix;
  asked.user_id.append(id_digits - digits.size(), '0').append(digits);
  asked.request.assign(before_id_).append(asked.user_id).append(after_id_);
  asked.at = Clock::now();
  pool_.send(asked.request, ticket);
}

void ReadLoad::on_answer(const Answer& answer) {
  ++statuses_[answer.status];
  if (answer.status == 0) {
    idle_.push_back(answer.ticket);
    return;
  }
  if (!is_right(answer)) ++wrong_;
  body_bytes_ = answer.body.size();
  if (answer.at >= measured_begin_ && answer.at < measured_end_) {
    latencies_.add(answer.at - asked_[answer.ticket].at);
  }
  if (sending_) send(answer.ticket);
}

bool ReadLoad::is_right(const Answer& answer) const {
  if (answer.status != 200) return false;
  if (options_.expected.empty()) return true;
  return answer.body.find(options_.expected) != answer.body.npos &&
         answer.body.find('"' + asked_[answer.ticket].user_id + '"') != answer.body.npos;
}

ReadLoad::Usage ReadLoad::read_usage() const {
  return {Clock::now(), usage_of(options_.server_pid), family_usage_of(options_.database_pid),
          usage_of(getpid()), busy_seconds_of_cores()};
}

boost::json::object ReadLoad::report(const Usage& before, const Usage& after) {
  const double seconds = std::chrono::duration<double>(after.at - before.at).count();
  const auto answered = static_cast<double>(latencies_.count());
  const auto cpu_us = [&](const ProcessUsage& first, const ProcessUsage& last) {
    return (last.cpu_s - first.cpu_s) * 1e6 / std::max(answered, 1.0);
  };
  boost::json::object statuses;
  for (const auto& [status, count] : statuses_) statuses[std::to_string(status)] = count;
  boost::json::array cores_busy;
  for (std::size_t i = 0; i < after.cores.size(); ++i) {
    cores_busy.push_back((after.cores[i] - before.cores[i]) / seconds);
  }
  return {
      {"seconds", seconds},
      {"answered", latencies_.count()},
      {"answered_per_s", answered / seconds},
      {"p50_ms", latencies_.quantile_ms(0.50)},
      {"p99_ms", latencies_.quantile_ms(0.99)},
      {"max_ms", latencies_.quantile_ms(1)},
      {"statuses", statuses},
      {"wrong", wrong_},
      {"unanswered", pool_.busy()},
      {"body_bytes", body_bytes_},
      {"server_cpu_s", after.server.cpu_s - before.server.cpu_s},
      {"server_cpu_us", cpu_us(before.server, after.server)},
      {"server_resident_peak_mb", after.server.resident_peak_mb},
      {"database_cpu_us", cpu_us(before.database, after.database)},
      {"generator_cpu_us", cpu_us(before.generator, after.generator)},
      {"cores_busy", cores_busy},
  };
}

}  // namespace tollgate::bench
