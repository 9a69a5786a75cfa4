// SPDX-License-Identifier: Apache-2.0
// checkout: what a shop's frontend needs to sell and manage subscriptions. Composition only.
#include <boost/asio/co_spawn.hpp>

#include <stdexcept>

#include "base/command_line.hpp"
#include "base/end_process.hpp"
#include "base/runtime.hpp"
#include "checkout/catalog_file.hpp"
#include "checkout/config.hpp"
#include "checkout/http_api.hpp"
#include "checkout/postgres_migrations.hpp"
#include "http/admin_api.hpp"
#include "http/server.hpp"
#include "postgres/schema_watch.hpp"

namespace {

using namespace tollgate;
using namespace tollgate::checkout;

postgres::ConnectionOptions database(const Config& config) {
  return {.url = config.database_url, .application_name = "checkout"};
}

int migrate(const Config& config) {
  postgres::Connection connection{database(config)};
  for (const std::string& name : postgres::migrate(connection, migrations())) {
    log::info("migration applied", {{"migration", name}});
  }
  return 0;
}

Catalog load_catalog(const Config& config) {
  auto catalog = read_catalog(config.catalog_file);
  if (catalog) return *std::move(catalog);
  for (const std::string& fault : catalog.error().messages) {
    log::error("bad catalogue", {{"fault", fault}});
  }
  throw std::runtime_error("the catalogue has faults");
}

int serve(const Config& config) {
  Runtime runtime;
  Metrics metrics;
  const Catalog catalog = load_catalog(config);
  postgres::Pool pool{runtime.io(), database(config), {.size = config.database_pool_size}};
  postgres::SchemaWatch schema{pool, migrations()};
  boost::asio::co_spawn(runtime.io(), schema.run(), end_process_on_failure);
  HttpApi api{catalog, config.cors_origins};
  http::AdminApi admin{
      metrics,
      {{"postgres", [&] { return pool.fault(); }}, {"schema", [&] { return schema.fault(); }}}};
  const auto admin_server =
      http::make_server(runtime.io(), config.admin_listen, {}, admin.handler(), metrics, "admin");
  const auto server =
      http::make_server(runtime.io(), config.http_listen, config.limits, api, metrics);
  log::info("listening", {{"port", server->port()}, {"admin_port", admin_server->port()}});

  return runtime.run(
      [&]() -> boost::asio::awaitable<void> {
        admin.begin_drain();
        co_await server->drain(drain_max - std::chrono::seconds{1});
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
