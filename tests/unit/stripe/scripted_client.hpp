// SPDX-License-Identifier: Apache-2.0
// An HTTP client that sends nothing: it keeps the requests and gives the answers of a script.
// One that reaches a server is libs/http's own.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "http/client.hpp"

namespace tollgate::tests {

class ScriptedClient final : public http::Client {
 public:
  using Answer = Result<http::ClientResponse, http::ClientFault>;
  using Headers = std::vector<std::pair<std::string, std::string>>;

  ScriptedClient& answers(unsigned status, std::string body, Headers headers = {}) {
    headers.emplace_back("Date", "Sat, 21 Nov 2026 00:00:00 GMT");
    return answers_without_date(status, std::move(body), std::move(headers));
  }
  ScriptedClient& answers_without_date(unsigned status, std::string body, Headers headers = {}) {
    script_.emplace_back(http::ClientResponse{status, std::move(headers), std::move(body)});
    return *this;
  }
  /// The last answer came to a request that a kept connection had taken before.
  ScriptedClient& on_second_sending() {
    script_.back()->sent_twice = true;
    return *this;
  }
  ScriptedClient& fails(http::ClientFault fault) {
    script_.emplace_back(fault);
    return *this;
  }

  void forget() {
    requests.clear();
    script_.clear();
  }

  boost::asio::awaitable<Answer> send(http::ClientRequest request) override {
    requests.push_back(std::move(request));
    if (script_.empty()) co_return http::ClientFault::cannot_connect;
    Answer answer = std::move(script_.front());
    script_.pop_front();
    co_return answer;
  }

  [[nodiscard]] std::string header(std::size_t request, const std::string& name) const {
    for (const auto& [sent, value] : requests.at(request).headers) {
      if (sent == name) return value;
    }
    return {};
  }

  std::vector<http::ClientRequest> requests;

 private:
  std::deque<Answer> script_;
};

}  // namespace tollgate::tests
