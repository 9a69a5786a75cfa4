// SPDX-License-Identifier: Apache-2.0
// What readers ask about the facts behind the documents, in the words of their use cases. A user's
// ready document is document_store.hpp's; who writes uses entitlements_store.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "entitlements/domain/object_source.hpp"
#include "entitlements/domain/shown_rows.hpp"

namespace tollgate::entitlements {

/// One snapshot of the database: all answers are of the same moment. Used on the thread of the
/// work that it is given to, and only there.
class FactReader : public ObjectSource {
 public:
  /// Every owner that was ever the user's, or that he claims in a conflict.
  virtual std::vector<Key> find_claimed(const std::string& user_id) = 0;
  /// Of the user's document; 0: nothing was derived yet.
  virtual std::int64_t find_version(const std::string& user_id) = 0;
  /// Those that there are, in any order.
  virtual std::vector<ToldEvent> find_told(std::span<const Key> events) = 0;

  /// What Stripe had said about the objects by then; at most so many, the oldest left out.
  virtual std::vector<EventRow> find_events_until(std::span<const Key> object_ids, Time at,
                                                  std::size_t events_max) = 0;
  /// Of each subscription the latest invoice for a period that was paid by then.
  virtual std::vector<ObjectRow> find_invoices_paid_by(std::span<const Key> subscriptions,
                                                       Time at) = 0;

  /// Newest first, of versions below the given one.
  virtual std::vector<ShownChange> find_changes(const std::string& user_id, std::int64_t below,
                                                std::size_t rows_max) = 0;
  /// Newest first, after the place if there is one.
  virtual std::vector<ShownSubscription> find_subscriptions(const ListFilter& filter,
                                                            const std::optional<ObjectPlace>& after,
                                                            std::size_t rows_max) = 0;
  /// Likewise; `user_ids` are not filled in.
  virtual std::vector<ShownOrphan> find_orphans(const ListFilter& filter,
                                                const std::optional<ObjectPlace>& after,
                                                std::size_t rows_max) = 0;
  /// Likewise, with so many bytes of each body.
  virtual std::vector<ShownDeadLetter> find_dead_letters(const std::optional<LetterPlace>& after,
                                                         std::size_t rows_max,
                                                         std::size_t body_bytes_max) = 0;
};

/// One io thread.
class FactStore {
 public:
  using Work = std::function<void(FactReader&)>;
  virtual ~FactStore() = default;

  /// Runs the work on another thread; what it refers to outlives the await. Throws
  /// DocumentsUnavailable (document_store.hpp) when the database does not answer.
  virtual boost::asio::awaitable<void> read(Work work) = 0;
};

}  // namespace tollgate::entitlements
