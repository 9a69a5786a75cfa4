// SPDX-License-Identifier: Apache-2.0
// checkout: what a shop's frontend needs to sell and manage subscriptions. Composition only.
#include <boost/asio/co_spawn.hpp>

#include "base/command_line.hpp"
#include "base/end_process.hpp"
#include "checkout/compose_selling.hpp"
#include "checkout/events_consumer.hpp"
#include "checkout/postgres/postgres_events_store.hpp"
#include "checkout/postgres/postgres_migrations.hpp"
#include "http/admin_api.hpp"
#include "http/server.hpp"
#include "postgres/schema_watch.hpp"

namespace {

using namespace tollgate;
using namespace tollgate::checkout;

kafka::ConsumerOptions consumer_options(const Config& config) {
  return {.properties = config.kafka_properties,
          .topic = config.topic,
          .group_id = "checkout",
          .group_instance_id = config.instance};
}

int migrate(const Config& config) {
  postgres::Connection connection{database(config)};
  for (const std::string& name : postgres::migrate(connection, migrations())) {
    log::info("migration applied", {{"migration", name}});
  }
  return 0;
}

int serve(const Config& config) {
  Runtime runtime;
  Metrics metrics;
  const SystemClock clock;
  const Catalog catalog = load_catalog(config);
  postgres::Pool pool{runtime.io(), database(config), {.size = config.database_pool_size}};
  postgres::SchemaWatch schema{pool, migrations()};
  boost::asio::co_spawn(runtime.io(), schema.run(), end_process_on_failure);
  SellingParts selling{config, catalog, pool, clock, metrics, runtime};
  const auto users = http::make_user_auth(runtime.io(), config.user_auth, clock);
  boost::asio::co_spawn(runtime.io(), users->run(), end_process_on_failure);
  RateLimit limit{config.user_requests_per_minute};
  HttpApi api{selling.use_cases(), *users, limit, clock, config.cors_origins};
  const auto events_store = make_postgres_events_store(database(config));
  const bool livemode = config.stripe.mode == stripe::Mode::live;
  EventsConsumer consumer{consumer_options(config), *events_store, livemode, metrics};
  http::AdminApi admin{metrics,
                       {{"postgres", [&] { return pool.fault(); }},
                        {"schema", [&] { return schema.fault(); }},
                        {"events", [&] { return consumer.fault(); }},
                        {"keys", [&] { return users->fault(); }}}};
  const auto admin_server =
      http::make_server(runtime.io(), config.admin_listen, {}, admin.handler(), metrics, "admin");
  const auto server =
      http::make_server(runtime.io(), config.http_listen, config.limits, api, metrics);
  log::info("listening", {{"port", server->port()}, {"admin_port", admin_server->port()}});

  return runtime.run(
      [&]() -> boost::asio::awaitable<void> {
        admin.begin_drain();
        selling.begin_drain();
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
  const CommandLine command_line{"checkout",
                                 "Sells subscriptions through Stripe, each once.",
                                 {{.name = "migrate",
                                   .about = "Brings the database to the newest schema and ends",
                                   .settings = {"DATABASE_URL", "LOG_LEVEL"}}}};
  return run_program(command_line, settings, config.log_level, argc, argv,
                     [&](const std::string& command) {
                       return command == "migrate" ? migrate(config) : serve(config);
                     });
}
