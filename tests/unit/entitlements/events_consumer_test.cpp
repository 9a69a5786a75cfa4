// SPDX-License-Identifier: Apache-2.0
#include "entitlements/events_consumer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "tests/unit/entitlements/bare_store.hpp"
#include "tests/unit/entitlements/user_facts_builder.hpp"
#include "tests/wait_until.hpp"

namespace tollgate::entitlements {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

/// Records of partition 0 that are dead letters, so that a transaction has little to do.
class ScriptedBatch final : public kafka::RecordBatch {
 public:
  ScriptedBatch(std::int64_t first, std::size_t count) : records_(count) {
    for (kafka::Record& record : records_) {
      record.offset = first++;
      record.value = "no event";
    }
  }
  [[nodiscard]] std::span<const kafka::Record> records() const override { return records_; }

 private:
  std::vector<kafka::Record> records_;
};

using MaybeBatch = std::unique_ptr<kafka::RecordBatch>;

/// What Kafka and the database answer, and what they were asked, in order.
struct Script {
  void tell(std::string what) {
    const std::lock_guard lock{mutex};
    told.push_back(std::move(what));
  }
  std::vector<std::string> told_so_far() {
    const std::lock_guard lock{mutex};
    return told;
  }
  bool tells(const std::string& what) {
    const std::vector<std::string> all = told_so_far();
    return std::ranges::find(all, what) != all.end();
  }

  std::mutex mutex;
  std::vector<std::string> told;

  // Set before the thread begins.
  std::deque<std::function<MaybeBatch(kafka::ConsumerOptions&)>> polls;  ///< then nothing comes
  std::int64_t lost_at = -1;  ///< another instance was first with the batch that ends there
  bool can_seek = true;
  std::int64_t lag = 0;
  std::chrono::steady_clock::time_point first_report{};
};

class ScriptedConsumer final : public kafka::Consumer {
 public:
  ScriptedConsumer(Script& script, kafka::ConsumerOptions options)
      : script_(script), options_(std::move(options)) {
    script_.tell("made");
  }

  MaybeBatch poll(std::size_t, milliseconds) override {
    if (!std::exchange(assigned_, true)) options_.on_assigned(all);
    if (script_.polls.empty()) {
      std::this_thread::sleep_for(milliseconds{1});  // As the real one waits for records.
      return nullptr;
    }
    const auto next = std::move(script_.polls.front());
    script_.polls.pop_front();
    MaybeBatch batch = next(options_);
    if (!batch) return nullptr;
    const std::size_t count = batch->records().size();
    script_.lag -= static_cast<std::int64_t>(count);
    script_.tell("took " + std::to_string(count));
    return batch;
  }
  void seek(std::span<const kafka::PartitionOffset> offsets) override {
    script_.tell("seek " + std::to_string(offsets.front().next_offset));
    if (!script_.can_seek) throw std::runtime_error("the broker is away");
  }
  void commit(std::span<const kafka::PartitionOffset>) override {
    if (script_.first_report == std::chrono::steady_clock::time_point{}) {
      script_.first_report = std::chrono::steady_clock::now();
    }
  }
  [[nodiscard]] std::int64_t lag() const override { return script_.lag; }
  void close() override { script_.tell("closed"); }

  static constexpr std::int32_t all[] = {0};

 private:
  Script& script_;
  kafka::ConsumerOptions options_;
  bool assigned_ = false;
};

class ScriptedEventsConsumer : public testing::Test {
 protected:
  void give(std::int64_t first, std::size_t count) {
    script_.polls.push_back([first, count](kafka::ConsumerOptions&) {
      return std::make_unique<ScriptedBatch>(first, count);
    });
  }
  std::vector<std::string> run_until(const std::string& last) {
    EventsConsumer consumer{{}, apply_events_, metrics_, [this](kafka::ConsumerOptions options) {
                              return std::make_unique<ScriptedConsumer>(script_, options);
                            }};
    EXPECT_TRUE(tests::wait_until([&] { return script_.tells(last); }));
    return script_.told_so_far();
  }
  bool may_advance(std::int64_t next) {
    const bool lost = next == script_.lost_at;
    script_.tell((lost ? "lost " : "apply ") + std::to_string(next));
    if (shows_lag_) script_.tell(lag_line());
    return !lost;
  }
  std::string lag_line() {
    const std::string text = metrics_.render();
    const auto begin = text.find("\ntollgate_consumer_lag ") + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  }

