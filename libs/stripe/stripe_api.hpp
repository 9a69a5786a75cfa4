// SPDX-License-Identifier: Apache-2.0
// One call to Stripe's API, with its deadline, its retries and what went wrong in Stripe's words.
// Lists that span pages are stripe_lists.hpp's; events that Stripe pushes are stripe_event.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"
#include "http/client.hpp"
#include "stripe/api_settings.hpp"
#include "stripe/form.hpp"
#include "stripe/rate_budget.hpp"

namespace tollgate::stripe {

/// Sent with every request: else the account's default would decide the shape of the answers.
inline constexpr std::string_view api_version = "2026-10-28.endive";

struct ApiRequest {
  std::string method = "GET";
  std::string path;                  ///< `/v1/subscriptions/sub_1`; ids in it percent_encoded()
  Form parameters = {};              ///< of a POST the body, else the query
  std::string account = {};          ///< a connected account; empty for one's own
  std::string idempotency_key = {};  ///< of a POST, which is refused without one
  int retries_max = 0;               ///< of answers and faults that may be tried again
  std::chrono::milliseconds attempt_max{10'000};
  /// All attempts and the pauses before and between them.
  std::chrono::milliseconds total_max = std::chrono::hours{1};
  std::size_t answer_bytes_max = std::size_t{4} * 1024 * 1024;
};

struct ApiAnswer {
  std::string body;           ///< well-formed JSON
  std::optional<Time> as_of;  ///< the answer's `Date`, whole seconds of Stripe's clock
  std::string request_id;
};

enum class ApiFault {
  unreachable,    ///< or no whole answer in time: a POST may have happened
  untrusted,      ///< TLS: not Stripe's certificate
  unreadable,     ///< the answer is neither Stripe's JSON nor one of its statuses, or is too large
  bad_request,    ///< 400 and other 4xx: asking again the same way cannot help
  card_declined,  ///< 402: `code` and `decline_code` say why
  unauthorized,   ///< 401, 403: the key
  not_found,      ///< 404; also an object of the other mode
  in_conflict,    ///< 409: the same idempotency key is at work
  rate_limited,   ///< 429; or a limit of our own, and nothing was sent
  unavailable,    ///< 5xx
};
std::string_view to_string(ApiFault fault);

struct ApiFailure {
  ApiFault fault = ApiFault::unreachable;
  unsigned status = 0;  ///< 0: no answer
  std::string type;     ///< `error.type`; the following likewise, each may be empty
  std::string code;
  std::string decline_code;
  std::string message;  ///< to be shown to people for card errors only; never logged
  std::string request_id;
  /// False: Stripe did nothing of it and will not. Each of its tries was kept here (no budget, no
  /// connection, no trust) or turned away by a 429. True: a POST may have happened, or still may.
  bool may_have_begun = true;
};
/// For a log line or a column: what Stripe calls it, without the message.
std::string to_string(const ApiFailure& failure);

/// What a process decides besides the account's settings; the functions are there for tests.
struct ApiOptions {
  double requests_per_second = 0;                  ///< of all callers together; 0: no limit of ours
  std::chrono::milliseconds pace_wait_max{5'000};  ///< longer waits are answered `rate_limited`
  std::function<boost::asio::awaitable<void>(std::chrono::milliseconds)> wait = {};
  std::function<double()> random = {};  ///< evenly from 0 to 1
  std::function<Time()> now = {};
};

/// The io thread. What it refers to outlives it and the calls under way.
class StripeApi {
 public:
  StripeApi(http::Client& client, ApiSettings settings, Metrics& metrics, ApiOptions options = {});

  /// Whether there is a key.
  [[nodiscard]] bool may_ask() const { return !settings_.secret_key.empty(); }
  [[nodiscard]] Mode mode() const { return settings_.mode; }

  /// Nothing is sent without a key, or for a POST without an idempotency key: `bad_request`.
  boost::asio::awaitable<Result<ApiAnswer, ApiFailure>> send(ApiRequest request);

 private:
  [[nodiscard]] http::ClientRequest client_request(const ApiRequest& request) const;
  boost::asio::awaitable<Result<http::ClientResponse, http::ClientFault>> attempt(
      const http::ClientRequest& wire);
  boost::asio::awaitable<Result<ApiAnswer, ApiFailure>> send_repeatedly(http::ClientRequest wire,
                                                                        std::string path,
                                                                        int retries_max, Time end);
  [[nodiscard]] std::chrono::milliseconds left_until(Time end) const;
  boost::asio::awaitable<bool> wait_for_budget(std::chrono::milliseconds wait_max);

  http::Client& client_;
  const ApiSettings settings_;
  const ApiOptions options_;
  std::optional<RateBudget> budget_;
  CounterByLabel requests_;
  Histogram& seconds_;
};

}  // namespace tollgate::stripe
