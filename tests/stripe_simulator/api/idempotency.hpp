// SPDX-License-Identifier: Apache-2.0
// First answers by Idempotency-Key, for 24 hours (docs.stripe.com/api/idempotent_requests), and
// which keys are at work now. The state file keeps the answers beside what they told of.
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
  /// The oldest ones go when there are too many, or too many bytes of them.
  void keep(const std::string& key, std::string fingerprint, StoredAnswer answer, std::int64_t now);
  void clear();

  /// Rises with every change that to_json() shows.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  /// Oldest first.
  [[nodiscard]] Json to_json() const;
  /// What to_json() gave, or null for none; false, and nothing changed, for anything else.
  bool load(const Json& saved);

 private:
  struct Entry {
    std::string fingerprint;
    StoredAnswer answer;
    std::int64_t kept_at = 0;
  };
  static std::size_t bytes_of(const std::string& key, const Entry& entry);
  void add(const std::string& key, Entry entry);
  void forget_oldest();

  std::map<std::string, Entry> entries_;
  std::deque<std::string> oldest_first_;
  std::size_t bytes_ = 0;
  std::uint64_t revision_ = 0;
};

}  // namespace tollgate::simulator
