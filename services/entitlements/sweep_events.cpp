// SPDX-License-Identifier: Apache-2.0
#include "entitlements/sweep_events.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/log.hpp"

namespace tollgate::entitlements {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds look_interval{5'000};
constexpr seconds retry_wait{30};
// Renewed with every page. An instance that is killed holds up the next sweep by so much at most,
// and loses nothing: `swept_to` moves only behind what was published, and there it begins.
constexpr seconds lease{60};
constexpr std::size_t outcomes_max = 8;

// Stripe may list an event some time after it was made, and its clock is not ours.
constexpr std::chrono::minutes overlap{10};

// So that a long way back is not begun anew after a crash.
constexpr std::chrono::days window_max{1};
constexpr int pages_of_window_max = 50'000;
constexpr int retries_max = 2;

// A page holds a hundred events, each up to what the ingress takes; the usual one has 5 KB.
constexpr std::size_t page_bytes_max = std::size_t{32} * 1024 * 1024;

// Stripe forgets after thirty days: a day without a sweep leaves time to mend what is wrong.
constexpr std::chrono::hours alarm_age{24};
constexpr std::chrono::hours alarm_interval{1};

}  // namespace

SweepEvents::SweepEvents(stripe::StripeApi& api, SweepStore& store, EventsLog& log,
                         const Clock& clock, Metrics& metrics, std::vector<std::string> accounts,
                         std::chrono::seconds interval)
    : api_(api),
      store_(store),
      log_(log),
      clock_(clock),
      accounts_(std::move(accounts)),
      interval_(interval),
      livemode_(api.mode() == stripe::Mode::live),
      events_(metrics, "tollgate_swept_events_total",
              "Events that Stripe listed, by what became of them", "outcome", outcomes_max),
      sweeps_(metrics, "tollgate_sweeps_total", "Comparisons of Stripe's events with those here",
              "outcome", outcomes_max),
      gap_count_(metrics.counter("tollgate_sweep_gaps_total",
                                 "Times that no sweep reached before Stripe ceased to list their "
                                 "events")),
      age_(metrics.gauge("tollgate_sweep_age_seconds",
                         "Since all of Stripe's events were last compared with those here; Stripe "
                         "lists them for 30 days")),
      not_yet_swept_(accounts_) {}

asio::awaitable<milliseconds> SweepEvents::run_once() {
  if (!api_.may_ask()) co_return look_interval;
  watch_age();
  for (const std::string& account : accounts_) {
    if (stopping_) break;
    const SweepScope scope{account, livemode_};
    const auto first = std::ranges::find(not_yet_swept_, account);
    const auto when = first == not_yet_swept_.end() ? SweepWhen::due : SweepWhen::started;
    const Time now = clock_.now();
    const auto progress = store_.claim(scope, when, now, now + lease);
    if (!progress) continue;
    if (first != not_yet_swept_.end()) not_yet_swept_.erase(first);
    co_await sweep(scope, progress->swept_to);
  }
  watch_age();
  co_return std::min(look_interval, milliseconds{interval_});
}

asio::awaitable<void> SweepEvents::sweep(const SweepScope& scope, std::optional<Time> swept_to) {
  const Time oldest = clock_.now() - horizon;
  if (swept_to && *swept_to < oldest) note_gap(scope, *swept_to, oldest);
  Window window{swept_to ? std::max(oldest, *swept_to - overlap) : oldest, std::nullopt};
  for (;;) {
    const Time end = window.begin + window_max;
    const bool last = end >= clock_.now();
    window.end = last ? std::nullopt : std::optional{end};
    Time reached = clock_.now();
    const Fault fault = co_await sweep_window(scope, window, reached);
    const Time now = clock_.now();
    if (fault || last || stopping_) note_end(scope, fault);
    if (fault || stopping_) {
      store_.abandon(scope, stopping_ ? now : now + std::min(interval_, retry_wait));
      co_return;
    }
    if (last) {
      store_.finish(scope, reached, now, now + interval_);
      co_return;
    }
    store_.advance(scope, end, now + lease);
    watch_age();
    window.begin = end;
  }
}

/// `reached`: what was made before, by Stripe's clock, is in the list.
asio::awaitable<SweepEvents::Fault> SweepEvents::sweep_window(const SweepScope& scope,
                                                              Window window, Time& reached) {
  stripe::ApiRequest request;
  request.path = "/v1/events";
  request.account = scope.account;
  request.retries_max = retries_max;
  request.answer_bytes_max = page_bytes_max;
  request.parameters.add("created[gte]", to_unix_seconds(window.begin));
  if (window.end) request.parameters.add("created[lt]", to_unix_seconds(*window.end));
  std::string after;
  for (int number = 0; number < pages_of_window_max; ++number) {
    const auto page = co_await stripe::fetch_page(api_, request, after);
    if (!page) co_return to_string(page.error());
    if (number == 0 && page->as_of) reached = *page->as_of;
    const Fault fault = co_await publish_missing(scope, *page);
    if (fault || stopping_) co_return fault;
    if (!page->has_more) co_return std::nullopt;
    after = page->last_id;
    if (after.empty()) co_return "an event without an id";
    store_.advance(scope, window.begin, clock_.now() + lease);
    watch_age();
  }
  co_return "too many pages";
}

asio::awaitable<SweepEvents::Fault> SweepEvents::publish_missing(const SweepScope& scope,
                                                                 const stripe::ListPage& page) {
  std::vector<std::string> ids;
  std::vector<const std::string*> bodies;
  for (const std::string& body : page.elements) {
    auto id = id_of(scope, body);
    if (!id) continue;
    ids.push_back(*std::move(id));
    bodies.push_back(&body);
  }
  if (ids.empty()) co_return std::nullopt;
  const std::vector<std::string> missing = store_.missing(scope, ids);
  const std::unordered_set<std::string> wanted{missing.begin(), missing.end()};
  events_.of("known").Increment(static_cast<double>(ids.size() - missing.size()));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!wanted.contains(ids[i])) continue;
    const Fault fault = co_await publish(scope, *bodies[i]);
    if (fault) co_return fault;
  }
  if (!missing.empty()) {
    log::info("lost events are published",
              {{"events", missing.size()}, {"first_event_id", missing.front()}});
  }
  co_return std::nullopt;
}

