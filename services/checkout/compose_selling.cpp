// SPDX-License-Identifier: Apache-2.0
#include "checkout/compose_selling.hpp"

#include <boost/asio/co_spawn.hpp>

#include <stdexcept>

#include "base/end_process.hpp"
#include "base/io_loop.hpp"
#include "checkout/domain/catalog_file.hpp"
#include "checkout/postgres/postgres_checkout_store.hpp"
#include "checkout/postgres/postgres_doubles_store.hpp"
#include "checkout/sell/resolve_doubles.hpp"

namespace tollgate::checkout {
namespace {

// Far longer than a client's key counts, so that a support case can still be followed.
constexpr std::chrono::hours kept_after_end{24 * 30};
constexpr std::chrono::minutes prune_interval{10};
/// After a full batch: so it keeps up with some thousand purchases a second.
constexpr std::chrono::milliseconds prune_pause{100};

}  // namespace

Catalog load_catalog(const Config& config) {
  auto catalog = read_catalog(config.catalog_file);
  if (catalog) return *std::move(catalog);
  for (const std::string& fault : catalog.error().messages) {
    log::error("bad catalogue", {{"fault", fault}});
  }
  throw std::runtime_error("the catalogue has faults");
}

postgres::ConnectionOptions database(const Config& config) {
  return {.url = config.database_url, .application_name = "checkout"};
}

struct SellingParts::Parts {
  Parts(const Config& config, const Catalog& sold, postgres::Pool& pool, const Clock& clock,
        Metrics& metrics, Runtime& runtime)
      : catalog(sold),
        store(make_postgres_checkout_store(pool)),
        client(http::make_client(runtime.io(), {})),
        api(*client, config.stripe, metrics,
            {.requests_per_second = config.stripe_requests_per_second}),
        sender(api, clock, metrics),
        selling(sold, *store, sender, clock),
        start_checkout(selling, config.redirect_origins,
                       {config.payment_methods_allowed, config.payment_methods_excluded}),
        sessions(runtime.io(), *store, sender, metrics),
        start_subscription(selling),
        change_subscription(selling, clock, config.redirect_origins),
        doubles_store(make_postgres_doubles_store(pool)),
        doubles(selling, *doubles_store,
                config.refund_doubles ? DoublesPolicy::refund : DoublesPolicy::report, metrics),
        resolving(
            runtime.io(), "doubles", [this] { return doubles.run_once(); }, metrics),
        pruning(
            runtime.io(), "prune", [this, &clock] { return prune(clock); }, metrics) {
    for (IoLoop* loop : {&resolving, &pruning}) {
      boost::asio::co_spawn(runtime.io(), loop->run(), end_process_on_failure);
    }
  }

  boost::asio::awaitable<std::chrono::milliseconds> prune(const Clock& clock) {
    const bool has_more = co_await store->prune(clock.now() - kept_after_end);
    co_return has_more ? prune_pause : prune_interval;
  }

  const Catalog& catalog;
  const std::unique_ptr<CheckoutStore> store;
  const std::unique_ptr<http::Client> client;
  stripe::StripeApi api;
  SendRequest sender;
  Selling selling;
  StartCheckout start_checkout;
  FollowSession sessions;
  StartSubscription start_subscription;
  ChangeSubscription change_subscription;
  const std::unique_ptr<DoublesStore> doubles_store;
  ResolveDoubles doubles;
  IoLoop resolving;
  IoLoop pruning;
};

SellingParts::SellingParts(const Config& config, const Catalog& catalog, postgres::Pool& pool,
                           const Clock& clock, Metrics& metrics, Runtime& runtime)
    : parts_(std::make_unique<Parts>(config, catalog, pool, clock, metrics, runtime)) {}

SellingParts::~SellingParts() = default;

UseCases SellingParts::use_cases() {
  return {parts_->catalog, parts_->start_checkout, parts_->sessions, parts_->start_subscription,
          parts_->change_subscription};
}

void SellingParts::begin_drain() {
  parts_->sessions.begin_drain();
  parts_->resolving.request_stop();
  parts_->pruning.request_stop();
}

}  // namespace tollgate::checkout
