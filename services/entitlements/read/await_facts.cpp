// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/await_facts.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <list>
#include <set>
#include <utility>
#include <vector>

#include "base/end_process.hpp"
#include "base/log.hpp"
#include "entitlements/apply/find_reflected.hpp"

namespace tollgate::entitlements {
namespace {

namespace asio = boost::asio;

/// Somebody's place in the waiting room; his timer runs until the deadline or until he is called.
struct Waiter {
  std::string user_id;
  std::string id;
  asio::steady_timer timer;
  bool reflected = false;
};

}  // namespace

struct AwaitFacts::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io_context, FactStore& fact_store, const Catalog& the_catalog,
        Metrics& metrics, AwaitLimits the_limits)
      : io(io_context),
        facts(fact_store),
        catalog(the_catalog),
        limits(the_limits),
        pause(io_context),
        waiting(metrics.gauge("tollgate_waiting_reads", "Reads that wait for a fact")),
        reflected(metrics.counter("tollgate_waits_total", "Reads that waited for a fact",
                                  {{"result", "reflected"}})),
        timed_out(metrics.counter("tollgate_waits_total", "Reads that waited for a fact",
                                  {{"result", "timed_out"}})),
        refused(metrics.counter("tollgate_waits_total", "Reads that waited for a fact",
                                {{"result", "refused"}})),
        failed_looks(metrics.counter("tollgate_wait_looks_failed_total",
                                     "Looks for awaited facts that the database did not answer")) {}

  [[nodiscard]] bool has_room_for(const std::string& user_id) const {
    if (waiters.size() >= limits.waiters_max) return false;
    const auto his = std::ranges::count(waiters, user_id, &Waiter::user_id);
    return static_cast<std::size_t>(his) < limits.waiters_of_user_max;
  }

  /// A look soon, by the loop that runs already or by a new one.
  void look_soon() {
    look_at_once = true;
    pause.cancel();
    if (!std::exchange(looking, true))
      asio::co_spawn(io, look_on(shared_from_this()), end_process_on_failure);
  }

  /// Until nobody waits any more. Holds the state itself: it may outlive AwaitFacts.
  static asio::awaitable<void> look_on(std::shared_ptr<State> self) {
    while (!self->waiters.empty()) {
      self->look_at_once = false;
      const bool answered = co_await self->look();
      if (answered && self->look_at_once) continue;
      self->pause.expires_after(answered ? self->limits.look_interval
                                         : self->limits.look_again_after_failure);
      co_await self->pause.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    self->looking = false;
  }

  /// False: the database did not answer.
  asio::awaitable<bool> look() {
    std::set<std::string> distinct;
    for (const Waiter& waiter : waiters) distinct.insert(waiter.id);
    const std::vector<std::string> ids{distinct.begin(), distinct.end()};
    std::set<std::string> found;
    std::string failure;
    try {
      FactStore::Work work = [&](FactReader& reader) {
        found = find_reflected(reader, catalog, ids);
      };
      co_await facts.read(std::move(work));
    } catch (const std::exception& thrown) {
      failure = thrown.what();
    }
    if (!failure.empty()) {
      failed_looks.Increment();
      log::error("awaited facts not looked for", {{"reason", failure}});
      co_return false;
    }
    call(found);
    co_return true;
  }

  void call(const std::set<std::string>& found) {
    for (Waiter& waiter : waiters) {
      if (!found.contains(waiter.id)) continue;
      waiter.reflected = true;
      waiter.timer.cancel();
    }
  }

  asio::io_context& io;
  FactStore& facts;
  const Catalog& catalog;
  const AwaitLimits limits;
  asio::steady_timer pause;
  Gauge& waiting;
  Counter& reflected;
  Counter& timed_out;
  Counter& refused;
  Counter& failed_looks;
  std::list<Waiter> waiters;
  bool looking = false;
  bool look_at_once = false;  ///< somebody came while a look was under way
  bool draining = false;
};

AwaitFacts::AwaitFacts(asio::io_context& io, FactStore& facts, const Catalog& catalog,
                       Metrics& metrics, AwaitLimits limits)
    : state_(std::make_shared<State>(io, facts, catalog, metrics, limits)) {}

AwaitFacts::~AwaitFacts() = default;

asio::awaitable<bool> AwaitFacts::wait(std::string user_id, std::string id,
                                       std::chrono::milliseconds timeout) {
  const std::shared_ptr<State> state = state_;
  if (state->draining) co_return false;
  if (!state->has_room_for(user_id)) {
    state->refused.Increment();
    throw TooManyWaiting{};
  }
  const auto own = state->waiters.insert(
      state->waiters.end(),
      Waiter{std::move(user_id), std::move(id), asio::steady_timer{state->io, timeout}});
  state->waiting.Increment();
  state->look_soon();
  // The look may have ended already: then nobody will call any more.
  if (!own->reflected) co_await own->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  const bool reflected = own->reflected;
  state->waiters.erase(own);
  state->waiting.Decrement();
  (reflected ? state->reflected : state->timed_out).Increment();
  co_return reflected;
}

void AwaitFacts::begin_drain() {
  state_->draining = true;
  for (Waiter& waiter : state_->waiters) waiter.timer.cancel();
}

}  // namespace tollgate::entitlements
