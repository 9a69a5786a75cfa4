// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/entitlements/fake_stripe.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <algorithm>
#include <array>
#include <ctime>

#include "stripe/json_slices.hpp"

namespace tollgate::tests {
namespace {

namespace asio = boost::asio;

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text.data();
}

/// By `created[gte]` and `created[lt]`.
bool is_asked_for(const std::string& element, const http::Request& request) {
  const auto created = stripe::member_slice(element, "created");
  if (!created) return true;
  const std::int64_t time = std::stoll(std::string{*created});
  const auto from = request.query_value("created[gte]");
  const auto before = request.query_value("created[lt]");
  return (!from || time >= std::stoll(*from)) && (!before || time < std::stoll(*before));
}

}  // namespace

FakeStripe::FakeStripe()
    : server_(http::make_server(io_, Endpoint{"127.0.0.1", 0}, {}, *this, metrics_)), loop_([this] {
        const auto keep_running = asio::make_work_guard(io_);
        io_.run();
      }) {}

FakeStripe::~FakeStripe() {
  io_.stop();
  loop_.join();
}

std::string FakeStripe::url() const {
  return "http://127.0.0.1:" + std::to_string(server_->port());
}

void FakeStripe::put(const std::string& path, const std::string& body) {
  const std::lock_guard lock{mutex_};
  objects_[path] = body;
}

void FakeStripe::put_list(const std::string& path, const std::vector<std::string>& elements,
                          std::size_t page_max) {
  const std::lock_guard lock{mutex_};
  lists_[path] = {elements, page_max};
}

void FakeStripe::fail(unsigned status, int times) {
  const std::lock_guard lock{mutex_};
  failing_status_ = status;
  failing_times_ = times;
}

std::vector<std::string> FakeStripe::requests() const {
  const std::lock_guard lock{mutex_};
  return requests_;
}

std::size_t FakeStripe::count(const std::string& path) const {
  const std::vector<std::string> all = requests();
  return static_cast<std::size_t>(std::ranges::count_if(all, [&](const std::string& request) {
    return request.substr(0, request.find('?')) == path;
  }));
}

asio::awaitable<http::Response> FakeStripe::handle(http::Request& request) {
  const std::lock_guard lock{mutex_};
  requests_.emplace_back(request.target);
  http::Response response = answer(request);
  response.headers.emplace_back("Date", http_date());
  response.headers.emplace_back("Request-Id", "req_" + std::to_string(requests_.size()));
  co_return response;
}

http::Response FakeStripe::answer(const http::Request& request) {
  if (request.header("Authorization") != "Bearer sk_test_fake") {
    return http::json_response(401, R"({"error":{"type":"invalid_request_error"}})");
  }
  if (failing_times_ > 0) {
    --failing_times_;
    return http::json_response(failing_status_, R"({"error":{"type":"api_error"}})");
  }
  const std::string path{request.path};
  if (const auto list = lists_.find(path); list != lists_.end()) {
    return page_of(list->second, request);
  }
  const auto object = objects_.find(path);
  if (object != objects_.end()) return http::json_response(200, object->second);
  return http::json_response(
      404, R"({"error":{"type":"invalid_request_error","code":"resource_missing"}})");
}

http::Response FakeStripe::page_of(const List& list, const http::Request& request) {
  const std::string after = request.query_value("starting_after").value_or("");
  const std::string limit = request.query_value("limit").value_or("10");
  const std::size_t size = std::min(static_cast<std::size_t>(std::stoul(limit)), list.page_max);
  std::vector<std::string> page;
  bool begun = after.empty();
  bool has_more = false;
  for (const std::string& element : list.elements) {
    if (begun && is_asked_for(element, request)) {
      has_more = page.size() == size;
      if (has_more) break;
      page.push_back(element);
    }
    begun = begun || stripe::plain_text_of(element, "id") == after;
  }
  std::string body = R"({"object": "list", "data": [)";
  for (std::size_t i = 0; i < page.size(); ++i) body += (i > 0 ? ", " : "") + page[i];
  return http::json_response(
      200, body + (has_more ? R"(], "has_more": true})" : R"(], "has_more": false})"));
}

}  // namespace tollgate::tests
