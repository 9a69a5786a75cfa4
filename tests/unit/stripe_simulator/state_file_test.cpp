// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/world/state_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace tollgate::simulator {
namespace {

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return from_unix_seconds(1'800'000'000); }
};

class StateFileTest : public testing::Test {
 protected:
  StateFileTest() { std::filesystem::remove(path); }
  ~StateFileTest() override { std::filesystem::remove(path); }

  const FixedClock real;
  SimulatedClock clock{real};
  World world{1, clock.now()};
  IdempotentAnswers answers;
  const std::string path = testing::TempDir() + "/stripe_simulator_" +
                           testing::UnitTest::GetInstance()->current_test_info()->name() + ".json";
};

TEST_F(StateFileTest, BringsBackTheWorldAndItsTime) {
  const std::string id = world.make_id("cus_", 14);
  world.create(Json::object({{"id", id}, {"object", "customer"}}), "customer.created");
  world.advance_to(clock.now() + 1'000);
  StateFile{path, world, answers, clock}.save();

  World next{2, clock.now()};
  IdempotentAnswers next_answers;
  SimulatedClock next_clock{real};
  StateFile{path, next, next_answers, next_clock}.load();
  EXPECT_EQ(next.to_json(), world.to_json());
  EXPECT_EQ(next_clock.now(), world.now());
}

TEST_F(StateFileTest, BringsBackWhatWasAnsweredUnderEachKey) {
  StateFile file{path, world, answers, clock};
  file.save();
  const std::int64_t now = clock.now();
  answers.keep("buy-1", "/v1/x?\na=1", {402, "{\n  \"error\": \"\u00e9\"\n}"}, now);
  file.save();  // Though the world is as it was.

  World next{2, now};
  IdempotentAnswers next_answers;
  SimulatedClock next_clock{real};
  StateFile{path, next, next_answers, next_clock}.load();
  const auto replayed = next_answers.find("buy-1", "/v1/x?\na=1", now + 24 * 3600 - 1);
  ASSERT_TRUE(replayed && *replayed != nullptr);
  EXPECT_EQ((*replayed)->status, 402U);
  EXPECT_EQ((*replayed)->body, "{\n  \"error\": \"\u00e9\"\n}");
  EXPECT_FALSE(next_answers.find("buy-1", "/v1/x?\na=2", now));
  EXPECT_EQ(*next_answers.find("buy-1", "/v1/x?\na=1", now + 24 * 3600), nullptr);
}

TEST_F(StateFileTest, OfBeforeAnswersWereKeptHasNone) {
  std::ofstream{path} << write_json(world.to_json());
  answers.keep("buy-1", "/v1/x", {200, "{}"}, clock.now());
  StateFile{path, world, answers, clock}.load();
  EXPECT_FALSE(answers.has("buy-1"));
}

TEST_F(StateFileTest, IsNotWrittenWhenNothingHasChanged) {
  StateFile file{path, world, answers, clock};
  world.create(Json::object({{"id", "x_1"}, {"object", "x"}}), {});
  file.save();
  std::filesystem::remove(path);
  file.save();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(StateFileTest, ThatIsDamagedStopsTheStart) {
  for (const char* text : {"{\"format\":1,\"obj", "{\"format\":1,\"answers\":{}}",
                           "{\"format\":1,\"answers\":[{\"key\":\"\",\"status\":200}]}",
                           "{\"format\":1,\"answers\":[{\"key\":\"a\"}]}"}) {
    std::ofstream{path} << text;
    StateFile file{path, world, answers, clock};
    EXPECT_THROW(file.load(), std::runtime_error) << text;
  }
}

}  // namespace
}  // namespace tollgate::simulator
