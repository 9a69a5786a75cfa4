// SPDX-License-Identifier: Apache-2.0
// A service but for its reads, beside a small Stripe, on a schema and a topic of its own: for the
// tests of resolve and sweep. Writers without Kafka are writer.hpp's.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "entitlements/events_consumer.hpp"
#include "entitlements/postgres/postgres_entitlements_store.hpp"
#include "entitlements/postgres/postgres_fetch_store.hpp"
#include "entitlements/postgres/postgres_sweep_store.hpp"
#include "entitlements/resolve_and_sweep.hpp"
#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/fake_stripe.hpp"
#include "tests/integration/entitlements/topic.hpp"
#include "tests/integration/entitlements/writer.hpp"
#include "tests/wait_until.hpp"

namespace tollgate::tests {

struct AskingInstance {
  AskingInstance(const MigratedSchema& database, kafka::ConsumerOptions consumer_options,
                 entitlements::ResolveAndSweepOptions options)
      : store(entitlements::make_postgres_entitlements_store(database.schema().options())),
        fetches(entitlements::make_postgres_fetch_store(database.schema().options())),
        sweeps(entitlements::make_postgres_sweep_store(database.schema().options())),
        apply_events(*store, development_catalog(), clock, metrics, options.topic),
        consumer(std::move(consumer_options), apply_events, metrics),
        asking(std::move(options), *fetches, *sweeps, clock, metrics) {}

  Metrics metrics;
  SystemClock clock;
  std::unique_ptr<entitlements::EntitlementsStore> store;
  std::unique_ptr<entitlements::FetchStore> fetches;
  std::unique_ptr<entitlements::SweepStore> sweeps;
  entitlements::ApplyEvents apply_events;
  entitlements::EventsConsumer consumer;
  entitlements::ResolveAndSweep asking;
};

class AskingTest : public testing::Test {
 protected:
  static std::int64_t now() { return to_unix_seconds(SystemClock{}.now()); }

  entitlements::ResolveAndSweepOptions options(const std::string& key = "sk_test_fake") {
    return {.stripe = {stripe::Mode::test, key, stripe_.url()},
            .kafka_properties = kafka_properties(),
            .topic = topic_.name(),
            .accounts = {""},
            .requests_per_second = 20,
            .sweep_interval = std::chrono::seconds{1},
            .on_fatal = [](const std::string& reason) { FAIL() << reason; }};
  }
  std::unique_ptr<AskingInstance> start(const std::string& key = "sk_test_fake") {
    return std::make_unique<AskingInstance>(database_, topic_.consumer_options(), options(key));
  }

  static std::string subscription(const std::string& status) {
    return R"({"id": "sub_1", "object": "subscription")" + values(status) + "}";
  }
  static std::string values(const std::string& status) {
    return R"(, "customer": "cus_1", "status": ")" + status +
           R"(", "metadata": {"user_id": "usr_1"}, "items": {"object": "list", "data": [)" +
           R"({"id": "si_1", "quantity": 1, "current_period_start": 1795000000, )" +
           R"("current_period_end": 1900000000, "price": {"id": "price_1", )" +
           R"("product": "prod_tollgate_professional"}}], "has_more": false})";
  }
  static std::string told(const std::string& id, const std::string& verb, const std::string& status,
                          std::int64_t created) {
    return event_body(id, "customer.subscription." + verb, created,
                      {"sub_1", "subscription", values(status)});
  }
  static std::string thin(const std::string& id, std::int64_t created) {
    return R"({"id": ")" + id + R"(", "object": "v2.core.event", "livemode": false, )" +
           R"("type": "v1.customer.subscription.updated", "created": ")" +
           format_rfc3339(from_unix_seconds(created)) +
           R"(", "related_object": {"id": "sub_1", "type": "subscription", )" +
           R"("url": "/v1/subscriptions/sub_1"}})";
  }

  bool says(const std::string& select, const std::string& expected) {
    return wait_until([&] {
      const auto rows = database_.rows(select);
      return !rows.empty() && rows.front() == expected;
    });
  }
  bool status_becomes(const std::string& status, const std::string& tie = "sole") {
    return says("select status, tie from stripe_objects where id = 'sub_1'", status + "|" + tie);
  }
  std::int64_t fetched_events() {
    return database_.number("select count(*) from events where type = 'com.tollgate.fetched'");
  }

  static std::int64_t count_of(const AskingInstance& instance, const std::string& name,
                               const std::string& outcome) {
    const std::string line = "tollgate_" + name + "_total{outcome=\"" + outcome + "\"} ";
    const std::string metrics = instance.metrics.render();
    const auto found = metrics.find(line);
    return found == std::string::npos ? 0 : std::stoll(metrics.substr(found + line.size()));
  }
  static std::int64_t finished_sweeps(const AskingInstance& instance) {
    return count_of(instance, "sweeps", "finished");
  }

  MigratedSchema database_;
  Topic topic_{3};
  FakeStripe stripe_;
};

}  // namespace tollgate::tests
