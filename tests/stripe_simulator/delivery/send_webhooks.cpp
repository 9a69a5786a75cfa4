// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/delivery/send_webhooks.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

#include "base/end_process.hpp"
#include "base/log.hpp"
#include "stripe_simulator/delivery/events.hpp"
#include "stripe_simulator/delivery/signature.hpp"

namespace tollgate::simulator {
namespace {

namespace asio = boost::asio;

constexpr std::size_t at_once_max = 48;
constexpr std::chrono::milliseconds answer_max{20'000};

http::ClientRequest request_of(const Attempt& attempt, Time now) {
  http::ClientRequest request;
  request.method = "POST";
  request.url = attempt.url;
  request.headers = {
      {"Content-Type", "application/json; charset=utf-8"},
      {"User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"},
      {"Stripe-Signature", sign(attempt.body, attempt.secret, to_unix_seconds(now))}};
  request.body = attempt.body;
  // Receivers must bear an event that comes twice.
  request.repeat = http::Repeat::allowed;
  request.time_max = answer_max;
  return request;
}

}  // namespace

http::ClientOptions webhook_connections() {
  http::ClientOptions options;
  options.idle_per_host_max = at_once_max;
  return options;
}

SendWebhooks::SendWebhooks(asio::io_context& io, World& world, Deliveries& deliveries,
                           http::Client& client, const Clock& clock, Faults& faults)
    : io_(io),
      world_(world),
      deliveries_(deliveries),
      client_(client),
      clock_(clock),
      faults_(faults),
      alarm_(io),
      settled_(io, asio::steady_timer::time_point::max()) {}

void SendWebhooks::wake() {
  const Time now = clock_.now();
  for (const std::string& event : world_.take_new_events()) {
    deliveries_.add(event, now);
    if (faults_.happens(faults_.rates().twin_percent)) world_.repeat_event(event);
  }
  for (const std::string& twin : world_.take_new_events()) deliveries_.add(twin, now);
  world_.forget_events(world_.now() - events_kept_s);
  start_due();
}

std::size_t SendWebhooks::resend(const std::string& event_id) {
  const std::size_t copies = deliveries_.resend(event_id, clock_.now());
  start_due();
  return copies;
}

void SendWebhooks::start_due() {
  while (deliveries_.under_way() < at_once_max) {
    auto attempt = deliveries_.take_due(clock_.now());
    if (!attempt) break;
    asio::co_spawn(io_, send(std::move(*attempt)), end_process_on_failure);
  }
  if (deliveries_.is_empty()) settled_.cancel();  // Those of an endpoint that is gone were dropped.
  set_alarm();
}

void SendWebhooks::set_alarm() {
  const auto due = deliveries_.next_due();
  if (!due || deliveries_.under_way() >= at_once_max) return;
  alarm_.expires_after(std::max(*due - clock_.now(), Time::duration::zero()));
  alarm_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) start_due();
  });
}

asio::awaitable<void> SendWebhooks::send(Attempt attempt) {
  const Time begun = clock_.now();
  http::ClientRequest request = request_of(attempt, begun);
  const auto answer = co_await client_.send(std::move(request));
  DeliveryAttempt attempted;
  attempted.event_id = attempt.event_id;
  attempted.url = attempt.url;
  attempted.at = begun;
  attempted.took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begun);
  attempted.status = answer ? answer->status : 0;
  if (!answer) attempted.reason = http::to_string(answer.error());
  log_.add(std::move(attempted));
  const bool accepted = answer && answer->status >= 200 && answer->status < 300;
  if (!accepted) {
    const std::string reason =
        answer ? std::to_string(answer->status) : std::string{http::to_string(answer.error())};
    log::write_bounded(log::Level::warning, "webhook_refused", "webhook not accepted",
                       {{"url", attempt.url}, {"reason", reason}});
  }
  deliveries_.settle(attempt.delivery, accepted ? Verdict::accepted : Verdict::refused,
                     clock_.now());
  settled_.cancel();
  start_due();
}

asio::awaitable<bool> SendWebhooks::drain(Waiting waiting, std::chrono::milliseconds wait_max) {
  const auto deadline = std::chrono::steady_clock::now() + wait_max;
  while (waiting == Waiting::all ? !deliveries_.is_empty() : !deliveries_.is_quiet(clock_.now())) {
    if (std::chrono::steady_clock::now() >= deadline) co_return false;
    settled_.expires_at(deadline);
    co_await settled_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_return true;
}

}  // namespace tollgate::simulator
