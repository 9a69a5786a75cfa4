// SPDX-License-Identifier: Apache-2.0
// The public routes of entitlements: decode, authorise, delegate, respond. The contract is
// proto/http/entitlements.yaml.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "entitlements/read/await_facts.hpp"
#include "entitlements/read/read_dead_letters.hpp"
#include "entitlements/read/read_entitlements.hpp"
#include "entitlements/read/read_explanation.hpp"
#include "entitlements/read/read_history.hpp"
#include "entitlements/read/read_orphans.hpp"
#include "entitlements/read/read_subscriptions.hpp"
#include "http/auth.hpp"
#include "http/cors.hpp"
#include "http/router.hpp"

namespace tollgate::entitlements {

/// What the routes delegate to, but for waiting. Everything it refers to outlives it.
struct Reads {
  Reads(DocumentStore& documents, FactStore& facts, const Catalog& catalog, const Clock& clock,
        std::chrono::seconds facts_retention)
      : entitlements(documents, catalog, clock),
        explanation(facts, catalog, clock, facts_retention),
        history(facts),
        subscriptions(facts),
        orphans(facts),
        dead_letters(facts) {}

  ReadEntitlements entitlements;
  ReadExplanation explanation;
  ReadHistory history;
  ReadSubscriptions subscriptions;
  ReadOrphans orphans;
  ReadDeadLetters dead_letters;
};

/// One io thread. Everything it refers to outlives it.
class HttpApi {
 public:
  HttpApi(Reads& reads, AwaitFacts& await_facts, const http::ServiceAuth& services,
          const http::UserAuth& users, std::vector<std::string> cors_origins);

  boost::asio::awaitable<http::Response> get_user_entitlements(http::Request& request);
  boost::asio::awaitable<http::Response> get_user_feature(http::Request& request);
  boost::asio::awaitable<http::Response> get_user_explanation(http::Request& request);
  boost::asio::awaitable<http::Response> get_user_history(http::Request& request);
  boost::asio::awaitable<http::Response> post_entitlements_batch(http::Request& request);
  boost::asio::awaitable<http::Response> get_subscriptions(http::Request& request);
  boost::asio::awaitable<http::Response> get_orphans(http::Request& request);
  boost::asio::awaitable<http::Response> get_dead_letters(http::Request& request);
  boost::asio::awaitable<http::Response> get_my_entitlements(http::Request& request);
  boost::asio::awaitable<http::Response> preflight(http::Request& request);

  /// The handler to give to a Server; lives as long as this object.
  http::Handler& handler() { return router_; }

 private:
  boost::asio::awaitable<http::Response> entitlements_of(std::string user_id,
                                                         http::Request& request);
  boost::asio::awaitable<http::Response> my_entitlements(http::Request& request);
  /// Empty unless the query asks to wait; then, whether it came to be reflected.
  boost::asio::awaitable<std::optional<bool>> wait_for(std::string user_id,
                                                       std::optional<WaitQuery> query);
  /// The body that a use case gives, or why there is none.
  static boost::asio::awaitable<http::Response> answer(
      boost::asio::awaitable<Result<std::string, ReadFault>> asked, http::Request& request);

  Reads& reads_;
  AwaitFacts& await_facts_;
  const http::ServiceAuth& services_;
  const http::UserAuth& users_;
  const http::Cors cors_;
  http::Router router_;
};

}  // namespace tollgate::entitlements
