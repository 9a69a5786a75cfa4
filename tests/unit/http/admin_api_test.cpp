// SPDX-License-Identifier: Apache-2.0
#include "http/admin_api.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace tollgate::http {
namespace {

namespace asio = boost::asio;

class AdminApiTest : public testing::Test {
 protected:
  Response get(std::string_view path) {
    Request request;
    request.method = "GET";
    request.path = path;
    asio::io_context io;
    auto response = asio::co_spawn(io, admin_.handler().handle(request), asio::use_future);
    io.run();
    return response.get();
  }

  Metrics metrics_;
  std::string kafka_fault_;
  AdminApi admin_{metrics_,
                  {{"kafka", [this] { return kafka_fault_; }}, {"postgres", [] { return ""; }}}};
};

TEST_F(AdminApiTest, IsReadyWhenNoDependencyHasAFault) {
  const Response response = get("/readyz");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.body, R"({"ready":true,"faults":{}})");
}

TEST_F(AdminApiTest, SaysWhichDependencyFails) {
  kafka_fault_ = "no broker \"b\" answers";
  const Response response = get("/readyz");
  EXPECT_EQ(response.status, 503U);
  EXPECT_EQ(response.body, R"({"ready":false,"faults":{"kafka":"no broker \"b\" answers"}})");
  EXPECT_EQ(get("/livez").status, 200U);
}

TEST_F(AdminApiTest, IsUnreadyButAliveWhileDraining) {
  admin_.begin_drain();
  EXPECT_EQ(get("/readyz").status, 503U);
  EXPECT_EQ(get("/livez").status, 200U);
}

TEST_F(AdminApiTest, ShowsTheMetrics) {
  metrics_.counter("things_total", "Things.").Increment();
  const Response response = get("/metrics");
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(response.body.find("things_total 1"), std::string::npos);
}

}  // namespace
}  // namespace tollgate::http