  static constexpr std::size_t half = EventsConsumer::records_read_ahead_behind;

  bool shows_lag_ = false;
  Script script_;
  tests::BareStore store_{[this](auto advances) { return may_advance(advances.front().next); }};
  Metrics metrics_;
  SystemClock clock_;
  const Catalog catalog_{shop(), false};
  ApplyEvents apply_events_{store_, catalog_, clock_, metrics_, "stripe.events"};
};

TEST_F(ScriptedEventsConsumer, TakesTheNextBatchBeforeTheDatabaseHasOneThatIsHalfFull) {
  give(0, half);
  give(half, 10);
  EXPECT_THAT(run_until("apply 510"),
              ElementsAre("made", "took 500", "took 10", "apply 500", "apply 510"));
}

TEST_F(ScriptedEventsConsumer, LeavesRecordsTogetherBehindABatchThatIsNotHalfFull) {
  give(0, half - 1);
  give(half - 1, 10);
  EXPECT_THAT(run_until("apply 509"),
              ElementsAre("made", "took 499", "apply 499", "took 10", "apply 509"));
}

TEST_F(ScriptedEventsConsumer, DropsWhatItReadAheadBehindALostBatch) {
  script_.lost_at = half;
  give(0, half);
  give(half, half);
  give(0, 3);
  EXPECT_THAT(run_until("apply 3"), ElementsAre("made", "took 500", "took 500", "lost 500",
                                                "seek 0", "took 3", "apply 3"));
}

TEST_F(ScriptedEventsConsumer, DropsTheBatchInHandWhenReadingAheadBringsARebalance) {
  give(0, half);
  script_.polls.push_back([this](kafka::ConsumerOptions& options) -> MaybeBatch {
    script_.tell("rebalance");
    options.on_revoked(ScriptedConsumer::all);
    options.on_assigned(ScriptedConsumer::all);
    return nullptr;
  });
  give(0, half);
  EXPECT_THAT(run_until("apply 500"),
              ElementsAre("made", "took 500", "rebalance", "took 500", "apply 500"));
}

TEST_F(ScriptedEventsConsumer, AppliesNothingTwiceAfterReadingAheadFailed) {
  give(0, half);
  script_.polls.push_back([](kafka::ConsumerOptions&) -> MaybeBatch {
    throw std::runtime_error("fatal consumer error");
  });
  give(0, half);
  EXPECT_THAT(run_until("apply 500"),
              ElementsAre("made", "took 500", "made", "took 500", "apply 500"));
}

TEST_F(ScriptedEventsConsumer, JoinsTheGroupAgainWhenItCannotReadOnWhileAReportIsDue) {
  script_.can_seek = false;
  script_.lost_at = 3;
  give(0, 1);
  give(1, 1);
  script_.polls.push_back([this](kafka::ConsumerOptions&) {
    // Of the first batch Kafka was told at once; of the second it is to be told a second later.
    const auto due = script_.first_report + std::chrono::seconds{1};
    tests::wait_until([due] { return std::chrono::steady_clock::now() >= due; });
    return std::make_unique<ScriptedBatch>(2, 1);
  });
  give(0, 4);
  EXPECT_THAT(run_until("apply 4"),
              ElementsAre("made", "took 1", "apply 1", "took 1", "apply 2", "took 1", "lost 3",
                          "seek 0", "made", "took 4", "apply 4"));
}

TEST_F(ScriptedEventsConsumer, CountsWhatItHasTakenAsNotAppliedYet) {
  shows_lag_ = true;
  script_.lag = 1'000;
  give(0, half);
  give(half, 10);
  EXPECT_THAT(run_until("tollgate_consumer_lag 500"),
              ElementsAre("made", "took 500", "took 10", "apply 500", "tollgate_consumer_lag 1000",
                          "apply 510", "tollgate_consumer_lag 500"));
}

TEST_F(ScriptedEventsConsumer, LeavesTheGroupAtItsEnd) {
  run_until("made");
  EXPECT_TRUE(script_.tells("closed"));
}

}  // namespace
}  // namespace tollgate::entitlements
