// SPDX-License-Identifier: Apache-2.0
// As much of Stripe's API as resolve and sweep ask, on a free port of loopback, its loop on a
// thread of its own. It knows what a test puts into it and nothing else.
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/metrics.hpp"
#include "http/router.hpp"
#include "http/server.hpp"

namespace tollgate::tests {

/// Members may be called from any thread.
class FakeStripe final : public http::Handler {
 public:
  FakeStripe();
  ~FakeStripe() override;

  [[nodiscard]] std::string url() const;

  /// From now on a GET of that path, whatever its query, answers the object; else 404.
  void put(const std::string& path, const std::string& body);
  /// The same for a list, newest first, in pages as large as asked for but not over `page_max`.
  void put_list(const std::string& path, const std::vector<std::string>& elements,
                std::size_t page_max = 100);
  /// So many requests answer that status.
  void fail(unsigned status, int times);

  /// `path?query` of each request answered so far.
  [[nodiscard]] std::vector<std::string> requests() const;
  [[nodiscard]] std::size_t count(const std::string& path) const;

  boost::asio::awaitable<http::Response> handle(http::Request& request) override;

 private:
  struct List {
    std::vector<std::string> elements;
    std::size_t page_max = 100;
  };
  http::Response answer(const http::Request& request);
  static http::Response page_of(const List& list, const http::Request& request);

  mutable std::mutex mutex_;
  std::map<std::string, std::string> objects_;
  std::map<std::string, List> lists_;
  std::vector<std::string> requests_;
  unsigned failing_status_ = 0;
  int failing_times_ = 0;

  boost::asio::io_context io_{1};
  Metrics metrics_;
  std::unique_ptr<http::Server> server_;
  std::thread loop_;
};

}  // namespace tollgate::tests
