// SPDX-License-Identifier: Apache-2.0
// First answers by Idempotency-Key, for 24 hours (docs.stripe.com/api/idempotent_requests).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>

#include "stripe_simulator/api/api_error.hpp"

namespace tollgate::simulator {

struct StoredAnswer {
  unsigned status = 200;
  std::string body;
};

/// The keys of requests that are at work now, which overlap where answers are made to wait.
class KeysAtWork {
 public:
  /// Holds a key while it lives; false when another holds it.
  class Hold {
   public:
    Hold(KeysAtWork& keys, std::string key);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    explicit operator bool() const { return held_; }

   private:
    KeysAtWork& keys_;
    const std::string key_;
    const bool held_;
  };

 private:
  std::set<std::string> keys_;
};

/// 409 for a request whose key another one holds.
ApiError key_in_use(std::string_view key);

class IdempotentAnswers {
 public:
  /// What was answered first; null for a new key. 400 `idempotency_error` when the key came with
  /// other parameters before: `fingerprint` stands for method, path and parameters.
  Outcome<const StoredAnswer*> find(const std::string& key, const std::string& fingerprint,
                                    std::int64_t now);
  /// Whether an answer is kept under the key: its request is at work no more.
  [[nodiscard]] bool has(const std::string& key) const { return entries_.contains(key); }
  void keep(const std::string& key, std::string fingerprint, StoredAnswer answer, std::int64_t now);
  void clear();

 private:
  struct Entry {
    std::string fingerprint;
    StoredAnswer answer;
    std::int64_t kept_at = 0;
  };
  void forget_old(std::int64_t now);

  std::map<std::string, Entry> entries_;
  std::deque<std::string> oldest_first_;
};

}  // namespace tollgate::simulator
