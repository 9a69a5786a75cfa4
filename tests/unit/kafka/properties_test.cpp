// SPDX-License-Identifier: Apache-2.0
#include "kafka/properties.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace tollgate::kafka {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

class KafkaProperties : public testing::Test {
 protected:
  ~KafkaProperties() override { std::filesystem::remove(path); }

  Settings settings_with(const std::string& text) {
    std::ofstream{path} << text;
    return settings_of_path();
  }
  Settings settings_of_path() {
    return Settings{[this](const std::string& name) -> std::optional<std::string> {
      if (name == "KAFKA_BROKERS") return "broker-1:9092,broker-2:9092";
      if (name == "KAFKA_PROPERTIES_FILE") return path.string();
      return std::nullopt;
    }};
  }

  const std::filesystem::path path = std::filesystem::path{testing::TempDir()} /
                                     ("kafka-" + std::to_string(::getpid()) + ".properties");
};

TEST_F(KafkaProperties, AreTheBrokersWithoutAFile) {
  Settings settings{[](const std::string& name) -> std::optional<std::string> {
    if (name == "KAFKA_BROKERS") return "broker-1:9092";
    return std::nullopt;
  }};
  EXPECT_THAT(read_properties(settings), ElementsAre(Pair("bootstrap.servers", "broker-1:9092")));
  EXPECT_THAT(settings.faults(), IsEmpty());
}

TEST_F(KafkaProperties, AreReadFromLinesOfNameAndValue) {
  Settings settings = settings_with(
      "# TLS\n\nsecurity.protocol=sasl_ssl\n  sasl.username = shop \r\nsasl.password=a=b#c\n");
  EXPECT_THAT(read_properties(settings),
              ElementsAre(Pair("bootstrap.servers", "broker-1:9092,broker-2:9092"),
                          Pair("sasl.password", "a=b#c"), Pair("sasl.username", "shop"),
                          Pair("security.protocol", "sasl_ssl")));
  EXPECT_THAT(settings.faults(), IsEmpty());
}

TEST_F(KafkaProperties, ReportEveryLineThatIsNone) {
  Settings settings = settings_with("security.protocol=ssl\nssl.ca.location\n=value\n");
  read_properties(settings);
  EXPECT_THAT(settings.faults(), ElementsAre(HasSubstr("line 2"), HasSubstr("line 3")));
}

TEST_F(KafkaProperties, MayNotWeakenWhatTollgatePromises) {
  for (const char* line : {"acks=1", "request.required.acks=0", "enable.auto.commit=true",
                           "group.id=other", "bootstrap.servers=elsewhere:9092",
                           "isolation.level=read_uncommitted", "transactional.id=x"}) {
    Settings settings = settings_with(line);
    const Properties properties = read_properties(settings);
    EXPECT_THAT(settings.faults(), ElementsAre(HasSubstr("which Tollgate decides itself"))) << line;
    EXPECT_THAT(properties, ElementsAre(Pair("bootstrap.servers", "broker-1:9092,broker-2:9092")));
  }
}

TEST_F(KafkaProperties, FileThatCannotBeReadIsAFault) {
  Settings settings = settings_with("");
  std::filesystem::remove(path);
  read_properties(settings);
  EXPECT_THAT(settings.faults(), ElementsAre(HasSubstr("cannot be read")));
  std::filesystem::create_directory(path);
  Settings directory = settings_of_path();
  read_properties(directory);
  EXPECT_THAT(directory.faults(), ElementsAre(HasSubstr("cannot be read")));
}

}  // namespace
}  // namespace tollgate::kafka
