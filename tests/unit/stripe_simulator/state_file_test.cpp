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
  const std::string path = testing::TempDir() + "/stripe_simulator_" +
                           testing::UnitTest::GetInstance()->current_test_info()->name() + ".json";
};

TEST_F(StateFileTest, BringsBackTheWorldAndItsTime) {
  const std::string id = world.make_id("cus_", 14);
  world.create(Json::object({{"id", id}, {"object", "customer"}}), "customer.created");
  world.advance_to(clock.now() + 1'000);
  StateFile{path, world, clock}.save();

  World next{2, clock.now()};
  SimulatedClock next_clock{real};
  StateFile{path, next, next_clock}.load();
  EXPECT_EQ(next.to_json(), world.to_json());
  EXPECT_EQ(next_clock.now(), world.now());
}

TEST_F(StateFileTest, IsNotWrittenWhenNothingHasChanged) {
  StateFile file{path, world, clock};
  world.create(Json::object({{"id", "x_1"}, {"object", "x"}}), {});
  file.save();
  std::filesystem::remove(path);
  file.save();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(StateFileTest, ThatIsDamagedStopsTheStart) {
  std::ofstream{path} << "{\"format\":1,\"obj";
  StateFile file{path, world, clock};
  EXPECT_THROW(file.load(), std::runtime_error);
}

}  // namespace
}  // namespace tollgate::simulator
