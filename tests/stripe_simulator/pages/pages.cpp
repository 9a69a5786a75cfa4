// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/pages/pages.hpp"

#include <algorithm>

#include "stripe_simulator/pages/page_files.hpp"

namespace tollgate::simulator {
namespace {

constexpr http::Route<Pages> routes[] = {
    {"GET", "/c/pay/{session}", &Pages::checkout},
    {"GET", "/c/pay/{session}/authenticate", &Pages::authenticate},
    {"GET", "/authenticate/{intent}", &Pages::authenticate_intent},
    {"GET", "/p/session/{session}", &Pages::portal},
    {"GET", "/p/session/{session}/state", &Pages::portal_state},
    {"POST", "/p/session/{session}/actions", &Pages::portal_action},
    {"GET", "/", &Pages::dashboard},
    {"GET", "/v3", &Pages::stripe_js},
    {"GET", "/v3/", &Pages::stripe_js},
    // Stripe.js has a name for each family of API versions, e.g. /endive/stripe.js.
    {"GET", "/{family}/stripe.js", &Pages::stripe_js},
    {"GET", "/pages/{file}", &Pages::file},
};

// Pictures of products may lie anywhere; nothing else comes from outside, and no page is framed.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' http: https: data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

std::string content_type_of(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "text/javascript; charset=utf-8";
}

const PageFile* find_file(std::string_view name) {
  const auto files = page_files();
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const PageFile& file) { return file.name == name; });
  return found == files.end() ? nullptr : &*found;
}

http::Response response_of(const PageFile& file) {
  http::Response response;
  response.content_type = content_type_of(file.name);
  response.body = file.text;
  response.headers = {{"Content-Security-Policy", std::string{policy}},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"},
                      // Stripe.js takes its parts from here into merchants' pages.
                      {"Access-Control-Allow-Origin", "*"},
                      {"Cache-Control", "no-cache"}};
  return response;
}

}  // namespace

Pages::Pages(const World& world, Portal portal)
    : world_(world), portal_(portal), router_(*this, std::span<const http::Route<Pages>>{routes}) {}

/// The page itself says in words what a 404 is about.
http::Response Pages::page_of(std::string_view kind, const std::string& id,
                              std::string_view name) const {
  http::Response response = response_of(*find_file(name));
  if (world_.find(kind, id) == nullptr) response.status = 404;
  return response;
}

boost::asio::awaitable<http::Response> Pages::checkout(http::Request& request) {
  co_return page_of("checkout.session", request.path_values.at(0), "checkout.html");
}

boost::asio::awaitable<http::Response> Pages::authenticate(http::Request& request) {
  co_return page_of("checkout.session", request.path_values.at(0), "authenticate.html");
}

/// The bank's page stands in a frame of the merchant's page, which may be any.
boost::asio::awaitable<http::Response> Pages::authenticate_intent(http::Request& request) {
  const std::string& id = request.path_values.at(0);
  http::Response response =
      page_of(id.starts_with("seti_") ? "setup_intent" : "payment_intent", id, "authenticate.html");
  std::string& framed = response.headers.front().second;
  framed.replace(framed.find("frame-ancestors 'none'"), std::string::npos, "frame-ancestors *");
  co_return response;
}

boost::asio::awaitable<http::Response> Pages::portal(http::Request& request) {
  co_return page_of("billing_portal.session", request.path_values.at(0), "portal.html");
}

boost::asio::awaitable<http::Response> Pages::portal_state(http::Request& request) {
  co_return portal_.show(request.path_values.at(0));
}

boost::asio::awaitable<http::Response> Pages::portal_action(http::Request& request) {
  co_return portal_.act(request.path_values.at(0), request);
}

boost::asio::awaitable<http::Response> Pages::dashboard(http::Request&) {
  co_return response_of(*find_file("dashboard.html"));
}

boost::asio::awaitable<http::Response> Pages::stripe_js(http::Request&) {
  co_return response_of(*find_file("stripe.js"));
}

boost::asio::awaitable<http::Response> Pages::file(http::Request& request) {
  const PageFile* file = find_file(request.path_values.at(0));
  if (file != nullptr) co_return response_of(*file);
  const http::Problem problem{
      .error = http::ErrorCode::not_found, .code = {}, .detail = "No such file."};
  co_return http::problem_response(problem, request.request_id());
}

}  // namespace tollgate::simulator
