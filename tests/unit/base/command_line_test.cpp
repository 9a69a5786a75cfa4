// SPDX-License-Identifier: Apache-2.0
#include "base/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

namespace tollgate {
namespace {

using testing::HasSubstr;

class Program : public testing::Test {
 protected:
  ~Program() override { log::open("tollgate", log::Level::info); }

  /// What the program does with one argument, or none; its output is kept.
  int run(const char* argument, const std::function<int(const std::string&)>& body) {
    const CommandLine command_line{"shop", "Sells things.", {{"migrate", "Brings tables up."}}};
    std::string name = "shop";
    std::string word = argument != nullptr ? argument : "";
    std::array<char*, 2> arguments{name.data(), word.data()};
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = run_program(command_line, settings, log::Level::info,
                                   argument != nullptr ? 2 : 1, arguments.data(), body);
    out = testing::internal::GetCapturedStdout();
    err = testing::internal::GetCapturedStderr();
    return status;
  }

  Settings settings{[](const std::string&) { return std::nullopt; }};
  std::string out;
  std::string err;
};

TEST_F(Program, RunsWithTheCommandThatWasGiven) {
  std::string given = "none";
  const auto body = [&](const std::string& command) {
    given = command;
    return 7;
  };
  EXPECT_EQ(run(nullptr, body), 7);
  EXPECT_EQ(given, "");
  EXPECT_EQ(run("migrate", body), 7);
  EXPECT_EQ(given, "migrate");
}

TEST_F(Program, ShowsItsSettingsAndCommands) {
  settings.text("KAFKA_BROKERS", "Where Kafka is", "localhost:9092");
  EXPECT_EQ(run("--help", [](const std::string&) { return 7; }), 0);
  EXPECT_THAT(out, HasSubstr("Sells things."));
  EXPECT_THAT(out, HasSubstr("migrate"));
  EXPECT_THAT(out, HasSubstr("KAFKA_BROKERS [localhost:9092]"));
}

TEST_F(Program, DoesNotRunWithAWordThatItDoesNotKnow) {
  EXPECT_EQ(run("nonsense", [](const std::string&) { return 0; }), 2);
  EXPECT_THAT(err, HasSubstr("nonsense"));
}

TEST_F(Program, DoesNotRunWithFaultySettingsAndNamesThemAll) {
  settings.required_text("FIRST", "help");
  settings.required_text("SECOND", "help");
  bool has_run = false;
  EXPECT_EQ(run(nullptr,
                [&](const std::string&) {
                  has_run = true;
                  return 0;
                }),
            2);
  EXPECT_FALSE(has_run);
  EXPECT_THAT(err, HasSubstr("FIRST is not set"));
  EXPECT_THAT(err, HasSubstr("SECOND is not set"));
}

TEST_F(Program, ACommandRunsWithoutTheSettingsThatItDoesNotNeed) {
  settings.required_text("FIRST", "help");
  settings.required_text("SECOND", "help");
  const CommandLine command_line{"shop",
                                 "Sells things.",
                                 {{.name = "migrate", .about = "Brings tables.", .settings = {"X"}},
                                  {.name = "count", .about = "Counts.", .settings = {"SECOND"}}}};
  const auto run_command = [&](std::string word) {
    std::string name = "shop";
    std::array<char*, 2> arguments{name.data(), word.data()};
    return run_program(command_line, settings, log::Level::info, 2, arguments.data(),
                       [](const std::string&) { return 0; });
  };
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_command("migrate"), 0);
  EXPECT_EQ(run_command("count"), 2);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("SECOND is not set"));
  EXPECT_THAT(said, testing::Not(HasSubstr("FIRST")));
}

TEST_F(Program, ACommandHasFlagsAndExamplesOfItsOwn) {
  bool dry_run = false;
  const CommandLine command_line{"shop",
                                 "Sells things.",
                                 {{.name = "rebuild",
                                   .about = "Computes anew.",
                                   .settings = {"DATABASE_URL"},
                                   .flags = {{"dry-run", "Only looks.", &dry_run}},
                                   .examples = "  shop rebuild --dry-run"}}};
  const auto run_with = [&](std::string flag) {
    std::string name = "shop";
    std::string word = "rebuild";
    std::array<char*, 3> arguments{name.data(), word.data(), flag.data()};
    return run_program(command_line, settings, log::Level::info, 3, arguments.data(),
                       [](const std::string&) { return 0; });
  };
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_with("--help"), 0);
  const std::string help = testing::internal::GetCapturedStdout();
  for (const char* text : {"Only looks.", "shop rebuild --dry-run", "DATABASE_URL"}) {
    EXPECT_THAT(help, HasSubstr(text));
  }
  EXPECT_FALSE(dry_run);
  EXPECT_EQ(run_with("--dry-run"), 0);
  EXPECT_TRUE(dry_run);
}

TEST_F(Program, EndsWithOneWhenItThrows) {
  EXPECT_EQ(run(nullptr, [](const std::string&) -> int { throw std::runtime_error("no disk"); }),
            1);
  EXPECT_THAT(err, HasSubstr("no disk"));
}

}  // namespace
}  // namespace tollgate
