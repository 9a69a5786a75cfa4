// SPDX-License-Identifier: Apache-2.0
#include "entitlements/compose_commands.hpp"

#include <iostream>
#include <stdexcept>

#include "base/progress.hpp"
#include "base/uuid.hpp"
#include "entitlements/domain/catalog_file.hpp"
#include "entitlements/postgres/postgres_entitlements_store.hpp"
#include "entitlements/postgres/postgres_migrations.hpp"
#include "entitlements/postgres/postgres_rebuild_store.hpp"
#include "entitlements/rebuild_entitlements.hpp"
#include "entitlements/replay_events.hpp"
#include "kafka/admin.hpp"

namespace tollgate::entitlements {
namespace {

int migrate(const Config& config) {
  postgres::Connection connection{database(config)};
  for (const std::string& name : postgres::migrate(connection, migrations())) {
    log::info("migration applied", {{"migration", name}});
  }
  return 0;
}

// `rebuild --dry-run` found something: told apart from a failure, for scripts.
constexpr int exit_differs = 3;
constexpr std::chrono::seconds admin_wait_max{30};

int rebuild(const Config& config, const Given& given) {
  const Catalog catalog = load_catalog(config);
  const SystemClock clock;
  const auto rebuilding = make_postgres_rebuild_store(database(config));
  const auto store = make_postgres_entitlements_store(database(config));
  const Mend mend = given.dry_run ? Mend::no : Mend::yes;
  RebuildEntitlements use_case{*rebuilding, *store, catalog, clock, std::cerr, stderr_display()};
  const RebuildReport report = use_case.run(mend);
  write_report(std::cout, report, mend);
  return given.dry_run && !report.nothing_differs() ? exit_differs : 0;
}

int replay(const Config& config) {
  const Catalog catalog = load_catalog(config);
  const SystemClock clock;
  const auto store = make_postgres_entitlements_store(database(config));
  kafka::Admin admin{config.kafka_properties};
  const std::int64_t expected = admin.count(config.topic, admin_wait_max);
  // A group of its own, so that the service keeps its partitions; without positions known it
  // begins at the earliest record.
  kafka::ConsumerOptions options;
  options.properties = config.kafka_properties;
  options.topic = config.topic;
  options.group_id = "entitlements-replay-" + make_uuid_v7(clock.now());
  const auto consumer = kafka::make_consumer(std::move(options));
  ReplayEvents use_case{*store, catalog, clock, config.topic};
  write_report(std::cout, use_case.run(*consumer, expected, std::cerr, stderr_display()));
  consumer->close();
  return 0;
}

}  // namespace

CommandLine command_line(Given& given) {
  return {"entitlements",
          "Turns Stripe's events into what each user may use, and tells it.",
          {{.name = "migrate",
            .about = "Brings the database to the newest schema and ends",
            .settings = {"DATABASE_URL", "LOG_LEVEL"}},
           {.name = "rebuild",
            .about = "Computes everything anew from the facts, compares, and mends what differs; "
                     "services may run meanwhile",
            .settings = {"DATABASE_URL", "CATALOG_FILE", "STRIPE_MODE", "LOG_LEVEL"},
            .flags = {{"dry-run", "Only tells what differs; exit status 3 if anything does",
                       &given.dry_run}},
            .examples = "  entitlements rebuild --dry-run   # is the database what the facts say?\n"
                        "  entitlements rebuild             # and mend what is not\n"},
           {.name = "replay",
            .about = "Reads again every body that the topic still holds, as after a fix of how "
                     "events are read; services may run meanwhile",
            .settings = {"DATABASE_URL", "CATALOG_FILE", "STRIPE_MODE", "KAFKA_BROKERS",
                         "KAFKA_PROPERTIES_FILE", "STRIPE_EVENTS_TOPIC", "LOG_LEVEL"},
            .examples = "  entitlements replay && entitlements rebuild --dry-run\n"}}};
}

int run_command(const std::string& command, const Given& given, const Config& config) {
  if (command == "migrate") return migrate(config);
  if (command == "rebuild") return rebuild(config, given);
  if (command == "replay") return replay(config);
  throw std::logic_error("no such command: " + command);
}

Catalog load_catalog(const Config& config) {
  auto content = read_catalog(config.catalog_file);
  if (content) return {*std::move(content), config.stripe.mode == stripe::Mode::live};
  for (const std::string& fault : content.error().messages) {
    log::error("bad catalogue", {{"fault", fault}});
  }
  throw std::runtime_error("the catalogue has faults");
}

postgres::ConnectionOptions database(const Config& config) {
  return {.url = config.database_url, .application_name = "entitlements"};
}

}  // namespace tollgate::entitlements
