// SPDX-License-Identifier: Apache-2.0
// The publishes that wait for their delivery report: coroutines to be resumed, in slots that are
// used again, so that nothing is allocated once as many have been in flight before.
// For producer.cpp only.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <optional>

#include "kafka/producer.hpp"

namespace tollgate::kafka {

using PublishOutcome = Result<void, PublishFailure>;

/// One thread. Destroying it destroys the coroutines that still wait; they are not resumed.
class PendingPublishes {
 public:
  using Continuation =
      boost::asio::async_result<boost::asio::use_awaitable_t<>, void(PublishOutcome)>::handler_type;

  /// A place for one continuation. librdkafka carries its address as a message's opaque pointer.
  struct Slot {
    std::optional<Continuation> continuation;
    Slot* next_free = nullptr;
  };

  /// A free slot; it stays free until fill().
  Slot* peek() {
    if (free_ == nullptr) free_ = &slots_.emplace_back();
    return free_;
  }

  /// Takes the slot that peek() gave, and what is to be resumed.
  void fill(Slot* slot, Continuation&& continuation) {
    free_ = slot->next_free;
    slot->continuation.emplace(std::move(continuation));
    ++count_;
  }

  /// Frees the slot; what was in it is the caller's to call.
  Continuation take(Slot* slot) {
    Continuation continuation = std::move(*slot->continuation);
    slot->continuation.reset();
    slot->next_free = free_;
    free_ = slot;
    --count_;
    return continuation;
  }

  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  std::deque<Slot> slots_;  // Addresses stay when it grows.
  Slot* free_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace tollgate::kafka
