// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/idempotency.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::int64_t kept_s = 24 * 3600;
constexpr std::size_t entries_max = 100'000;
constexpr std::size_t bytes_max = 32UL * 1024 * 1024;

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
  while (!oldest_first_.empty() && entries_.at(oldest_first_.front()).kept_at + kept_s <= now) {
    forget_oldest();
  }
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  if (found->second.fingerprint != fingerprint) return reused(key);
  return &found->second.answer;
}

void IdempotentAnswers::keep(const std::string& key, std::string fingerprint, StoredAnswer answer,
                             std::int64_t now) {
  ++revision_;
  add(key, {std::move(fingerprint), std::move(answer), now});
  while (entries_.size() > entries_max || bytes_ > bytes_max) forget_oldest();
}

void IdempotentAnswers::clear() {
  ++revision_;
  entries_.clear();
  oldest_first_.clear();
  bytes_ = 0;
}

Json IdempotentAnswers::to_json() const {
  Json saved = Json::array();
  for (const std::string& key : oldest_first_) {
    const Entry& entry = entries_.at(key);
    saved.items().push_back(Json::object({{"key", key},
                                          {"fingerprint", entry.fingerprint},
                                          {"status", std::int64_t{entry.answer.status}},
                                          {"body", entry.answer.body},
                                          {"kept_at", entry.kept_at}}));
  }
  return saved;
}

bool IdempotentAnswers::load(const Json& saved) {
  if (!saved.is_null() && !saved.is_array()) return false;
  IdempotentAnswers loaded;
  for (const Json& one : saved.items()) {
    const std::string& key = one["key"].text();
    const auto status = static_cast<unsigned>(one["status"].integer());
    if (key.empty() || status == 0 || loaded.has(key)) return false;
    loaded.add(key,
               {one["fingerprint"].text(), {status, one["body"].text()}, one["kept_at"].integer()});
  }
  loaded.revision_ = revision_ + 1;
  *this = std::move(loaded);
  return true;
}

std::size_t IdempotentAnswers::bytes_of(const std::string& key, const Entry& entry) {
  return key.size() + entry.fingerprint.size() + entry.answer.body.size();
}

void IdempotentAnswers::add(const std::string& key, Entry entry) {
  bytes_ += bytes_of(key, entry);
  entries_.insert_or_assign(key, std::move(entry));
  oldest_first_.push_back(key);
}

void IdempotentAnswers::forget_oldest() {
  const auto oldest = entries_.find(oldest_first_.front());
  bytes_ -= bytes_of(oldest->first, oldest->second);
  entries_.erase(oldest);
  oldest_first_.pop_front();
  ++revision_;
}

}  // namespace tollgate::simulator
