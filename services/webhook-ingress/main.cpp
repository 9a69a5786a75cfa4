// SPDX-License-Identifier: Apache-2.0
// webhook-ingress: POST /webhooks/stripe -> verify -> Kafka -> 200. Composition only.
#include "base/command_line.hpp"
#include "base/runtime.hpp"
#include "http/admin_api.hpp"
#include "http/server.hpp"
#include "kafka/producer.hpp"
#include "webhook-ingress/config.hpp"
#include "webhook-ingress/http_api.hpp"
#include "webhook-ingress/kafka_event_log.hpp"

namespace {

using namespace tollgate;

kafka::ProducerOptions producer_options(const ingress::Config& config, Runtime& runtime) {
  return {.properties = config.kafka_properties,
          .topic_probed = config.topic,
          .queue_kbytes_max = config.queue_kbytes_max,
          .on_fatal = [&runtime](std::string reason) { runtime.end(1, std::move(reason)); }};
}

int serve(const ingress::Config& config) {
  // Before librdkafka starts its threads: else each record wakes the thread that sends it, which
  // interrupts this one, and requests to the broker stay small. A quarter of the CPU per event.
  wake_without_preempting();
  Runtime runtime;
  Metrics metrics;
  const SystemClock clock;
  const stripe::WebhookSignature signature{config.webhook_secrets};
  const auto producer = kafka::make_producer(runtime.io(), producer_options(config, runtime));
  const auto event_log = ingress::make_kafka_event_log(*producer, config.topic);
  ingress::ReceiveWebhook receive_webhook{signature, *event_log, clock, metrics};
  ingress::HttpApi api{receive_webhook};
  http::AdminApi admin{metrics, {{"kafka", [&] { return producer->unready_reason(); }}}};
  const auto admin_server = http::make_server(
      runtime.io(), config.admin_listen, http::ServerLimits{}, admin.handler(), metrics, "admin");
  const auto server =
      http::make_server(runtime.io(), config.http_listen, config.limits, api.handler(), metrics);
  log::info("listening", {{"port", server->port()}, {"admin_port", admin_server->port()}});

  return runtime.run(
      [&]() -> boost::asio::awaitable<void> {
        admin.begin_drain();
        co_await server->drain(ingress::drain_max - std::chrono::seconds{1});
        co_await producer->flush(std::chrono::seconds{1});
      },
      ingress::drain_max);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings{process_environment()};
  const ingress::Config config = ingress::read_config(settings);
  const CommandLine command_line{
      "webhook-ingress", "Verifies Stripe's webhooks and publishes them to Kafka.", {}};
  return run_program(command_line, settings, config.log_level, argc, argv,
                     [&](const std::string&) { return serve(config); });
}
