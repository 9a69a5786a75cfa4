// SPDX-License-Identifier: Apache-2.0
#include "checkout/sell/follow_session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/end_process.hpp"
#include "base/log.hpp"
#include "checkout/json/stripe_json.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

Failure no_such_session() { return {Fault::not_found, "not_found", "You have no such session."}; }

bool is_final(const std::string& status) { return status != "open" && status != "processing"; }

}  // namespace

std::string status_of(const Session& session) {
  if (session.status != "complete") return session.status;
  if (session.payment_status != "unpaid") return "paid";
  const std::string& payment = session.payment_status_of_intent;
  return payment == "requires_payment_method" || payment == "canceled" ? "failed" : "processing";
}

FollowSession::FollowSession(asio::io_context& io, CheckoutStore& store, SendRequest& stripe,
                             Metrics& metrics)
    : io_(io),
      store_(store),
      stripe_(stripe),
      waiting_(metrics.gauge("tollgate_session_waiting_requests",
                             "Requests that wait for news of a Checkout Session")) {}

asio::awaitable<Outcome<SessionStatus>> FollowSession::read(std::string user_id,
                                                            std::string session_id,
                                                            std::chrono::seconds wait_max,
                                                            Deadline until) {
  const auto first = co_await ask(user_id, session_id, until);
  if (!first) co_return first.error();
  SessionStatus known{first->id, status_of(*first), first->subscription};
  // A delayed payment that failed shows in an event; at Stripe such a session stays unpaid.
  if (known.status == "processing") known.status = co_await told(session_id);
  const auto wait = std::min<std::chrono::milliseconds>(wait_max, until.left() - last_ask_max);
  if (is_final(known.status) || wait <= std::chrono::milliseconds{0}) co_return known;
  co_await wait_for_news(known, wait);
  const auto last = co_await ask(std::move(user_id), session_id, until);
  if (!last) co_return last.error();
  known = {last->id, status_of(*last), last->subscription};
  if (known.status == "processing") known.status = co_await told(session_id);
  co_return known;
}

asio::awaitable<Outcome<Session>> FollowSession::ask(std::string user_id, std::string session_id,
                                                     Deadline until) {
  stripe::Form query;
  query.add("expand[0]", "payment_intent");
  const std::string path = "/v1/checkout/sessions/" + stripe::percent_encoded(session_id);
  const Sent sent = co_await stripe_.get(path, until, std::move(query));
  if (!sent && sent.error().fault == stripe::ApiFault::not_found) co_return no_such_session();
  if (!sent) co_return stripe_.in_words(sent.error());
  Session session = read_session(*sent);
  if (session.planted.user_id != user_id) co_return no_such_session();
  co_return session;
}

/// What the events say of one that Stripe calls complete and unpaid.
asio::awaitable<std::string> FollowSession::told(std::string session_id) {
  std::vector<std::string> ids{std::move(session_id)};
  const auto rows = co_await store_.find_sessions(std::move(ids));
  if (rows.front() && is_final(rows.front()->status)) co_return rows.front()->status;
  co_return "processing";
}

asio::awaitable<void> FollowSession::wait_for_news(SessionStatus known,
                                                   std::chrono::milliseconds wait_max) {
  if (draining_ || waiters_.size() >= waiting_max) co_return;
  asio::steady_timer timer{io_, wait_max};
  const auto self = waiters_.insert(waiters_.end(), Waiter{known.id, known.status, &timer});
  waiting_.Set(static_cast<double>(waiters_.size()));
  if (!looking_) {
    looking_ = true;
    asio::co_spawn(io_, look_while_waited_for(), end_process_on_failure);
  }
  co_await timer.async_wait(use_tuple);
  waiters_.erase(self);
  waiting_.Set(static_cast<double>(waiters_.size()));
}

asio::awaitable<void> FollowSession::look_while_waited_for() {
  asio::steady_timer pause{io_};
  while (!waiters_.empty()) {
    co_await look();
    pause.expires_after(look_interval);
    co_await pause.async_wait(use_tuple);
  }
  looking_ = false;
}

asio::awaitable<void> FollowSession::look() {
  std::vector<std::string> ids;
  for (const Waiter& waiter : waiters_) ids.push_back(waiter.session_id);
  std::vector<std::optional<SessionRow>> rows;
  try {
    const std::vector<std::string> wanted = ids;
    rows = co_await store_.find_sessions(wanted);
  } catch (const std::exception& away) {
    log::write_bounded(log::Level::error, {}, "sessions cannot be looked at",
                       {{"reason", away.what()}});
    co_return;
  }
  // Others may have come and gone meanwhile: ids decide, not positions.
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!rows[i]) continue;
    for (const Waiter& waiter : waiters_) {
      const bool is_news = waiter.session_id == ids[i] && rows[i]->status != waiter.known_status &&
                           rows[i]->status != "open";
      if (is_news) waiter.timer->cancel();
    }
  }
}

void FollowSession::begin_drain() {
  draining_ = true;
  for (const Waiter& waiter : waiters_) waiter.timer->cancel();
}

}  // namespace tollgate::checkout
