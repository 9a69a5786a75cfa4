// SPDX-License-Identifier: Apache-2.0
// A server that answers its connections with given bytes, right or wrong, and then closes or waits.
// One that speaks HTTP is tests/unit/http/running_server.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tollgate::tests {

class ScriptedServer {
 public:
  enum class Then { close, wait };

  /// The n-th connection gets the n-th text when its request's head is there; later ones the last.
  ScriptedServer(std::vector<std::string> answers, Then then);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] int connections() const;
  /// Everything received, of all connections in their order.
  [[nodiscard]] std::string received() const;

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace tollgate::tests
