// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/idempotency.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::int64_t kept_s = 24 * 3600;
constexpr std::size_t entries_max = 100'000;

ApiError reused(const std::string& key) {
  ApiError error;
  error.type = ErrorType::idempotency_error;
  error.message =
      "Keys for idempotent requests can only be used with the same parameters they were first used "
      "with. Try using a key other than '" +
      key + "' if you meant to execute a different request.";
  return error;
}

}  // namespace

// Without a key there is nothing to hold, and nobody to give way to.
KeysAtWork::Hold::Hold(KeysAtWork& keys, std::string key)
    : keys_(keys), key_(std::move(key)), held_(key_.empty() || keys.keys_.insert(key_).second) {}

KeysAtWork::Hold::~Hold() {
  if (held_) keys_.keys_.erase(key_);
}

ApiError key_in_use(std::string_view key) {
  ApiError error;
  error.status = 409;
  error.type = ErrorType::idempotency_error;
  error.code = "idempotency_key_in_use";
  error.message =
      "There is currently another in-progress request using this Idempotent Key (that probably "
      "means you submitted twice, and the other request is still going through): " +
      std::string{key} + ". Please try again later.";
  return error;
}

Outcome<const StoredAnswer*> IdempotentAnswers::find(const std::string& key,
                                                     const std::string& fingerprint,
                                                     std::int64_t now) {
  forget_old(now);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  if (found->second.fingerprint != fingerprint) return reused(key);
  return &found->second.answer;
}

void IdempotentAnswers::keep(const std::string& key, std::string fingerprint, StoredAnswer answer,
                             std::int64_t now) {
  entries_[key] = Entry{std::move(fingerprint), std::move(answer), now};
  oldest_first_.push_back(key);
}

void IdempotentAnswers::clear() {
  entries_.clear();
  oldest_first_.clear();
}

void IdempotentAnswers::forget_old(std::int64_t now) {
  while (!oldest_first_.empty()) {
    const auto oldest = entries_.find(oldest_first_.front());
    if (oldest->second.kept_at + kept_s > now && entries_.size() <= entries_max) return;
    entries_.erase(oldest);
    oldest_first_.pop_front();
  }
}

}  // namespace tollgate::simulator
