// SPDX-License-Identifier: Apache-2.0
#include "base/uuid.hpp"

#include <gtest/gtest.h>

#include <future>
#include <set>
#include <vector>

namespace tollgate {
namespace {

// RFC 9562 appendix A.6 has this time, 0x017F22E279B0 milliseconds.
constexpr Time example{std::chrono::milliseconds{1'645'557'742'000}};

TEST(UuidV7, BeginsWithTheTimeOfItsMaking) {
  EXPECT_EQ(make_uuid_v7(example).substr(0, 13), "017f22e2-79b0");
}

TEST(UuidV7, HasItsFormVersionAndVariant) {
  for (int i = 0; i < 1'000; ++i) {
    const std::string uuid = make_uuid_v7(example);
    ASSERT_EQ(uuid.size(), 36u);
    for (const std::size_t dash : {8u, 13u, 18u, 23u}) EXPECT_EQ(uuid[dash], '-') << uuid;
    EXPECT_EQ(uuid[14], '7') << uuid;
    EXPECT_NE(std::string{"89ab"}.find(uuid[19]), std::string::npos) << uuid;
    EXPECT_EQ(uuid.find_first_not_of("0123456789abcdef-"), std::string::npos) << uuid;
  }
}

TEST(UuidV7, SortsByTime) {
  EXPECT_LT(make_uuid_v7(example), make_uuid_v7(example + std::chrono::milliseconds{1}));
}

TEST(UuidV7, IsUniqueAcrossThreads) {
  const auto make_many = [] {
    std::vector<std::string> made;
    made.reserve(5'000);
    for (int i = 0; i < 5'000; ++i) made.push_back(make_uuid_v7(example));
    return made;
  };
  std::vector<std::future<std::vector<std::string>>> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) threads.push_back(std::async(std::launch::async, make_many));
  std::set<std::string> all;
  for (auto& thread : threads) {
    for (const std::string& uuid : thread.get()) all.insert(uuid);
  }
  EXPECT_EQ(all.size(), 20'000u);
}

}  // namespace
}  // namespace tollgate
