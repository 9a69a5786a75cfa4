// SPDX-License-Identifier: Apache-2.0
// Bytes through a RequestReader without a socket, cut as the test likes.
// Over real sockets: tests/unit/http/running_server.hpp.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

#include "http/request_reader.hpp"

namespace tollgate::tests {

/// Takes longer bodies on one path than on others.
class LongBodies final : public http::Handler {
 public:
  static constexpr std::size_t bytes_max = 100'000;

  boost::asio::awaitable<http::Response> handle(http::Request&) override {
    throw std::logic_error("nobody answers here");
  }
  [[nodiscard]] std::size_t body_bytes_max(const http::Request& head) const override {
    return head.path == "/long" ? bytes_max : 0;
  }
};

class ReaderTest : public testing::Test {
 protected:
  using Step = http::RequestReader::Step;

  static http::ServerLimits small_limits() {
    http::ServerLimits limits;
    limits.header_bytes_max = 512;
    limits.body_bytes_max = 40'000;
    return limits;
  }

  /// Feeds at most `piece` bytes at a time, until the reader has a request or a fault.
  Step feed(std::string_view& bytes, std::size_t piece) {
    Step step = Step::need_bytes;
    while (!bytes.empty() && step == Step::need_bytes) {
      const auto space = reader_.space();
      const std::size_t count = std::min({piece, bytes.size(), space.size()});
      std::memcpy(space.data(), bytes.data(), count);
      bytes.remove_prefix(count);
      step = reader_.advance(count);
    }
    return step;
  }
  Step feed_all(std::string_view bytes) { return feed(bytes, bytes.size()); }

  /// The reason of the fault, whether the bytes come at once or one by one; empty for none.
  std::string fault_of(const std::string& bytes) {
    std::string reasons[2];
    for (const std::size_t piece : {bytes.size(), std::size_t{1}}) {
      reader_.clear();
      std::string_view rest = bytes;
      const bool refused = feed(rest, piece) == Step::fault;
      reasons[piece == 1 ? 1 : 0] = refused ? std::string{reader_.fault().reason} : "";
    }
    EXPECT_EQ(reasons[0], reasons[1]) << bytes;
    return reasons[0];
  }

  const http::ServerLimits limits_ = small_limits();
  http::ByteBudget budget_{200'000};
  const LongBodies handler_;
  http::RequestReader reader_{limits_, handler_, budget_};
};

}  // namespace tollgate::tests
