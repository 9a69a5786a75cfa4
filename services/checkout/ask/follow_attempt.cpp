// SPDX-License-Identifier: Apache-2.0
#include "checkout/ask/follow_attempt.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/uuid.hpp"
#include "checkout/json/stripe_json.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;

constexpr int openings_max = 4;
constexpr int endings_max = 4;
constexpr int rest_after_endings_s = 2;
constexpr unsigned ok = 200;
constexpr unsigned internal_error = 500;

Failure fate_unknown() {
  return {Fault::fate_unknown, "stripe_unavailable",
          "The payment provider did not say what became of it; ask again."};
}

Failure still_under_way() {
  Failure failure{Fault::stripe_away, "stripe_busy",
                  "Another request of yours is still under way; ask again."};
  failure.retry_after_s = rest_after_endings_s;
  return failure;
}

Failure key_reused() {
  return {Fault::unprocessable, "idempotency_key_reused",
          "This Idempotency-Key came with another request before."};
}

/// Is the call over, so that nothing of it can reach Stripe any more?
bool is_decided(const stripe::ApiFailure& failure) {
  using stripe::ApiFault;
  return failure.status == internal_error || failure.fault == ApiFault::bad_request ||
         failure.fault == ApiFault::card_declined || failure.fault == ApiFault::not_found ||
         failure.fault == ApiFault::unauthorized || failure.fault == ApiFault::unreadable;
}

StepAnswer refusal(const stripe::ApiFailure& failure) {
  const bool for_people = failure.fault == stripe::ApiFault::card_declined;
  // An answer that cannot be read says as little of what was done as a 500.
  const bool says_nothing = failure.fault == stripe::ApiFault::unreadable;
  return {says_nothing ? internal_error : failure.status,
          {},
          failure.code,
          failure.decline_code,
          for_people ? failure.message : std::string{}};
}

stripe::ApiFailure failure_of(const StepAnswer& answer) {
  stripe::ApiFailure failure;
  failure.fault = stripe::ApiFault::bad_request;
  if (answer.status == 402) failure.fault = stripe::ApiFault::card_declined;
  if (answer.status == 404) failure.fault = stripe::ApiFault::not_found;
  failure.status = answer.status;
  failure.code = answer.code;
  failure.decline_code = answer.decline_code;
  failure.message = answer.message;
  return failure;
}

}  // namespace

std::optional<Failure> FollowAttempt::hindrance(const Attempt& attempt, Deadline until) const {
  if (!keys_hold(attempt, clock_.now())) return fate_unknown();
  if (until.has_passed()) return stripe_.out_of_time();
  return std::nullopt;
}

Failure FollowAttempt::superseded() {
  return {Fault::superseded, "superseded", "Another request of yours took this one's place."};
}

asio::awaitable<Outcome<Opened>> FollowAttempt::open(std::string user_id, std::string request,
                                                     std::string client_key, Deadline until) {
  for (int opening = 0; opening < openings_max; ++opening) {
    NewAttempt wanted{make_uuid_v7(clock_.now()), user_id, request, client_key};
    Opened opened = co_await store_.open_attempt(std::move(wanted));
    if (opened.how == Opening::reused) co_return key_reused();
    if (opened.how == Opening::opened || opened.how == Opening::finished) co_return opened;
    if (opened.how == Opening::joined && keys_hold(opened.attempt, clock_.now())) co_return opened;
    const auto failure = co_await bring_to_end(opened.attempt, until);
    if (failure) co_return *failure;
  }
  co_return superseded();
}

asio::awaitable<Outcome<StepResult>> FollowAttempt::post(const Attempt& attempt, std::string step,
                                                         std::string path, std::string body,
                                                         Deadline until) {
  if (auto failure = hindrance(attempt, until)) co_return *std::move(failure);
  Step wanted{std::move(step), std::move(path), std::move(body), {}};
  auto committed = co_await store_.begin_step(attempt.id, std::move(wanted));
  if (!committed) co_return superseded();
  co_return co_await settle(attempt, *std::move(committed), until);
}

