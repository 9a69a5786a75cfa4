// SPDX-License-Identifier: Apache-2.0
#include "http/admin_api.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/utf8.hpp"

namespace tollgate::http {
namespace {

constexpr Route<AdminApi> routes[] = {
    {"GET", "/livez", &AdminApi::livez},
    {"GET", "/readyz", &AdminApi::readyz},
    {"GET", "/metrics", &AdminApi::metrics},
};

using Faults = std::vector<std::pair<std::string, std::string>>;

std::string readiness_json(const Faults& faults) {
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> writer{text};
  writer.StartObject();
  writer.Key("ready");
  writer.Bool(faults.empty());
  writer.Key("faults");
  writer.StartObject();
  for (const auto& [name, fault] : faults) {
    writer.Key(name.c_str());
    writer.String(valid_utf8(fault).c_str());
  }
  writer.EndObject();
  writer.EndObject();
  return {text.GetString(), text.GetSize()};
}

}  // namespace

AdminApi::AdminApi(const Metrics& metrics, std::vector<Dependency> dependencies)
    : metrics_(metrics),
      dependencies_(std::move(dependencies)),
      router_(*this, std::span<const Route<AdminApi>>{routes}) {}

boost::asio::awaitable<Response> AdminApi::livez(Request&) {
  co_return json_response(200, R"({"live":true})");
}

boost::asio::awaitable<Response> AdminApi::readyz(Request&) {
  Faults faults;
  if (draining_) faults.emplace_back("service", "draining");
  for (const auto& dependency : dependencies_) {
    if (auto fault = dependency.fault(); !fault.empty()) {
      faults.emplace_back(dependency.name, std::move(fault));
    }
  }
  co_return json_response(faults.empty() ? 200 : 503, readiness_json(faults));
}

boost::asio::awaitable<Response> AdminApi::metrics(Request&) {
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = metrics_.render();
  co_return response;
}

}  // namespace tollgate::http
