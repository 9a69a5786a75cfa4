// SPDX-License-Identifier: Apache-2.0
// Whose subscriptions have to be looked at once more, and which of them were one too many. The
// consumer asks for the looks (events_store.hpp), resolve_doubles.hpp does them.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace tollgate::checkout {

enum class DoublesPolicy {
  report,  ///< log, metric and row; a person decides
  refund,  ///< also: one created after the one kept ends at once, and its payment is given back
};

enum class DoubleEnd {
  refunded,  ///< it was ended, and what was paid for it, if anything, given back
  reported,  ///< it is older than the one kept, and may be used up: a person decides
  obsolete,  ///< it is no second one any more: it is the one to keep by now, or gone
};

/// A look that is due. Claimed: for a while nobody else gets it, then it is due again, each time
/// after a longer while.
struct DoubleCheck {
  std::string user_id;
  std::string customer_id;
  std::string claim;  ///< a later purchase makes it another one
};

struct DoublePurchase {
  std::string subscription;
  std::string user_id;
  std::string kept;  ///< the subscription that stays
};

/// All members throw StoreAway. On the io thread.
class DoublesStore {
 public:
  virtual ~DoublesStore() = default;
  virtual boost::asio::awaitable<std::vector<DoubleCheck>> claim_checks() = 0;
  /// Unless another purchase came since it was claimed.
  virtual boost::asio::awaitable<void> finish_check(DoubleCheck check) = 0;
  /// True: nobody knew of it. Only what is found under `refund` is claimed to be given back: a
  /// change of the policy gives nothing back that a person has decided about.
  virtual boost::asio::awaitable<bool> note(DoublePurchase found, DoublesPolicy policy) = 0;
  /// Those that are due to be given back. Claimed as checks are.
  virtual boost::asio::awaitable<std::vector<DoublePurchase>> claim_unsettled() = 0;
  virtual boost::asio::awaitable<void> settle(std::string subscription, DoubleEnd end) = 0;
};

}  // namespace tollgate::checkout