/// Nothing for what is no event of that account and mode.
std::optional<std::string> SweepEvents::id_of(const SweepScope& scope, const std::string& body) {
  const auto event = scanner_.scan(body);
  if (!event) {
    log::error("Stripe lists what is no event", {{"reason", to_string(event.error())}});
    events_.of("unreadable").Increment();
    return std::nullopt;
  }
  const bool of_scope = (event->account.empty() || event->account == scope.account) &&
                        event->livemode == scope.livemode;
  if (of_scope) return std::string{event->id};
  log::warning("Stripe lists an event of another account or mode", {{"event_id", event->id}});
  events_.of("foreign").Increment();
  return std::nullopt;
}

/// Listed for a connected account, an event need not name it; delivered, it does. Its place in the
/// body does not matter, so it is put first.
asio::awaitable<SweepEvents::Fault> SweepEvents::publish(const SweepScope& scope,
                                                         const std::string& body) {
  std::string named;
  auto event = scanner_.scan(body);
  if (event && event->account != scope.account) {
    named = R"({"account":")" + scope.account + R"(",)" + body.substr(body.find('{') + 1);
    event = scanner_.scan(named);
  }
  if (!event) co_return "an event that cannot be read";
  const std::string event_id{event->id};
  const auto appended = co_await log_.append_event(*event, named.empty() ? body : named);
  const bool hopeless = !appended && appended.error().again == AppendAgain::never;
  if (!appended && !hopeless)
    co_return "Kafka does not take events: " + std::string{appended.error().reason};
  events_.of(hopeless ? "not_publishable" : "published").Increment();
  if (hopeless) {
    log::error("a lost event cannot be published",
               {{"event_id", event_id}, {"reason", appended.error().reason}});
  }
  co_return std::nullopt;
}

/// One log line when trouble begins, one when the reason changes, one when it is over.
void SweepEvents::note_end(const SweepScope& scope, const Fault& fault) {
  sweeps_.of(fault ? "failed" : stopping_ ? "stopped" : "finished").Increment();
  const std::string what = fault.value_or(std::string{});
  if (what == trouble_) return;
  if (what.empty()) {
    log::info("events are swept again", {{"account", scope.account}});
  } else {
    log::error("events cannot be swept, it is tried again",
               {{"account", scope.account}, {"reason", what}});
  }
  trouble_ = what;
}

/// What was lost in between no list tells any more. Told once, however often its sweep is begun.
void SweepEvents::note_gap(const SweepScope& scope, Time begin, Time end) {
  Time& told = gaps_[scope.account];
  if (told == begin) return;
  told = begin;
  gap_count_.Increment();
  log::error(
      "events of a time that no sweep reached are not listed any more",
      {{"account", scope.account}, {"from", format_rfc3339(begin)}, {"to", format_rfc3339(end)}});
}

void SweepEvents::watch_age() {
  const Time now = clock_.now();
  Time::duration oldest{};
  for (const std::string& account : accounts_) {
    const auto age = store_.age({account, livemode_});
    if (age) oldest = std::max(oldest, now - age->finished.value_or(age->begun));
  }
  age_.Set(std::chrono::duration<double>(oldest).count());
  if (oldest < alarm_age || now < alarm_due_) return;
  alarm_due_ = now + alarm_interval;
  log::error("events were not swept for long: Stripe forgets them after 30 days",
             {{"hours", std::chrono::floor<std::chrono::hours>(oldest).count()}});
}

}  // namespace tollgate::entitlements
