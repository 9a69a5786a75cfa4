// SPDX-License-Identifier: Apache-2.0
#include "kafka/held_messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace tollgate::kafka {
namespace {

using testing::ElementsAre;

/// Told apart by partition and time; there is no message of librdkafka in it.
HeldMessage held(std::int32_t partition, std::int64_t timestamp_ms, std::size_t bytes = 1'000) {
  return {nullptr, partition, timestamp_ms, bytes};
}

using Place = std::pair<std::int32_t, std::int64_t>;

std::vector<Place> take_all(HeldMessages& messages) {
  std::vector<Place> taken;
  while (!messages.empty()) {
    const HeldMessage next = messages.take();
    taken.emplace_back(next.partition, next.timestamp_ms);
  }
  return taken;
}

TEST(HeldMessages, GivesOutByTimeAcrossPartitionsAndInOrderWithinEach) {
  HeldMessages messages;
  for (const std::int64_t time : {10, 40, 30}) messages.add(held(0, time));
  for (const std::int64_t time : {20, 35}) messages.add(held(1, time));
  EXPECT_THAT(take_all(messages),
              ElementsAre(Place{0, 10}, Place{1, 20}, Place{1, 35}, Place{0, 40}, Place{0, 30}));
}

TEST(HeldMessages, GivesOutAPartitionThatHoldsTooMuchBeforeEarlierOnes) {
  HeldMessages messages;
  messages.add(held(0, 10));
  messages.add(held(1, 20, HeldMessages::partition_bytes_max));
  messages.add(held(1, 30, 1));
  EXPECT_EQ(messages.take().partition, 1);
  EXPECT_THAT(take_all(messages), ElementsAre(Place{0, 10}, Place{1, 30}));
}

TEST(HeldMessages, GivesOutAMessageBeforeTooMuchHasComeAfterIt) {
  HeldMessages messages;
  messages.add(held(0, 1'000));
  for (std::size_t later = 0; later < HeldMessages::later_bytes_max - 1'000; later += 1'000) {
    messages.add(held(1, 1));
    EXPECT_EQ(messages.take().partition, 1);
  }
  messages.add(held(1, 1, 2'000));
  EXPECT_EQ(messages.take().partition, 0);
}

TEST(HeldMessages, HasRoomForSomeBatches) {
  HeldMessages messages;
  const std::size_t plenty = 100'000'000;
  for (std::size_t i = 0; i < HeldMessages::batches_max * 10; ++i) {
    EXPECT_TRUE(messages.has_room(10, plenty));
    EXPECT_EQ(messages.has_room(10, 5'000), i < 5);
    messages.add(held(0, 1));
  }
  EXPECT_FALSE(messages.has_room(10, plenty));
}

TEST(HeldMessages, HasRoomForABatchOnlyWhereAPartitionHoldsTooMuch) {
  HeldMessages messages;
  const std::size_t plenty = 100'000'000;
  messages.add(held(0, 1, HeldMessages::partition_bytes_max + 1));
  EXPECT_TRUE(messages.has_room(2, plenty));
  messages.add(held(1, 2));
  EXPECT_FALSE(messages.has_room(2, plenty));
  messages.take();
  messages.add(held(1, 3));
  EXPECT_TRUE(messages.has_room(2, plenty));
}

TEST(HeldMessages, CountsWhatItHolds) {
  HeldMessages messages;
  messages.add(held(0, 1, 100));
  messages.add(held(1, 2, 200));
  messages.add(held(1, 3, 300));
  EXPECT_EQ(messages.count(), 3u);
  EXPECT_EQ(messages.bytes(), 600u);
  messages.take();
  EXPECT_EQ(messages.bytes(), 500u);
  messages.drop(0);
  EXPECT_EQ(messages.count(), 2u);
  messages.drop(1);
  EXPECT_TRUE(messages.empty());
  EXPECT_EQ(messages.count(), 0u);
  EXPECT_EQ(messages.bytes(), 0u);
}

TEST(HeldMessages, ForgetsEverythingWhenCleared) {
  HeldMessages messages;
  messages.add(held(0, 1));
  messages.clear();
  EXPECT_TRUE(messages.empty());
  EXPECT_EQ(messages.bytes(), 0u);
}

}  // namespace
}  // namespace tollgate::kafka
