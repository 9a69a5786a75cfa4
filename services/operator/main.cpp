// SPDX-License-Identifier: Apache-2.0
// operator: the command line for whoever runs Tollgate. Composition only: a command is a function
// below that adds itself to the command line, and a use case in a file of its own.
#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

#include "base/command_line.hpp"
#include "operator/apply_topics.hpp"
#include "operator/compose_stripe_commands.hpp"
#include "operator/config.hpp"

namespace {

using namespace tollgate;

void add_topics_apply(CLI::App& topics, const operations::Config& config,
                      operations::Action& action) {
  auto wanted = std::make_shared<operations::ApplyTopics>();
  wanted->topics.stripe_events_name = config.stripe_events_topic;
  wanted->topics.stripe_events_retention_days = config.stripe_events_retention_days;
  wanted->topics.entitlements_changes_name = config.entitlements_changes_topic;
  CLI::App* apply = topics.add_subcommand(
      "apply", "Creates the topics that are missing and brings the others in line");
  apply->add_option("--partitions", wanted->partitions, "Of each topic; existing ones only grow")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  apply
      ->add_option("--replication-factor", wanted->topics.replication_factor,
                   "Of topics to be created; from 3 on two replicas must have a record")
      ->check(CLI::Range(1, 9))
      ->capture_default_str();
  apply->callback([wanted, &config, &action] {
    action.settings = {"LOG_LEVEL",
                       "KAFKA_BROKERS",
                       "KAFKA_PROPERTIES_FILE",
                       "STRIPE_EVENTS_TOPIC",
                       "STRIPE_EVENTS_RETENTION_DAYS",
                       "ENTITLEMENTS_CHANGES_TOPIC"};
    action.run = [wanted, &config] {
      kafka::Admin admin{config.kafka_properties};
      operations::apply_topics(*wanted, admin, std::cout);
      return 0;
    };
  });
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings{process_environment()};
  const operations::Config config = operations::read_config(settings);
  operations::Action action;
  CLI::App app{"Sets up Tollgate and looks after it.", "operator"};
  app.set_version_flag("--version", std::string{program_version()});
  app.footer(settings.help());
  app.require_subcommand(1);
  CLI::App* topics = app.add_subcommand("topics", "Kafka's topics");
  topics->require_subcommand(1);
  add_topics_apply(*topics, config, action);
  operations::add_stripe_commands(app, config, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& answer) {
    return app.exit(answer) == 0 ? 0 : 2;
  }
  return run_checked("operator", settings, config.log_level, action.run, action.settings);
}
