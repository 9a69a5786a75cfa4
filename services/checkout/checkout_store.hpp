// SPDX-License-Identifier: Apache-2.0
// What checkout must remember to do nothing twice. What events tell is written through
// events_store.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "checkout/domain/attempt.hpp"

namespace tollgate::checkout {

/// The database cannot be asked now; nothing can be said of what was begun.
struct StoreAway : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct NewAttempt {
  std::string id;
  std::string user_id;
  std::string request;
  std::string client_key;  ///< empty: the client sent none
};

enum class Opening {
  opened,    ///< it is new
  joined,    ///< the same request is under way already
  other,     ///< another request of this user is under way
  finished,  ///< the client's key names one that is finished
  reused,    ///< the client's key names another request
};
struct Opened {
  Opening how = Opening::opened;
  Attempt attempt;
};

struct CustomerRow {
  std::string customer_id;  ///< empty: not known yet
  std::int64_t generation = 1;
};

struct SessionRow {
  std::string user_id;
  std::string status;  ///< `open`, `processing`, `paid`, `failed`, `expired`
};

/// All members throw StoreAway. On the io thread.
class CheckoutStore {
 public:
  virtual ~CheckoutStore() = default;

  /// At most one attempt of a user is open, over all processes.
  virtual boost::asio::awaitable<Opened> open_attempt(NewAttempt attempt) = 0;
  /// Commits the call, or gives the one committed before under that name; one that has no answer
  /// is begun once more, now. Nothing: the attempt was finished meanwhile.
  virtual boost::asio::awaitable<std::optional<Step>> begin_step(std::string attempt_id,
                                                                 Step step) = 0;
  /// As begin_step() with a call that is committed already, whatever its bytes; commits none, so
  /// that what was withdrawn stays so. Nothing: it was withdrawn, or the attempt was finished.
  virtual boost::asio::awaitable<std::optional<Step>> resume_step(std::string attempt_id,
                                                                  std::string step) = 0;
  virtual boost::asio::awaitable<void> answer_step(std::string attempt_id, std::string step,
                                                   StepAnswer answer) = 0;
  /// Takes one begin_step() back whose call was certainly not carried out. With the last one the
  /// step is gone; as long as another may have been carried out, or is at it, the step is pending.
  virtual boost::asio::awaitable<void> withdraw_step(std::string attempt_id, std::string step) = 0;
  /// Those that were begun at most so long ago and have no answer, in the order of their beginning.
  virtual boost::asio::awaitable<std::vector<Step>> pending_steps(std::string attempt_id,
                                                                  std::chrono::seconds age_max) = 0;
  /// Keeps `outcome` and the rest. One that is finished stays as it is. Only what made something or
  /// was declined keeps the client's key: a refusal may be asked again.
  virtual boost::asio::awaitable<void> finish_attempt(Attempt attempt) = 0;
  /// Likewise for one that made nothing. False, and it stays open: one of its calls may be on its
  /// way, being pending and no older than call_age_max.
  virtual boost::asio::awaitable<bool> give_up_attempt(Attempt attempt) = 0;

  virtual boost::asio::awaitable<CustomerRow> find_customer(std::string user_id) = 0;
  /// The customer that counts: this one, unless another was there first. Empty: it was deleted, or
  /// an operator gave it to another user.
  virtual boost::asio::awaitable<std::string> save_customer(std::string user_id,
                                                            std::string customer_id) = 0;
  /// The next one is made under the key after that of `generation`, unless there is one by now.
  virtual boost::asio::awaitable<void> retire_customer_key(std::string user_id,
                                                           std::int64_t generation) = 0;
  /// It is gone for good: no event brings it back, and the next one is made under another key.
  /// Another one by now stays.
  virtual boost::asio::awaitable<void> forget_customer(std::string user_id,
                                                       std::string customer_id) = 0;

  virtual boost::asio::awaitable<void> save_session(std::string session_id,
                                                    std::string user_id) = 0;
  /// In the order asked for; nothing where no row is.
  virtual boost::asio::awaitable<std::vector<std::optional<SessionRow>>> find_sessions(
      std::vector<std::string> ids) = 0;
  /// A batch of attempts and one of sessions. True: there may be more.
  virtual boost::asio::awaitable<bool> prune(Time finished_before) = 0;
};

}  // namespace tollgate::checkout
