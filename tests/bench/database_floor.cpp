// SPDX-License-Identifier: Apache-2.0
// The least that a projection and a read must ask of PostgreSQL, by one connection of the library
// that the service uses: the floors of `projection` and `read`. DATABASE_URL names the database.
#include <CLI/CLI.hpp>

#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "facts_floor.hpp"
#include "select_floor.hpp"

namespace {

using namespace tollgate;

postgres::ConnectionOptions database() {
  const char* url = std::getenv("DATABASE_URL");
  if (url == nullptr) throw std::runtime_error("DATABASE_URL is not set");
  return {.url = url, .application_name = "bench"};
}

void add_facts(CLI::App& app) {
  auto* command = app.add_subcommand("facts", "store the events of many users, print JSON");
  auto events = std::make_shared<bench::UserEventsOptions>();
  command->add_option("--users", events->users);
  command->add_option("--event", events->story, "<seconds>:<events/*.json.in>")->required();
  auto upserts = std::make_shared<bench::Upserts>(bench::Upserts::of_events);
  const std::map<std::string, bench::Upserts> names{{"event", bench::Upserts::of_events},
                                                    {"object", bench::Upserts::of_objects}};
  command->add_option("--upsert-per", *upserts)->transform(CLI::CheckedTransformer(names));
  command->callback([=] {
    postgres::Connection connection{database()};
    const auto figures = bench::store_facts(connection, *events, *upserts);
    std::cout << boost::json::serialize(figures) << std::endl;
  });
}

void add_select(CLI::App& app) {
  auto* command = app.add_subcommand("select", "read documents of random users, print JSON");
  auto options = std::make_shared<bench::SelectOptions>();
  command->add_option("--user-prefix", options->user_prefix, "of the ids; nine digits follow");
  command->add_option("--users", options->users);
  auto seconds = std::make_shared<double>(options->measured.count());
  command->add_option("--seconds", *seconds);
  command->callback([=] {
    options->measured = std::chrono::duration<double>(*seconds);
    postgres::Connection connection{database()};
    std::cout << boost::json::serialize(bench::select_documents(connection, *options)) << std::endl;
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Floors in the database; tests/bench/bench.py drives it."};
  app.require_subcommand(1);
  add_facts(app);
  add_select(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    std::cerr << "bench_database_floor: " << error.what() << std::endl;
    return 1;
  }
  return 0;
}
