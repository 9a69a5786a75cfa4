// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/control/request_log.hpp"

#include <algorithm>

#include "stripe_simulator/api/form.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::size_t entries_max = 10'000;

std::string lower(std::string_view name) {
  std::string text{name};
  std::transform(text.begin(), text.end(), text.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return text;
}

Json headers_of(const http::Request& request) {
  Json headers = Json::object();
  for (const auto& [name, value] : request.headers) headers[lower(name)] = value;
  return headers;
}

/// The tree of texts; the bytes themselves where they are no form.
Json parameters_of(const http::Request& request) {
  const std::string_view form = request.body.empty() ? request.query : request.body;
  auto tree = parse_form(form);
  return tree ? std::move(*tree) : Json{form};
}

}  // namespace

void RequestLog::add(const http::Request& request, unsigned status, std::int64_t simulated_time) {
  entries_.push_back(Json::object({{"method", request.method},
                                   {"path", request.path},
                                   {"parameters", parameters_of(request)},
                                   {"headers", headers_of(request)},
                                   {"status", status},
                                   {"time", simulated_time}}));
  if (entries_.size() > entries_max) entries_.pop_front();
}

Json RequestLog::to_json() const { return Json::array({entries_.begin(), entries_.end()}); }

}  // namespace tollgate::simulator
