// SPDX-License-Identifier: Apache-2.0
// The routes of the admin port, the same in every service: /livez, /readyz, /metrics.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "http/router.hpp"

namespace tollgate::http {

/// A thing without which the service cannot do its work.
struct Dependency {
  std::string name;  ///< `kafka`, `postgres`
  /// Empty when fine, else what is wrong. Cheap and non-blocking: it is asked on the io thread.
  std::function<std::string()> fault;
};

class AdminApi {
 public:
  AdminApi(const Metrics& metrics, std::vector<Dependency> dependencies);
  AdminApi(const AdminApi&) = delete;  // The router refers to this object.
  AdminApi& operator=(const AdminApi&) = delete;

  /// 200 while the process runs its loop.
  boost::asio::awaitable<Response> livez(Request& request);
  /// 200, or 503 with `{"ready":false,"faults":{"kafka":"…"}}`.
  boost::asio::awaitable<Response> readyz(Request& request);
  boost::asio::awaitable<Response> metrics(Request& request);

  /// From now on unready, whatever the dependencies say.
  void begin_drain() { draining_ = true; }

  /// The handler to give to a Server; lives as long as this object.
  Handler& handler() { return router_; }

 private:
  const Metrics& metrics_;
  std::vector<Dependency> dependencies_;
  bool draining_ = false;
  Router router_;
};

}  // namespace tollgate::http
