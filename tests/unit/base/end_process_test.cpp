// SPDX-License-Identifier: Apache-2.0
#include "base/end_process.hpp"

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <stdexcept>

namespace tollgate {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> end_quietly() { co_return; }
asio::awaitable<void> fail() {
  throw std::runtime_error{"no memory for the next connection"};
  co_return;
}

TEST(EndProcess, TakesTheReasonOfTheCoroutineOutOfTheLoop) {
  asio::io_context io{1};
  asio::co_spawn(io, fail(), end_process_on_failure);
  try {
    io.run();
    FAIL() << "the failure was swallowed";
  } catch (const std::runtime_error& failure) {
    EXPECT_STREQ(failure.what(), "no memory for the next connection");
  }
}

TEST(EndProcess, LetsACoroutineEnd) {
  asio::io_context io{1};
  asio::co_spawn(io, end_quietly(), end_process_on_failure);
  EXPECT_NO_THROW(io.run());
}

}  // namespace
}  // namespace tollgate
