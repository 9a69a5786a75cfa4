// SPDX-License-Identifier: Apache-2.0
#include "base/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace tollgate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Variables = std::map<std::string, std::string>;

Settings settings_of(Variables variables) {
  return Settings{
      [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
      }};
}

/// A file that holds a secret, gone at the end of the test.
class SecretFile {
 public:
  explicit SecretFile(const std::string& text) { std::ofstream{path_, std::ios::binary} << text; }
  ~SecretFile() { std::filesystem::remove(path_); }
  SecretFile(const SecretFile&) = delete;
  SecretFile& operator=(const SecretFile&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  const std::filesystem::path path_ =
      std::filesystem::path{testing::TempDir()} / ("secret-" + std::to_string(::getpid()));
};

TEST(Settings, ComeFromTheEnvironmentOrTheirDefault) {
  Settings settings = settings_of({{"NAME", "given"}, {"EMPTY", ""}});
  EXPECT_EQ(settings.text("NAME", "help", "default"), "given");
  EXPECT_EQ(settings.text("OTHER", "help", "default"), "default");
  EXPECT_EQ(settings.text("EMPTY", "help", "default"), "default");
  EXPECT_EQ(settings.optional_text("OTHER", "help"), std::nullopt);
  EXPECT_THAT(settings.faults(), IsEmpty());
}

TEST(Settings, ThatAreRequiredAreFaultsWhenMissingOrBlank) {
  Settings settings = settings_of({{"BLANK", " \t"}, {"EMPTY", ""}});
  settings.required_text("BLANK", "help");
  settings.required_text("EMPTY", "help");
  settings.required_text("MISSING", "help");
  EXPECT_THAT(settings.faults(), ElementsAre(HasSubstr("BLANK"), HasSubstr("EMPTY is not set"),
                                             HasSubstr("MISSING is not set")));
}

TEST(Settings, ReportAllFaultsTogether) {
  Settings settings = settings_of({{"COUNT", "many"}, {"LISTEN", "nowhere"}, {"MODE", "fast"}});
  settings.integer("COUNT", "help", 1, 0, 10);
  settings.endpoint("LISTEN", "help", ":80");
  settings.choice("MODE", "help", {"test", "live"}, "test");
  settings.fault("OTHER", "excludes COUNT");
  EXPECT_THAT(settings.faults(),
              ElementsAre(HasSubstr("COUNT is 'many'"), HasSubstr("LISTEN is 'nowhere'"),
                          HasSubstr("MODE is 'fast'"), "OTHER excludes COUNT"));
}

TEST(Settings, ThatAreWholeNumbersKeepTheirLimits) {
  for (const auto& [text, value] :
       std::map<std::string, std::int64_t>{{"0", 0}, {"10", 10}, {"007", 7}}) {
    Settings settings = settings_of({{"COUNT", text}});
    EXPECT_EQ(settings.integer("COUNT", "help", 5, 0, 10), value);
    EXPECT_THAT(settings.faults(), IsEmpty()) << text;
  }
  for (const char* text :
       {"-1", "11", "1.5", "1e1", " 1", "1 ", "+1", "0x1", "many", "99999999999999999999"}) {
    Settings settings = settings_of({{"COUNT", text}});
    EXPECT_EQ(settings.integer("COUNT", "help", 5, 0, 10), 5);
    EXPECT_THAT(settings.faults(), ElementsAre(HasSubstr("from 0 to 10"))) << text;
  }
}

TEST(Settings, MayBeReadFromAFileLessOneLineEnd) {
  const std::map<std::string, std::string> cases{{"whsec_1", "whsec_1"},
                                                 {"whsec_1\n", "whsec_1"},
                                                 {"whsec_1\r\n", "whsec_1"},
                                                 {"whsec_1\n\n", "whsec_1\n"},
                                                 {" whsec_1 ", " whsec_1 "}};
  for (const auto& [content, value] : cases) {
    const SecretFile file{content};
    Settings settings = settings_of({{"SECRET_FILE", file.path()}});
    EXPECT_EQ(settings.required_text("SECRET", "help"), value);
    EXPECT_THAT(settings.faults(), IsEmpty());
    EXPECT_EQ(settings.notes().size(), content.ends_with('\n') ? 1u : 0u);
  }
}

TEST(Settings, ReadFromABlankFileAreFaults) {
  for (const char* content : {"", "\n", " \t\n"}) {
    const SecretFile file{content};
    Settings settings = settings_of({{"SECRET_FILE", file.path()}});
    settings.required_text("SECRET", "help");
    settings.list("SECRET", "help");
    EXPECT_THAT(settings.faults(),
                ElementsAre(HasSubstr("which is blank"), HasSubstr("which is blank")));
  }
}

TEST(Settings, FromAFileThatIsNoneAreFaults) {
  Settings settings = settings_of({{"SECRET_FILE", testing::TempDir() + "no-such-file"}});
  settings.required_text("SECRET", "help");
  EXPECT_THAT(settings.faults(), ElementsAre(HasSubstr("cannot be read")));
}

TEST(Settings, FromADirectoryAreFaults) {
  Settings settings = settings_of({{"SECRET_FILE", testing::TempDir()}});
  settings.optional_text("SECRET", "help");
  EXPECT_THAT(settings.faults(), Not(IsEmpty()));
}

TEST(Settings, GivenTwiceAreFaults) {
  const SecretFile file{"whsec_1"};
  Settings settings = settings_of({{"SECRET", "whsec_2"}, {"SECRET_FILE", file.path()}});
  settings.optional_text("SECRET", "help");
  EXPECT_THAT(settings.faults(), ElementsAre(HasSubstr("set twice")));
}

TEST(Settings, NeverShowASecretInAFault) {
  const SecretFile file{"whsec_hidden"};
  Settings settings = settings_of({{"SECRETS", "whsec_hidden,,whsec_other"},
                                   {"TWICE", "whsec_hidden"},
                                   {"TWICE_FILE", file.path()}});
  settings.required_list("SECRETS", "help", Secrecy::secret);
  settings.required_text("TWICE", "help", Secrecy::secret);
  settings.text("DEFAULTED", "help", "whsec_hidden", Secrecy::secret);
  ASSERT_EQ(settings.faults().size(), 2u);
  for (const std::string& fault : settings.faults()) EXPECT_THAT(fault, Not(HasSubstr("hidden")));
  EXPECT_THAT(settings.help(), Not(HasSubstr("hidden")));
}

TEST(Settings, ThatAreListsLoseOuterBlanks) {
  Settings settings = settings_of({{"NAMES", " a , b c,d\t"}});
  EXPECT_THAT(settings.list("NAMES", "help"), ElementsAre("a", "b c", "d"));
  EXPECT_THAT(settings.list("OTHERS", "help"), IsEmpty());
  EXPECT_THAT(settings.faults(), IsEmpty());
}

TEST(Settings, ThatAreListsWithABlankElementAreFaults) {
  for (const char* text : {",", "a,", ",a", "a,,b", "a, ,b", " "}) {
    Settings settings = settings_of({{"NAMES", text}});
    EXPECT_THAT(settings.list("NAMES", "help"), IsEmpty()) << text;
    EXPECT_EQ(settings.faults().size(), 1u) << text;
  }
}

TEST(Settings, ThatAreRequiredListsAreFaultsOnceWhenMissingOrBlank) {
  Settings settings = settings_of({{"BLANK", " "}});
  EXPECT_THAT(settings.required_list("NAMES", "help"), IsEmpty());
  EXPECT_THAT(settings.required_list("BLANK", "help"), IsEmpty());
  EXPECT_THAT(settings.faults(), ElementsAre("NAMES is not set: help", "BLANK is blank"));
}

TEST(Settings, AreListedByHelp) {
  Settings settings = settings_of({});
  settings.text("NAME", "What it is called", "tollgate");
  settings.choice("MODE", "Which keys", {"test", "live"}, "test");
  EXPECT_THAT(settings.help(), HasSubstr("NAME [tollgate]\n      What it is called\n"));
  EXPECT_THAT(settings.help(), HasSubstr("MODE [test]\n      Which keys (test, live)\n"));
}

TEST(Settings, AreMarkedByHelpWhereTheyAreSecrets) {
  Settings settings = settings_of({});
  settings.required_text("TOKEN", "Who may read", Secrecy::secret);
  settings.list("TOKENS", "Who else", Secrecy::secret);
  settings.text("SALT", "Spice", "pepper", Secrecy::secret);
  EXPECT_THAT(settings.help(), HasSubstr("TOKEN [(required)] secret\n"));
  EXPECT_THAT(settings.help(), HasSubstr("TOKENS [(none)] secret\n"));
  EXPECT_THAT(settings.help(), HasSubstr("SALT [(set)] secret\n"));
}

TEST(Endpoints, HaveShortForms) {
  const auto full = parse_endpoint("127.0.0.1:8080");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->host, "127.0.0.1");
  EXPECT_EQ(full->port, 8080);
  EXPECT_EQ(parse_endpoint(":0")->host, "::");
  EXPECT_EQ(parse_endpoint("[::1]:9080")->host, "::1");
  EXPECT_EQ(parse_endpoint("kafka.example:65535")->port, 65535);
}

TEST(Endpoints, WithoutAPortAreNone) {
  for (const char* text : {"", "localhost", "localhost:", "localhost:http", "localhost:65536",
                           "localhost:-1", "8080", "::1:8080", "[::1:8080", "a b:80"}) {
    EXPECT_FALSE(parse_endpoint(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace tollgate
