// SPDX-License-Identifier: Apache-2.0
// Settings from the environment: read once in main, every fault reported together, documented by
// the same calls that read them. Parts below main get plain structs, never this reader.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate {

/// Where to listen or connect: `host:port`, `[v6]:port` or `:port` (all addresses, IPv6 and IPv4).
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;  ///< 0 lets the system choose when listening
};

/// A secret's default and value are shown nowhere, and --help marks it: give it by NAME_FILE.
enum class Secrecy { open, secret };

/// Reads settings by name. `NAME` may also come from the file that `NAME_FILE` names (a mounted
/// secret), less one final line end. A setting set to the empty text counts as not set.
/// Nothing here throws for bad input: look at faults() when all settings are read.
class Settings {
 public:
  using Environment = std::function<std::optional<std::string>(const std::string& name)>;
  explicit Settings(Environment environment);

  std::string text(const std::string& name, const std::string& help, const std::string& fallback,
                   Secrecy secrecy = Secrecy::open);
  std::string required_text(const std::string& name, const std::string& help,
                            Secrecy secrecy = Secrecy::open);
  std::optional<std::string> optional_text(const std::string& name, const std::string& help,
                                           Secrecy secrecy = Secrecy::open);
  std::int64_t integer(const std::string& name, const std::string& help, std::int64_t fallback,
                       std::int64_t min, std::int64_t max);
  Endpoint endpoint(const std::string& name, const std::string& help, const std::string& fallback);
  /// One of `allowed`, which the help lists.
  std::string choice(const std::string& name, const std::string& help,
                     const std::vector<std::string>& allowed, const std::string& fallback);
  /// Comma-separated; elements keep their inner spaces and lose the outer ones. A blank element is
  /// a fault: a stray comma in a list of secrets must not pass silently.
  std::vector<std::string> list(const std::string& name, const std::string& help,
                                Secrecy secrecy = Secrecy::open);
  std::vector<std::string> required_list(const std::string& name, const std::string& help,
                                         Secrecy secrecy = Secrecy::open);

  /// A fault that only the reader of several settings can see, e.g. two that exclude each other.
  void fault(const std::string& name, const std::string& what);

  /// One sentence each, naming the setting and what is wrong; empty when the service may start.
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }
  /// Worth a log line, e.g. a line end stripped from a secret file.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  /// The table for `--help`: every setting asked for so far, its default and its meaning.
  [[nodiscard]] std::string help() const;

 private:
  struct Documented {
    std::string name;
    std::string fallback;
    std::string help;
    Secrecy secrecy;
  };
  std::optional<std::string> find(const std::string& name);
  std::optional<std::string> read_file(const std::string& name, const std::string& path);
  std::optional<std::string> describe_and_find(const std::string& name, const std::string& help,
                                               const std::string& fallback, Secrecy secrecy);
  std::vector<std::string> split(const std::string& name, const std::string& value);

  Environment environment_;
  std::vector<Documented> documented_;
  std::vector<std::string> faults_;
  std::vector<std::string> notes_;
};

/// The environment of this process.
Settings::Environment process_environment();

/// `host:port` and its short forms; nothing when it is none.
std::optional<Endpoint> parse_endpoint(std::string_view text);

}  // namespace tollgate