asio::awaitable<Outcome<std::optional<StepResult>>> FollowAttempt::resume(const Attempt& attempt,
                                                                          std::string step,
                                                                          Deadline until) {
  if (auto failure = hindrance(attempt, until)) co_return *std::move(failure);
  auto committed = co_await store_.resume_step(attempt.id, std::move(step));
  if (!committed) co_return std::optional<StepResult>{};
  auto result = co_await settle(attempt, *std::move(committed), until);
  if (!result) co_return result.error();
  co_return *std::move(result);
}

asio::awaitable<Outcome<StepResult>> FollowAttempt::settle(const Attempt& attempt, Step step,
                                                           Deadline until) {
  if (!step.answer) co_return co_await send(attempt, std::move(step), until);
  const StepAnswer& answer = *step.answer;
  if (answer.status == ok) co_return StepResult{answer.object_id, {}};
  if (answer.status == internal_error) co_return fate_unknown();
  co_return stripe_.in_words(failure_of(answer));
}

asio::awaitable<Outcome<StepResult>> FollowAttempt::send(const Attempt& attempt, Step step,
                                                         Deadline until) {
  Sent sent = co_await stripe_.post(step.path, step.body, attempt.id + "-" + step.name, until);
  if (sent) {
    StepAnswer answer{ok, read_id(*sent), {}, {}, {}};
    std::string object_id = answer.object_id;
    co_await store_.answer_step(attempt.id, step.name, std::move(answer));
    co_return StepResult{std::move(object_id), *std::move(sent)};
  }
  const stripe::ApiFailure& failure = sent.error();
  if (!failure.may_have_begun) {
    co_await store_.withdraw_step(attempt.id, step.name);
  } else if (is_decided(failure)) {
    co_await store_.answer_step(attempt.id, step.name, refusal(failure));
  }
  if (failure.status == internal_error) co_return fate_unknown();
  co_return stripe_.in_words(failure);
}

/// A call that is under way may still reach Stripe after we have looked at what is there. Sent once
/// more it is decided, and shows. Its sender may begin the next one meanwhile: so again. What is
/// gone by then was turned away, and its user was told so: it is not for us to begin it anew.
asio::awaitable<std::optional<Failure>> FollowAttempt::bring_to_end(const Attempt& attempt,
                                                                    Deadline until) {
  for (int ending = 0; ending < endings_max; ++ending) {
    const auto pending = co_await store_.pending_steps(attempt.id, call_age_max);
    for (const Step& step : pending) {
      const auto result = co_await resume(attempt, step.name, until);
      if (result.has_error() && result.error().fault == Fault::stripe_away) {
        co_return result.error();
      }
    }
    if (co_await give_up(attempt, "abandoned")) {
      log::info("an attempt is given up for another one", {{"attempt_id", attempt.id}});
      co_return std::nullopt;
    }
  }
  co_return still_under_way();
}

asio::awaitable<bool> FollowAttempt::is_pending(const Attempt& attempt, std::string step) {
  const auto pending = co_await store_.pending_steps(attempt.id, key_age_max);
  co_return std::ranges::find(pending, step, &Step::name) != pending.end();
}

asio::awaitable<void> FollowAttempt::finish(Attempt attempt, std::string outcome,
                                            std::string object_id) {
  attempt.outcome = std::move(outcome);
  attempt.object_id = std::move(object_id);
  co_await store_.finish_attempt(std::move(attempt));
}

asio::awaitable<bool> FollowAttempt::give_up(Attempt attempt, std::string outcome) {
  attempt.outcome = std::move(outcome);
  co_return co_await store_.give_up_attempt(std::move(attempt));
}

/// One of which a call may be on its way, for whoever joined it, stays open: the next request goes
/// on with it or brings it to an end.
asio::awaitable<void> FollowAttempt::finish_failed(Attempt attempt, const Failure& failure) {
  switch (failure.fault) {
    case Fault::stripe_away:
    case Fault::superseded: co_return;
    case Fault::card_declined:
      attempt.code = failure.code;
      attempt.decline_code = failure.decline_code;
      co_await finish(std::move(attempt), "declined");
      co_return;
    case Fault::customer_gone:
    case Fault::fate_unknown: co_await give_up(std::move(attempt), "abandoned"); co_return;
    default: co_await give_up(std::move(attempt), "refused");
  }
}

}  // namespace tollgate::checkout
