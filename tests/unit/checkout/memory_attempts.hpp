// SPDX-License-Identifier: Apache-2.0
// Attempts and their steps without a database, by the rules that tests/integration/checkout holds
// PostgreSQL to. Customers are those that the test gives, and sessions are not kept: whoever makes
// or reads them has taken the wrong one.
#pragma once

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "checkout/checkout_store.hpp"

namespace tollgate::tests {

/// One thread. The clock is the database's.
class MemoryAttempts : public checkout::CheckoutStore {
 public:
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;

  struct StoredStep {
    checkout::Step step;
    Time begun{};
    int calls = 1;
  };

  explicit MemoryAttempts(const Clock& clock) : clock_(clock) {}

  Awaitable<checkout::Opened> open_attempt(checkout::NewAttempt wanted) override {
    for (const checkout::Attempt& known : attempts) {
      if (known.user_id != wanted.user_id || known.finished) continue;
      const bool same = known.request == wanted.request;
      co_return checkout::Opened{same ? checkout::Opening::joined : checkout::Opening::other,
                                 known};
    }
    checkout::Attempt made;
    made.id = "attempt_" + std::to_string(attempts.size() + 1);
    made.user_id = wanted.user_id;
    made.request = wanted.request;
    made.created = clock_.now();
    attempts.push_back(made);
    co_return checkout::Opened{checkout::Opening::opened, std::move(made)};
  }

  Awaitable<std::optional<checkout::Step>> begin_step(std::string attempt_id,
                                                      checkout::Step step) override {
    if (attempt(attempt_id).finished) co_return std::nullopt;
    std::string name = step.name;
    const auto [found, is_new] =
        steps[attempt_id].try_emplace(std::move(name), StoredStep{std::move(step), clock_.now()});
    StoredStep& stored = found->second;
    if (!is_new && !stored.step.answer) {
      stored.begun = clock_.now();
      ++stored.calls;
    }
    co_return stored.step;
  }

  Awaitable<std::optional<checkout::Step>> resume_step(std::string attempt_id,
                                                       std::string step) override {
    const auto found = steps[attempt_id].find(step);
    if (attempt(attempt_id).finished || found == steps[attempt_id].end()) co_return std::nullopt;
    checkout::Step known = found->second.step;
    co_return co_await begin_step(std::move(attempt_id), std::move(known));
  }

  Awaitable<void> answer_step(std::string attempt_id, std::string step,
                              checkout::StepAnswer answer) override {
    const auto found = steps[attempt_id].find(step);
    if (found == steps[attempt_id].end() || found->second.step.answer) co_return;
    found->second.step.answer = std::move(answer);
  }

  Awaitable<void> withdraw_step(std::string attempt_id, std::string step) override {
    const auto found = steps[attempt_id].find(step);
    if (found == steps[attempt_id].end() || found->second.step.answer) co_return;
    if (--found->second.calls == 0) steps[attempt_id].erase(found);
  }

  Awaitable<std::vector<checkout::Step>> pending_steps(std::string attempt_id,
                                                       std::chrono::seconds age_max) override {
    std::vector<checkout::Step> found = pending(attempt_id, age_max);
    const auto meanwhile = std::exchange(after_pending, nullptr);
    if (meanwhile) co_await meanwhile();
    co_return found;
  }

  Awaitable<void> finish_attempt(checkout::Attempt ended) override {
    checkout::Attempt& stored = attempt(ended.id);
    if (stored.finished) co_return;
    ended.finished = true;
    stored = std::move(ended);
  }

  Awaitable<bool> give_up_attempt(checkout::Attempt ended) override {
    const bool may_be_heard = !pending(ended.id, checkout::call_age_max).empty();
    if (attempt(ended.id).finished) co_return true;
    if (may_be_heard) co_return false;
    co_await finish_attempt(std::move(ended));
    co_return true;
  }

  Awaitable<checkout::CustomerRow> find_customer(std::string user_id) override {
    co_return checkout::CustomerRow{customers.at(user_id)};
  }
  Awaitable<std::string> save_customer(std::string, std::string) override { return not_kept(); }
  Awaitable<void> retire_customer_key(std::string, std::int64_t) override { return not_kept(); }
  Awaitable<void> forget_customer(std::string, std::string) override { return not_kept(); }
  Awaitable<void> save_session(std::string, std::string) override { co_return; }
  Awaitable<std::vector<std::optional<checkout::SessionRow>>> find_sessions(
      std::vector<std::string>) override {
    return not_kept();
  }
  Awaitable<bool> prune(Time) override { return not_kept(); }

  checkout::Attempt& attempt(const std::string& id) {
    for (checkout::Attempt& known : attempts) {
      if (known.id == id) return known;
    }
    throw std::logic_error("no such attempt");
  }
  std::vector<checkout::Step> pending(const std::string& attempt_id, std::chrono::seconds age_max) {
    std::vector<checkout::Step> found;
    for (const auto& [name, stored] : steps[attempt_id]) {
      if (!stored.step.answer && clock_.now() - stored.begun < age_max) {
        found.push_back(stored.step);
      }
    }
    return found;
  }

  /// Once: what another process does when pending_steps() has been answered.
  std::function<Awaitable<void>()> after_pending;
  std::map<std::string, std::string> customers;  ///< by user
  std::vector<checkout::Attempt> attempts;
  std::map<std::string, std::map<std::string, StoredStep>> steps;  ///< by attempt, by name

 private:
  struct NotKept {
    template <class T>
    operator Awaitable<T>() const {  // NOLINT(google-explicit-constructor): of any member above
      throw std::logic_error("only attempts are kept here");
    }
  };
  static NotKept not_kept() { return {}; }

  const Clock& clock_;
};

}  // namespace tollgate::tests
