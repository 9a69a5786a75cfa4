// SPDX-License-Identifier: Apache-2.0
// Makes calls to Stripe so that a crash anywhere, or a second process at the same, changes nothing:
// each is committed with its bytes before it is sent, and sent again under the same key. Calls that
// change nothing go through send_request.hpp.
//
// A user has one attempt at a time. Whoever finds it open takes it up: the same request goes on
// with it and gets the same objects, another one first brings to an end what was begun. So a retry
// after kill -9, a second tab and a second process are one case.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "checkout/ask/send_request.hpp"
#include "checkout/checkout_store.hpp"
#include "checkout/domain/failure.hpp"

namespace tollgate::checkout {

struct StepResult {
  std::string object_id;
  std::string body;  ///< empty: it was answered before, read the object by its id
};

/// The io thread. What it refers to outlives it.
class FollowAttempt {
 public:
  FollowAttempt(CheckoutStore& store, SendRequest& stripe, const Clock& clock)
      : store_(store), stripe_(stripe), clock_(clock) {}

  /// A new attempt, the one under way for the same request, or the finished one that the client's
  /// key names.
  boost::asio::awaitable<Outcome<Opened>> open(std::string user_id, std::string request,
                                               std::string client_key, Deadline until);

  /// `Fault::superseded`: the attempt was finished meanwhile. `Fault::fate_unknown`: its answer is
  /// lost at Stripe (a stored 500); look there before anything new is made.
  boost::asio::awaitable<Outcome<StepResult>> post(const Attempt& attempt, std::string step,
                                                   std::string path, std::string body,
                                                   Deadline until);

  /// post() of a call that was seen pending, without its bytes. Nothing, and nothing is sent: it
  /// was withdrawn since then, so it was not done, or the attempt was finished.
  boost::asio::awaitable<Outcome<std::optional<StepResult>>> resume(const Attempt& attempt,
                                                                    std::string step,
                                                                    Deadline until);

  /// Whether that call was committed and has no answer. It may be withdrawn the moment after:
  /// whoever goes on because of it does so with resume().
  boost::asio::awaitable<bool> is_pending(const Attempt& attempt, std::string step);

  boost::asio::awaitable<void> finish(Attempt attempt, std::string outcome,
                                      std::string object_id = {});

  /// Opens an attempt and has `take_up(Opened)` do what was asked for and finish it; `take_up`
  /// lives in the caller's frame. A failure ends the attempt; one that is undecided leaves it open,
  /// and the next request goes on with it. Where its fate is unknown, or another request came in
  /// between, `take_up` runs once more and sees at Stripe whatever became of the one before; after
  /// the last round the failure is that round's.
  template <class T, class TakeUp>
  boost::asio::awaitable<Outcome<T>> follow(NewAttempt wanted, TakeUp& take_up, Deadline until) {
    for (int round = 1;; ++round) {
      auto opened = co_await open(wanted.user_id, wanted.request, wanted.client_key, until);
      if (!opened) co_return opened.error();
      const Attempt attempt = opened->attempt;
      Outcome<T> outcome = co_await take_up(*std::move(opened));
      if (outcome) co_return outcome;
      if (!attempt.finished) co_await finish_failed(attempt, outcome.error());
      const Fault fault = outcome.error().fault;
      const bool may_go_on = fault == Fault::superseded || fault == Fault::fate_unknown ||
                             fault == Fault::customer_gone;
      if (!may_go_on || round == rounds_max) co_return outcome;
    }
  }

 private:
  static constexpr int rounds_max = 3;
  static Failure superseded();

  boost::asio::awaitable<void> finish_failed(Attempt attempt, const Failure& failure);
  boost::asio::awaitable<bool> give_up(Attempt attempt, std::string outcome);
  /// Why no call of it may be sent now.
  [[nodiscard]] std::optional<Failure> hindrance(const Attempt& attempt, Deadline until) const;
  /// The answer that is kept; else what Stripe says to it now.
  boost::asio::awaitable<Outcome<StepResult>> settle(const Attempt& attempt, Step step,
                                                     Deadline until);
  boost::asio::awaitable<Outcome<StepResult>> send(const Attempt& attempt, Step step,
                                                   Deadline until);
  boost::asio::awaitable<std::optional<Failure>> bring_to_end(const Attempt& attempt,
                                                              Deadline until);

  CheckoutStore& store_;
  SendRequest& stripe_;
  const Clock& clock_;
};

}  // namespace tollgate::checkout
