// SPDX-License-Identifier: Apache-2.0
#include "entitlements/compose_background.hpp"

#include "base/background_loop.hpp"
#include "entitlements/apply_catalog.hpp"
#include "entitlements/lapse_entitlements.hpp"
#include "entitlements/postgres/postgres_changes_store.hpp"
#include "entitlements/postgres/postgres_entitlements_store.hpp"
#include "entitlements/postgres/postgres_fetch_store.hpp"
#include "entitlements/postgres/postgres_prune_store.hpp"
#include "entitlements/postgres/postgres_sweep_store.hpp"
#include "entitlements/prune_facts.hpp"
#include "entitlements/publish_changes.hpp"
#include "entitlements/resolve_and_sweep.hpp"

namespace tollgate::entitlements {
namespace {

// The publisher's longest silence between two words to the database, a commit and an abort at
// Kafka, and some. A frozen one holds up its successor for no longer than this.
constexpr std::chrono::milliseconds kafka_step_timeout{5'000};
constexpr std::chrono::milliseconds publisher_silence_max{15'000};
constexpr std::chrono::milliseconds kafka_transaction_timeout{10'000};

postgres::ConnectionOptions connection(const Config& config, const std::string& work) {
  return {.url = config.database_url, .application_name = "entitlements " + work};
}

postgres::ConnectionOptions publisher_connection(const Config& config) {
  auto options = connection(config, "changes");
  options.idle_session_timeout = publisher_silence_max;
  return options;
}

std::unique_ptr<kafka::TransactionalProducer> make_publisher(const Config& config) {
  kafka::TransactionalProducerOptions options;
  options.properties = config.kafka_properties;
  // One publisher of a topic, whichever instance it is.
  options.transactional_id = "tollgate-entitlements-" + config.changes_topic;
  options.transaction_timeout = kafka_transaction_timeout;
  options.step_timeout = kafka_step_timeout;
  return kafka::make_transactional_producer(std::move(options));
}

ResolveAndSweepOptions asking_options(const Config& config, const Catalog& catalog,
                                      Runtime& runtime) {
  return {.stripe = config.stripe,
          .kafka_properties = config.kafka_properties,
          .topic = config.topic,
          .accounts = catalog.content().accounts,
          .requests_per_second = config.stripe_requests_per_second,
          .sweep_interval = config.sweep_interval,
          .on_fatal = [&runtime](std::string reason) { runtime.end(1, std::move(reason)); }};
}

}  // namespace

struct Background::Loops {
  Loops(const Config& config, const Catalog& catalog, const Clock& clock, Metrics& metrics,
        Runtime& runtime)
      : lapse_store(make_postgres_entitlements_store(connection(config, "lapse"))),
        catalog_store(make_postgres_entitlements_store(connection(config, "catalogue"))),
        changes_store(make_postgres_changes_store(publisher_connection(config))),
        prune_store(make_postgres_prune_store(connection(config, "prune"))),
        fetch_store(make_postgres_fetch_store(connection(config, "resolve"))),
        sweep_store(make_postgres_sweep_store(connection(config, "sweep"))),
        lapse(*lapse_store, catalog, clock, metrics),
        apply_catalog(*catalog_store, catalog, clock, metrics),
        publish(
            *changes_store, [&config] { return make_publisher(config); }, clock, metrics,
            config.changes_topic),
        prune(*prune_store, clock, metrics, config.facts_retention),
        asking(asking_options(config, catalog, runtime), *fetch_store, *sweep_store, clock,
               metrics),
        loops{{{"lapse", [this] { return lapse.run_once(); }, metrics},
               {"catalogue", [this] { return apply_catalog.run_once(); }, metrics},
               {"changes", [this] { return publish.run_once(); }, metrics},
               {"prune", [this] { return prune.run_once(); }, metrics}}} {}

  std::unique_ptr<EntitlementsStore> lapse_store;
  std::unique_ptr<EntitlementsStore> catalog_store;
  std::unique_ptr<ChangesStore> changes_store;
  std::unique_ptr<PruneStore> prune_store;
  std::unique_ptr<FetchStore> fetch_store;
  std::unique_ptr<SweepStore> sweep_store;
  LapseEntitlements lapse;
  ApplyCatalog apply_catalog;
  PublishChanges publish;
  PruneFacts prune;
  ResolveAndSweep asking;
  std::array<BackgroundLoop, 4> loops;  // Last: they end before what they use does.
};

Background::Background(const Config& config, const Catalog& catalog, const Clock& clock,
                       Metrics& metrics, Runtime& runtime)
    : loops_(std::make_unique<Loops>(config, catalog, clock, metrics, runtime)) {}

Background::~Background() { request_stop(); }

void Background::request_stop() {
  for (BackgroundLoop& loop : loops_->loops) loop.request_stop();
  loops_->asking.request_stop();
}

boost::asio::awaitable<void> Background::drain() {
  request_stop();
  for (BackgroundLoop& loop : loops_->loops) co_await loop.drain();
  co_await loops_->asking.drain();
}

}  // namespace tollgate::entitlements
