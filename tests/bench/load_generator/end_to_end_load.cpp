// SPDX-License-Identifier: Apache-2.0
#include "end_to_end_load.hpp"

#include <algorithm>

namespace tollgate::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t posting_connections = 64;
constexpr std::size_t reading_connections = 64;
constexpr unsigned events_per_user = 2;

Clock::duration ticks(std::chrono::duration<double> time) {
  return std::chrono::duration_cast<Clock::duration>(time);
}

bool names_the_plan(std::string_view body) {
  const auto key = body.find("\"plan\"");
  if (key == body.npos) return false;
  const auto value = body.find_first_not_of(": ", key + sizeof "\"plan\"" - 1);
  return value != body.npos && body.substr(value).starts_with("\"professional\"");
}

}  // namespace

EndToEndLoad::EndToEndLoad(const EndToEndLoadOptions& options)
    : options_(options),
      ingress_(parse_url(options.ingress_url)),
      entitlements_(parse_url(options.entitlements_url)),
      posts_(poller_, ingress_.address, posting_connections,
             [this](const Answer& answer) { on_posted(answer); }),
      reads_(poller_, entitlements_.address, reading_connections,
             [this](const Answer& answer) { on_read(answer); }),
      signer_(options.secret),
      first_(options.first_template, ingress_.host, ingress_.path),
      second_(options.second_template, ingress_.host, ingress_.path) {}

boost::json::object EndToEndLoad::run() {
  start_ = Clock::now();
  measured_begin_ = start_ + ticks(options_.warm_up);
  end_ = measured_begin_ + ticks(options_.measured);
  const Instant give_up = end_ + readable_within_max + std::chrono::seconds{1};
  for (Instant now = start_; now < give_up; now = Clock::now()) {
    post_what_is_due(now);
    poll_what_is_due(now);
    if (now >= end_ && settled_ == users_.size()) break;
    poller_.serve_until(std::min(next_moment(now), give_up));
  }
  return report();
}

Instant EndToEndLoad::due_at(std::size_t user) const {
  const double seconds = static_cast<double>(user) * events_per_user / options_.events_per_s;
  return start_ + ticks(std::chrono::duration<double>(seconds));
}

Instant EndToEndLoad::next_moment(Instant now) const {
  const Instant post = due_at(users_.size());
  Instant next = post < end_ ? post : end_;
  if (!polls_.empty()) next = std::min(next, polls_.front().at);
  // With every connection busy, an answer is what we wait for; look again soon anyway.
  return std::max(next, now + std::chrono::microseconds{50});
}

void EndToEndLoad::post_what_is_due(Instant now) {
  while (due_at(users_.size()) <= std::min(now, end_) &&
         posting_connections - posts_.busy() >= events_per_user) {
    const std::size_t user = users_.size();
    const std::string object = identifiers_.of(user);
    users_.push_back({due_at(user), object});
    posts_.send(first_.render(identifiers_.of(user * events_per_user), object, signer_), user);
    posts_.send(second_.render(identifiers_.of(user * events_per_user + 1), object, signer_), user);
  }
}

void EndToEndLoad::on_posted(const Answer& answer) {
  User& user = users_[answer.ticket];
  if (answer.status != 200) return settle(user, Outcome::refused);
  if (++user.accepted == events_per_user) polls_.push_front({answer.at, answer.ticket});
}

void EndToEndLoad::poll_what_is_due(Instant now) {
  while (!polls_.empty() && polls_.front().at <= now && reads_.has_idle()) {
    const std::size_t user = polls_.front().user;
    polls_.pop_front();
    ++reads_made_;
    reads_.send("GET /v1/users/bench_" + users_[user].id +
                    "/entitlements HTTP/1.1\r\nHost: " + entitlements_.host +
                    "\r\nAuthorization: Bearer " + options_.service_token + "\r\n\r\n",
                user);
  }
}

void EndToEndLoad::on_read(const Answer& answer) {
  User& user = users_[answer.ticket];
  if (answer.status != 200) ++read_faults_;
  if (answer.status == 200 && names_the_plan(answer.body)) {
    settle(user, Outcome::readable);
    if (user.due >= measured_begin_) latencies_.add(answer.at - user.due);
  } else if (answer.at - user.due > readable_within_max) {
    settle(user, Outcome::given_up);
  } else {
    polls_.push_back({answer.at + poll_pace, answer.ticket});
  }
}

void EndToEndLoad::settle(User& user, Outcome outcome) {
  if (user.outcome != Outcome::pending) return;
  user.outcome = outcome;
  ++settled_;
}

std::uint64_t EndToEndLoad::count(Outcome outcome) const {
  return static_cast<std::uint64_t>(std::count_if(
      users_.begin(), users_.end(), [=](const User& user) { return user.outcome == outcome; }));
}

boost::json::object EndToEndLoad::report() {
  return {
      {"users", users_.size()},
      {"events", users_.size() * events_per_user},
      {"events_per_s", options_.events_per_s},
      {"readable", count(Outcome::readable)},
      {"given_up", count(Outcome::given_up)},
      {"refused", count(Outcome::refused)},
      {"pending", count(Outcome::pending)},
      {"reads", reads_made_},
      {"read_faults", read_faults_},
      {"poll_pace_ms", poll_pace.count()},
      {"latencies_counted", latencies_.count()},
      {"p50_ms", latencies_.quantile_ms(0.50)},
      {"p95_ms", latencies_.quantile_ms(0.95)},
      {"p99_ms", latencies_.quantile_ms(0.99)},
      {"max_ms", latencies_.quantile_ms(1)},
  };
}

}  // namespace tollgate::bench
