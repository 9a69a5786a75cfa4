// SPDX-License-Identifier: Apache-2.0
// entitlements: stripe.events -> facts -> entitlements -> GET /v1/…/entitlements. Composition only.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/command_line.hpp"
#include "base/runtime.hpp"
#include "catalog_file.hpp"
#include "config.hpp"
#include "events_consumer.hpp"
#include "http/admin_api.hpp"
#include "http/server.hpp"
#include "http_api.hpp"
#include "postgres_document_store.hpp"
#include "postgres_entitlements_store.hpp"
#include "postgres_fact_store.hpp"
#include "postgres_migrations.hpp"

namespace {

using namespace tollgate;
using namespace tollgate::entitlements;

postgres::ConnectionOptions database(const Config& config) {
  return {.url = config.database_url, .application_name = "entitlements"};
}

int migrate(const Config& config) {
  postgres::Connection connection{database(config)};
  for (const auto& name : postgres::migrate(connection, migrations()))
    log::info("migration applied", {{"migration", name}});
  return 0;
}

Catalog load_catalog(const Config& config) {
  auto content = read_catalog(config.catalog_file);
  if (content) return {*std::move(content), config.stripe_mode == StripeMode::live};
  for (const auto& fault : content.error().messages)
    log::error("bad catalogue", {{"fault", fault}});
  throw std::runtime_error("the catalogue has faults");
}

int serve(const Config& config, const Catalog& catalog) {
  Runtime runtime;
  Metrics metrics;
  const SystemClock clock;
  postgres::Pool pool{runtime.io(), database(config), {.size = config.database_pool_size}};
  const auto documents =
      make_postgres_document_store(runtime.io(), pool, config.database_pool_size);
  const auto store = make_postgres_entitlements_store(database(config));
  ApplyEvents apply_events{*store, catalog, clock, metrics, config.topic};
  const auto facts = make_postgres_fact_store(runtime.io(), database(config), 2);
  const auto awaited_facts = make_postgres_fact_store(runtime.io(), database(config), 1);
  Reads reads{*documents, *facts, catalog, clock, config.facts_retention};
  AwaitFacts await_facts{runtime.io(), *awaited_facts, catalog, metrics};
  const http::ServiceAuth services{config.services};
  const auto users = http::make_user_auth(runtime.io(), config.user_auth, clock);
  boost::asio::co_spawn(runtime.io(), users->run(), boost::asio::detached);
  HttpApi api{reads, await_facts, services, *users, config.cors_origins};
  EventsConsumer consumer{{.properties = config.kafka_properties,
                           .topic = config.topic,
                           .group_id = "entitlements",
                           .group_instance_id = config.instance},
                          apply_events,
                          metrics};
  http::AdminApi admin{metrics,
                       {{"postgres", [&] { return pool.fault(); }},
                        {"events", [&] { return consumer.fault(); }},
                        {"keys", [&] { return users->fault(); }}}};
  const auto admin_server =
      http::make_server(runtime.io(), config.admin_listen, {}, admin.handler(), metrics);
  const auto server =
      http::make_server(runtime.io(), config.http_listen, config.limits, api.handler(), metrics);
  log::info("listening", {{"port", server->port()}, {"admin_port", admin_server->port()}});
  return runtime.run(
      [&]() -> boost::asio::awaitable<void> {
        admin.begin_drain();
        await_facts.begin_drain();
        consumer.request_stop();
        co_await server->drain(drain_max - std::chrono::seconds{1});
        co_await consumer.drain();
      },
      drain_max);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings{process_environment()};
  const Config config = read_config(settings);
  const CommandLine command_line{
      "entitlements",
      "Turns Stripe's events into what each user may use, and tells it.",
      {{"migrate", "Brings the database to the newest schema and ends"}}};
  return run_program(command_line, settings, config.log_level, argc, argv,
                     [&](const std::string& command) {
                       if (command == "migrate") return migrate(config);
                       return serve(config, load_catalog(config));
                     });
}
