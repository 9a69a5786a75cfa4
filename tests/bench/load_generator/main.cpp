// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>

#include "end_to_end_load.hpp"
#include "kafka/admin.hpp"
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
