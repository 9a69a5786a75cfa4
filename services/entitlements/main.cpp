// SPDX-License-Identifier: Apache-2.0
// entitlements: stripe.events -> facts -> entitlements -> GET /v1/…/entitlements. Composition only.
#include <boost/asio/co_spawn.hpp>

#include "base/end_process.hpp"
#include "base/runtime.hpp"
#include "entitlements/compose_background.hpp"
#include "entitlements/compose_commands.hpp"
#include "entitlements/events_consumer.hpp"
#include "entitlements/http_api.hpp"
#include "entitlements/postgres/postgres_document_store.hpp"
#include "entitlements/postgres/postgres_entitlements_store.hpp"
#include "entitlements/postgres/postgres_fact_store.hpp"
#include "entitlements/postgres/postgres_migrations.hpp"
#include "http/admin_api.hpp"
#include "http/server.hpp"
#include "postgres/schema_watch.hpp"

namespace {

using namespace tollgate;
using namespace tollgate::entitlements;

kafka::ConsumerOptions consumer_options(const Config& config) {
  return {.properties = config.kafka_properties,
          .topic = config.topic,
          .group_id = "entitlements",
          .group_instance_id = config.instance};
}

int serve(const Config& config, const Catalog& catalog) {
  Runtime runtime;
  Metrics metrics;
  const SystemClock clock;
  postgres::Pool pool{runtime.io(), database(config), {.size = config.database_pool_size}};
  postgres::SchemaWatch schema{pool, migrations()};
  boost::asio::co_spawn(runtime.io(), schema.run(), end_process_on_failure);
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
  boost::asio::co_spawn(runtime.io(), users->run(), end_process_on_failure);
  HttpApi api{reads, await_facts, services, *users, config.cors_origins};
  EventsConsumer consumer{consumer_options(config), apply_events, metrics};
  Background background{config, catalog, clock, metrics, runtime};
  http::AdminApi admin{metrics,
                       {{"postgres", [&] { return pool.fault(); }},
                        {"schema", [&] { return schema.fault(); }},
                        {"events", [&] { return consumer.fault(); }},
                        {"keys", [&] { return users->fault(); }}}};
  const auto admin_server =
      http::make_server(runtime.io(), config.admin_listen, {}, admin.handler(), metrics, "admin");
  const auto server =
      http::make_server(runtime.io(), config.http_listen, {}, api.handler(), metrics);
  log::info("listening", {{"port", server->port()}, {"admin_port", admin_server->port()}});

  return runtime.run(
      [&]() -> boost::asio::awaitable<void> {
        admin.begin_drain();
        await_facts.begin_drain();
        consumer.request_stop();
        background.request_stop();
        co_await server->drain(drain_max - std::chrono::seconds{1});
        co_await consumer.drain();
        co_await background.drain();
      },
      drain_max);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings{process_environment()};
  const Config config = read_config(settings);
  Given given;
  const CommandLine commands = command_line(given);
  return run_program(commands, settings, config.log_level, argc, argv,
                     [&](const std::string& command) {
                       if (!command.empty()) return run_command(command, given, config);
                       return serve(config, load_catalog(config));
                     });
}
