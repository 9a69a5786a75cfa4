// SPDX-License-Identifier: Apache-2.0
#include "postgres/pool.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "postgres/fault.hpp"

namespace tollgate::postgres {
namespace {

namespace asio = boost::asio;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr Query probe{"pool_probe", "select 1"};

struct Job {
  Pool::Work work;
  std::function<void(std::exception_ptr)> done;  ///< any thread; answers on the io thread
  SteadyTime begin_by;
};

}  // namespace

struct Pool::State {
  State(asio::io_context& io_context, ConnectionOptions connection_options,
        PoolOptions pool_options);
  ~State();

  bool enqueue(Job job);
  std::vector<Job> take_late();
  void serve(bool probes);
  bool take(Job& job, SteadyTime until);
  std::uint64_t losses_so_far() const;
  void execute(Connection& connection, Job& job);
  void try_reach(Connection& connection);
  void note(std::string what);

  asio::io_context& io;
  const ConnectionOptions connection_options;
  const PoolOptions options;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<Job> queue;
  bool ending = false;
  std::string fault = "not connected yet";
  std::uint64_t losses = 0;          ///< how often the database was found away
  std::vector<std::thread> threads;  // last: they end before what they use does
};

Pool::State::State(asio::io_context& io_context, ConnectionOptions connection_settings,
                   PoolOptions pool_options)
    : io(io_context), connection_options(std::move(connection_settings)), options(pool_options) {
  for (std::size_t made = 0; made < options.size; ++made) {
    threads.emplace_back([this, probes = made == 0] { serve(probes); });
  }
}

Pool::State::~State() {
  {
    const std::lock_guard lock{mutex};
    ending = true;
  }
  changed.notify_all();
  for (std::thread& thread : threads) thread.join();
  for (Job& job : queue) job.done(std::make_exception_ptr(PoolBusy{}));
}

bool Pool::State::enqueue(Job job) {
  std::vector<Job> late;
  bool taken = false;
  {
    const std::lock_guard lock{mutex};
    late = take_late();
    taken = !ending && queue.size() < options.queue_max;
    if (taken) queue.push_back(std::move(job));
  }
  if (taken) changed.notify_one();
  for (Job& refused : late) refused.done(std::make_exception_ptr(PoolBusy{}));
  return taken;
}

/// While every thread waits for a silent server, only newcomers can tell those who came first.
std::vector<Job> Pool::State::take_late() {
  std::vector<Job> late;
  for (const auto now = std::chrono::steady_clock::now();
       !queue.empty() && now > queue.front().begin_by; queue.pop_front()) {
    late.push_back(std::move(queue.front()));
  }
  return late;
}

/// One thread of the pool; the first one also looks whether the database is there.
void Pool::State::serve(bool probes) {
  Connection connection{connection_options};
  SteadyTime next_probe{};
  std::uint64_t losses_known = 0;
  while (true) {
    const auto now = std::chrono::steady_clock::now();
    if (probes && now >= next_probe) {
      try_reach(connection);
      next_probe = now + options.probe_interval;
    }
    Job job;
    if (take(job, probes ? next_probe : now + std::chrono::hours{1})) {
      // A restart of the database leaves idle connections dead without their knowing: whoever finds
      // it away speaks for all, or each of the others would fail one more request.
      const std::uint64_t losses_now = losses_so_far();
      if (losses_now != losses_known) connection.discard();
      losses_known = losses_now;
      execute(connection, job);
    } else if (const std::lock_guard lock{mutex}; ending) {
      return;
    }
  }
}

bool Pool::State::take(Job& job, SteadyTime until) {
  std::unique_lock lock{mutex};
  changed.wait_until(lock, until, [this] { return ending || !queue.empty(); });
  if (ending || queue.empty()) return false;
  job = std::move(queue.front());
  queue.pop_front();
  return true;
}

void Pool::State::execute(Connection& connection, Job& job) {
  if (std::chrono::steady_clock::now() > job.begin_by) {
    job.done(std::make_exception_ptr(PoolBusy{}));
    return;
  }
  std::exception_ptr failure;
  try {
    job.work(connection);
  } catch (const std::exception& thrown) {
    failure = std::current_exception();
    const Fault kind = fault_of(thrown);
    if (kind == Fault::away || kind == Fault::in_doubt) {
      connection.discard();
      note(reason_of(thrown));
    }
  }
  // The work goes before the answer: it refers to things that live only until then.
  job.work = nullptr;
  job.done(std::move(failure));
}

void Pool::State::try_reach(Connection& connection) {
  try {
    connection.run(probe);
    note({});
  } catch (const std::exception& thrown) {
    connection.discard();
    note(reason_of(thrown));
  }
}

std::uint64_t Pool::State::losses_so_far() const {
  const std::lock_guard lock{mutex};
  return losses;
}

void Pool::State::note(std::string what) {
  const std::lock_guard lock{mutex};
  if (!what.empty()) ++losses;
  if (fault == what) return;
  if (what.empty()) {
    log::info("database reached");
  } else {
    log::error("database away", {{"reason", what}});
  }
  fault = std::move(what);
}

Pool::Pool(asio::io_context& io, ConnectionOptions connection, PoolOptions options)
    : state_(std::make_unique<State>(io, std::move(connection), options)) {}

Pool::~Pool() = default;

asio::awaitable<void> Pool::run(Work work) {
  auto begin = [this, &work](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    auto answer = [&io = state_->io, shared,
                   alive = asio::make_work_guard(state_->io)](std::exception_ptr failure) {
      // Handed over, not shared: the last one to hold an exception takes it apart.
      asio::post(io, [shared, failure = std::move(failure)]() mutable {
        std::move (*shared)(std::move(failure));
      });
    };
    Job job{std::move(work), answer,
            std::chrono::steady_clock::now() + state_->options.queue_wait_max};
    if (!state_->enqueue(std::move(job))) answer(std::make_exception_ptr(PoolBusy{}));
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
      begin, asio::use_awaitable);
}

std::string Pool::fault() const {
  const std::lock_guard lock{state_->mutex};
  return state_->fault;
}

}  // namespace tollgate::postgres
