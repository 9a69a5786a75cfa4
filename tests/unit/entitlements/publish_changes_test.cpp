// SPDX-License-Identifier: Apache-2.0
#include "entitlements/publish_changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/unit/entitlements/asking.hpp"

namespace tollgate::entitlements {
namespace {

/// The leader's, with documents that stay unpublished; PostgreSQL's has integration tests.
class UnpublishedStore final : public ChangesStore {
 public:
  bool lead() override { return true; }
  void step_down() override {}
  std::vector<UnpublishedDocument> find_unpublished(const std::string& after,
                                                    std::size_t) override {
    return after.empty() ? documents : std::vector<UnpublishedDocument>{};
  }
  void note_published(std::span<const PublishedVersion>) override {}
  Backlog backlog() override { return {}; }

  std::vector<UnpublishedDocument> documents;
};

class WillingProducer final : public kafka::TransactionalProducer {
 public:
  Outcome init() override { return {}; }
  Outcome begin() override { return {}; }
  Outcome send(const kafka::OutgoingRecord&) override { return {}; }
  Outcome commit() override { return {}; }
  Outcome abort() override { return {}; }
};

TEST(PublishChanges, TellsOncePerVersionWhatItCannotPublish) {
  UnpublishedStore store;
  tests::HandClock clock;
  Metrics metrics;
  PublishChanges publish{store, [] { return std::make_unique<WillingProducer>(); }, clock, metrics,
                         "changes"};
  const auto told = [&](int times) {
    const std::string line = "tollgate_changes_unpublishable_total " + std::to_string(times) + "\n";
    return metrics.render().find(line) != std::string::npos;
  };
  UnpublishedDocument document;
  document.user_id = "usr_1";
  document.document = "no document";
  document.version = 1;
  store.documents = {document};
  publish.run_once();
  publish.run_once();
  EXPECT_TRUE(told(1));
  store.documents[0].version = 2;
  publish.run_once();
  publish.run_once();
  EXPECT_TRUE(told(2));
}

}  // namespace
}  // namespace tollgate::entitlements
