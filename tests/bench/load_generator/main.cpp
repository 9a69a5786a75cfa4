// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>

#include "end_to_end_load.hpp"
#include "kafka/admin.hpp"
#include "process_usage.hpp"
#include "read_load.hpp"
#include "topic_fill.hpp"
#include "webhook_load.hpp"

namespace tollgate::bench {
namespace {

constexpr std::chrono::milliseconds admin_wait_max{20'000};

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Secrets come by the environment, so that no process list shows them.
std::string webhook_secret() {
  const std::string secrets = from_environment("STRIPE_WEBHOOK_SECRETS");
  if (secrets.empty()) throw std::runtime_error("STRIPE_WEBHOOK_SECRETS is not set");
  return secrets.substr(0, secrets.find(','));
}

kafka::Admin broker() {
  return kafka::Admin({{"bootstrap.servers", from_environment("KAFKA_BROKERS")}});
}

void add_webhooks(CLI::App& app) {
  auto* command = app.add_subcommand("webhooks", "post webhooks, print one JSON object");
  auto options = std::make_shared<WebhookLoadOptions>();
  command->add_option("--url", options->url)->required();
  command->add_option("--template", options->templates, "events/*.json.in")->required();
  command->add_option("--connections", options->connections);
  command->add_option("--rate", options->rate_per_s, "requests a second; 0: closed loop");
  auto warm_up_s = std::make_shared<double>(options->warm_up.count());
  auto measured_s = std::make_shared<double>(options->measured.count());
  command->add_option("--warm-up-s", *warm_up_s);
  command->add_option("--seconds", *measured_s);
  command->add_option("--server-pid", options->server_pid);
  command->add_option("--broker-pid", options->broker_pid);
  command->callback([=] {
    options->secret = webhook_secret();
    options->warm_up = std::chrono::duration<double>(*warm_up_s);
    options->measured = std::chrono::duration<double>(*measured_s);
    std::cout << boost::json::serialize(WebhookLoad(*options).run()) << std::endl;
  });
}

void add_end_to_end(CLI::App& app) {
  auto* command = app.add_subcommand("end-to-end", "post pairs and poll until they are readable");
  auto options = std::make_shared<EndToEndLoadOptions>();
  command->add_option("--ingress-url", options->ingress_url)->required();
  command->add_option("--entitlements-url", options->entitlements_url)->required();
  command->add_option("--first-template", options->first_template)->required();
  command->add_option("--second-template", options->second_template)->required();
  command->add_option("--rate", options->events_per_s, "events a second, two for each user");
  auto warm_up_s = std::make_shared<double>(options->warm_up.count());
  auto measured_s = std::make_shared<double>(options->measured.count());
  command->add_option("--warm-up-s", *warm_up_s);
  command->add_option("--seconds", *measured_s);
  command->callback([=] {
    options->secret = webhook_secret();
    options->service_token = from_environment("SERVICE_TOKEN");
    options->warm_up = std::chrono::duration<double>(*warm_up_s);
    options->measured = std::chrono::duration<double>(*measured_s);
    std::cout << boost::json::serialize(EndToEndLoad(*options).run()) << std::endl;
  });
}

void add_read(CLI::App& app) {
  auto* command = app.add_subcommand("read", "read entitlements of random users");
  auto options = std::make_shared<ReadLoadOptions>();
  command->add_option("--url", options->url, "up to the port")->required();
  command->add_option("--path", options->path, "with {} for the user's id")->required();
  command->add_option("--user-prefix", options->user_prefix, "of the ids; nine digits follow");
  command->add_option("--users", options->users);
  command->add_option("--expected", options->expected, "text of every right answer");
  command->add_option("--connections", options->connections);
  auto warm_up_s = std::make_shared<double>(options->warm_up.count());
  auto measured_s = std::make_shared<double>(options->measured.count());
  command->add_option("--warm-up-s", *warm_up_s);
  command->add_option("--seconds", *measured_s);
  command->add_option("--server-pid", options->server_pid);
  command->add_option("--database-pid", options->database_pid);
  command->callback([=] {
    options->service_token = from_environment("SERVICE_TOKEN");
    options->warm_up = std::chrono::duration<double>(*warm_up_s);
    options->measured = std::chrono::duration<double>(*measured_s);
    std::cout << boost::json::serialize(ReadLoad(*options).run()) << std::endl;
  });
}

void add_fill(CLI::App& app) {
  auto* command = app.add_subcommand("fill", "fill a topic with a story of many users");
  auto options = std::make_shared<TopicFillOptions>();
  command->add_option("--topic", options->topic)->required();
  command->add_option("--users", options->events.users);
  command->add_option("--event", options->events.story, "<seconds>:<events/*.json.in>")->required();
  command->callback([=] {
    options->brokers = from_environment("KAFKA_BROKERS");
    std::cout << boost::json::serialize(TopicFill(*options).run()) << std::endl;
  });
}

void add_usage(CLI::App& app) {
  auto* command = app.add_subcommand("usage", "what processes with their children have used");
  auto pids = std::make_shared<std::vector<pid_t>>();
  command->add_option("pid", *pids)->required();
  command->callback([=] {
    boost::json::object processes;
    for (const pid_t pid : *pids) {
      const ProcessUsage usage = family_usage_of(pid);
      processes[std::to_string(pid)] = {{"cpu_s", usage.cpu_s},
                                        {"resident_peak_mb", usage.resident_peak_mb}};
    }
    double busy_s = 0;
    for (const double core_s : busy_seconds_of_cores()) busy_s += core_s;
    const boost::json::object usage{{"processes", processes}, {"cores_busy_s", busy_s}};
    std::cout << boost::json::serialize(usage) << std::endl;
  });
}

void add_topic(CLI::App& app) {
  auto* topic = app.add_subcommand("topic", "make, count or remove a topic of KAFKA_BROKERS");
  topic->require_subcommand(1);
  auto name = std::make_shared<std::string>();
  topic->add_option("name", *name)->required();
  topic->add_subcommand("create")->callback([name] {
    kafka::TopicSpec topic_spec;
    topic_spec.name = *name;
    topic_spec.config = {{"max.message.bytes", "2097152"}};
    broker().apply(topic_spec, admin_wait_max);
  });
  topic->add_subcommand("count")->callback(
      [name] { std::cout << broker().count(*name, admin_wait_max) << std::endl; });
  topic->add_subcommand("remove")->callback([name] { broker().remove(*name, admin_wait_max); });
}

}  // namespace
}  // namespace tollgate::bench

int main(int argc, char** argv) {
  CLI::App app{"Load for the benchmarks; tests/bench/bench.py drives it."};
  app.require_subcommand(1);
  tollgate::bench::add_webhooks(app);
  tollgate::bench::add_end_to_end(app);
  tollgate::bench::add_read(app);
  tollgate::bench::add_fill(app);
  tollgate::bench::add_usage(app);
  tollgate::bench::add_topic(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    std::cerr << "bench_load: " << error.what() << std::endl;
    return 1;
  }
  return 0;
}
