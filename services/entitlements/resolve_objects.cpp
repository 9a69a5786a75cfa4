// SPDX-License-Identifier: Apache-2.0
#include "entitlements/resolve_objects.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/log.hpp"
#include "stripe/normalise/normalise.hpp"

namespace tollgate::entitlements {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;
using stripe::ApiFault;

constexpr std::size_t fetches_of_round_max = 40;
constexpr std::size_t fetches_at_once_max = 8;
constexpr std::size_t outcomes_max = 24;

// Many times what a round takes while Stripe answers; one that meets silence is halted at the first
// time-out. What outlasts it all the same, a list of many pages, is asked for twice.
constexpr seconds lease{60};

constexpr milliseconds look_interval{1'000};
constexpr seconds tidy_interval{10};
constexpr seconds again_wait{2};  ///< Stripe's clock has moved on by then
constexpr seconds postpone_max{600};
constexpr seconds trouble_wait_max{30};
constexpr int doublings_max = 10;

constexpr std::chrono::hours answered_kept{2};  ///< longer than the wait between two rounds
constexpr std::chrono::days given_up_kept{30};

seconds doubled(seconds first, std::int64_t times, seconds max) {
  const auto shift = std::clamp<std::int64_t>(times, 0, doublings_max);
  return std::min(first * (std::int64_t{1} << shift), max);
}

constexpr unsigned forbidden = 403;

/// Nothing about the object: nobody can be asked at present. A 403 is of one account, which took
/// the platform's access away, or of one kind of object, which a restricted key may not read.
bool concerns_all(const stripe::ApiFailure& failure) {
  const ApiFault fault = failure.fault;
  return fault == ApiFault::unreachable || fault == ApiFault::untrusted ||
         (fault == ApiFault::unauthorized && failure.status != forbidden) ||
         fault == ApiFault::rate_limited || fault == ApiFault::unavailable;
}

}  // namespace

/// Several coroutines share what was claimed; the last one to end wakes the round.
struct ResolveObjects::Round {
  Round(std::vector<Fetch> claimed, const asio::any_io_executor& executor)
      : fetches(std::move(claimed)), ended(executor, asio::steady_timer::time_point::max()) {}

  const std::vector<Fetch> fetches;
  asio::steady_timer ended;
  std::size_t next = 0;
  std::size_t lanes = 0;
  bool halted = false;  ///< nobody can be asked at present: the rest waits
  std::exception_ptr failure;
};

ResolveObjects::ResolveObjects(stripe::StripeApi& api, FetchStore& store, EventsLog& log,
                               const Clock& clock, Metrics& metrics)
    : api_(api),
      store_(store),
      log_(log),
      clock_(clock),
      livemode_(api.mode() == stripe::Mode::live),
      outcomes_(metrics, "tollgate_fetches_total",
                "Questions put to Stripe, by what became of them", "outcome", outcomes_max),
      waiting_(metrics.gauge("tollgate_fetches_waiting",
                             "Questions that only Stripe can answer and that are not answered")),
      unanswerable_(metrics.gauge("tollgate_fetches_unanswerable",
                                  "Questions about objects that Stripe does not know, or that it "
                                  "refuses")),
      oldest_(metrics.gauge("tollgate_fetch_oldest_seconds",
                            "Since the longest waiting question was due")) {}

asio::awaitable<milliseconds> ResolveObjects::run_once() {
  tidy_up();
  if (!api_.may_ask() || stopping_) co_return look_interval;
  const Time now = clock_.now();
  // In trouble one question finds out whether it is over.
  const std::size_t fetches_max = trouble_.empty() ? fetches_of_round_max : 1;
  const auto executor = co_await asio::this_coro::executor;
  Round round{store_.claim(livemode_, now, now + lease, fetches_max), executor};
  if (round.fetches.empty()) co_return look_interval;
  round.lanes = std::min(fetches_at_once_max, round.fetches.size());
  for (std::size_t lane = round.lanes; lane > 0; --lane) {
    asio::co_spawn(executor, ask_in_turn(round), [&round](const std::exception_ptr& failure) {
      if (failure) round.failure = failure;
      if (--round.lanes == 0) round.ended.cancel();
    });
  }
  while (round.lanes > 0) co_await round.ended.async_wait(asio::as_tuple(asio::use_awaitable));
  if (round.failure) std::rethrow_exception(round.failure);
  co_return pause_after(round);
}

milliseconds ResolveObjects::pause_after(const Round& round) {
  if (round.halted) return doubled(seconds{1}, troubled_rounds_++, trouble_wait_max);
  note_trouble({});
  troubled_rounds_ = 0;
  return round.fetches.size() < fetches_of_round_max ? look_interval : milliseconds{0};
}

asio::awaitable<void> ResolveObjects::ask_in_turn(Round& round) {
  while (round.next < round.fetches.size()) {
    const Fetch& fetch = round.fetches[round.next++];
    if (round.halted || stopping_) {
      store_.give_back(fetch);
      continue;
    }
    const bool settled = co_await ask(fetch);
    round.halted = round.halted || !settled;
  }
}

/// False when nobody can be asked, or told, at present.
asio::awaitable<bool> ResolveObjects::ask(const Fetch& fetch) {
  auto answers = co_await find_answers(api_, fetch);
  if (!answers) co_return note_failure(fetch, answers.error());
  const Time as_of = answers->empty() ? clock_.now() : answers->front().as_of;
  const auto unpublished = co_await publish(fetch, *std::move(answers));
  if (unpublished) co_return note_unpublished(fetch, *unpublished);
  const Time now = clock_.now();
  store_.note_answered(fetch, as_of, now, now + again_wait);
  outcomes_.of("answered").Increment();
  co_return true;
}

asio::awaitable<std::optional<AppendFault>> ResolveObjects::publish(
    const Fetch& fetch, std::vector<StripeAnswer> answers) {
  for (StripeAnswer& answer : answers) {
    FetchedObject fetched{.account = fetch.object.account,
                          .livemode = fetch.object.livemode,
                          .object_id = fetch.object.id,
                          .customer_id = {},
                          .body = std::move(answer.body),
                          .as_of = answer.as_of};
    // What cannot be read is published all the same: the consumer keeps it as a dead letter.
    if (auto said = stripe::normalise_answer(fetched.body)) {
      if (!said->object_id.empty()) fetched.object_id = std::move(said->object_id);
      fetched.customer_id = std::move(said->customer_id);
    }
    const auto appended = co_await log_.append_answer(fetched);
    if (!appended) co_return appended.error();
  }
  co_return std::nullopt;
}

/// False when it is no fault of the question's.
bool ResolveObjects::note_unpublished(const Fetch& fetch, const AppendFault& fault) {
  outcomes_.of("not_published").Increment();
  const std::string words = "not published: " + std::string{fault.reason};
  if (fault.again == AppendAgain::never) {
    log::error("an answer of Stripe's cannot be published",
               {{"object_id", fetch.object.id}, {"reason", fault.reason}});
    store_.give_up(fetch, "refused", words, clock_.now());
    return true;
  }
  postpone(fetch, words);
  note_trouble("Kafka does not take events: " + std::string{fault.reason});
  return false;
}

/// False when it is no fault of the question's.
bool ResolveObjects::note_failure(const Fetch& fetch, const stripe::ApiFailure& failure) {
  outcomes_.of(to_string(failure.fault)).Increment();
  const std::string words = to_string(failure);
  if (failure.fault == ApiFault::not_found || failure.fault == ApiFault::bad_request) {
    const bool unknown = failure.fault == ApiFault::not_found;
    log::warning("Stripe does not answer a question", {{"object_id", fetch.object.id},
                                                       {"part", to_string(fetch.part)},
                                                       {"reason", words},
                                                       {"stripe_request_id", failure.request_id}});
    store_.give_up(fetch, unknown ? "not_found" : "refused", words, clock_.now());
    return true;
  }
  postpone(fetch, words);
  if (!concerns_all(failure)) {
    log::warning("a question to Stripe is put off", {{"object_id", fetch.object.id},
                                                     {"account", fetch.object.account},
                                                     {"reason", words},
                                                     {"status", failure.status},
                                                     {"stripe_request_id", failure.request_id}});
    return true;
  }
  note_trouble("Stripe cannot be asked: " + words);
  return false;
}

void ResolveObjects::postpone(const Fetch& fetch, std::string fault) {
  const seconds wait = doubled(seconds{1}, fetch.attempts - 1, postpone_max);
  store_.postpone(fetch, clock_.now() + wait, fault);
}

/// One log line when it begins, one when the reason changes, one when it is over.
void ResolveObjects::note_trouble(std::string what) {
  if (what == trouble_) return;
  if (what.empty()) {
    log::info("Stripe answers questions again");
  } else {
    log::error("questions to Stripe wait", {{"reason", what}});
  }
  trouble_ = std::move(what);
}

void ResolveObjects::tidy_up() {
  const Time now = clock_.now();
  if (now < tidy_due_ && tidy_due_ <= now + tidy_interval) return;
  tidy_due_ = now + tidy_interval;
  store_.prune(now - answered_kept, now - given_up_kept);
  const FetchCounts counts = store_.count(livemode_, now);
  waiting_.Set(static_cast<double>(counts.waiting));
  unanswerable_.Set(static_cast<double>(counts.unanswerable));
  oldest_.Set(std::max(counts.oldest_s, 0.0));
}

}  // namespace tollgate::entitlements
