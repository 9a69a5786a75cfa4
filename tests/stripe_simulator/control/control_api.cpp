// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/control/control_api.hpp"

#include "stripe_simulator/control/control_answers.hpp"
#include "stripe_simulator/time/timeline.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::chrono::milliseconds drain_max{50'000};
// Two years, the most that one of Stripe's test clocks moves at once.
constexpr std::int64_t advance_max_s = 2LL * 366 * 24 * 3600;
// The year 2100: nobody means a later one, and sums of times stay far from their limits.
constexpr std::int64_t now_max = 4'102'444'800;

struct Row {
  http::Route<ControlApi> route;
  std::string_view about;
};
constexpr Row rows[] = {
    {{"GET", "/simulator/help", &ControlApi::help}, "This list."},
    {{"PUT", "/simulator/objects", &ControlApi::put_object},
     "{path, body}: from now on a GET of that API path answers that body; a null body ends it."},
    {{"GET", "/simulator/requests", &ControlApi::requests},
     "The last 10,000 API calls, oldest first."},
    {{"GET", "/simulator/truth", &ControlApi::truth}, "Every object as it is now, by kind."},
    {{"GET", "/simulator/clock", &ControlApi::get_clock}, "The simulated time."},
    {{"POST", "/simulator/clock/advance", &ControlApi::advance_clock},
     "{seconds} or {to}: everything due until then happens."},
    {{"POST", "/simulator/deliveries/drain", &ControlApi::drain_deliveries},
     "{all?}: answers when every webhook that is due is answered or given up; with `all: true` "
     "also those that come later."},
    {{"GET", "/simulator/deliveries", &ControlApi::list_deliveries},
     "?event=: the last 10,000 attempts to deliver webhooks and their answers, newest first."},
    {{"POST", "/simulator/events/{id}/resend", &ControlApi::resend_event},
     "The event goes once more to each endpoint that takes its type."},
    {{"POST", "/simulator/checkout/sessions/{id}/complete", &ControlApi::complete_session},
     "{payment_method?}: the buyer pays; a declined card is 402 and leaves the session open."},
    {{"POST", "/simulator/checkout/sessions/{id}/abandon", &ControlApi::abandon_session},
     "The buyer goes away and the session expires now."},
    {{"POST", "/simulator/checkout/sessions/{id}/settle", &ControlApi::settle_session},
     "{succeed}: the money of a delayed method arrives, or never will."},
    {{"POST", "/simulator/intents/{id}/authenticate", &ControlApi::authenticate_intent},
     "{succeed}: the buyer passes or fails 3-D Secure of an intent that requires action."},
    {{"POST", "/simulator/customers/{id}/next-charge", &ControlApi::set_next_charge},
     "{outcome}: succeed, decline or authentication_required, once."},
    {{"PUT", "/simulator/account", &ControlApi::put_account},
     "{after_last_retry}: cancel, unpaid, past_due or pause a subscription that nobody pays for."},
    {{"POST", "/simulator/disputes", &ControlApi::open_dispute},
     "{payment_intent, reason?, inquiry?}: the buyer's bank disputes the payment; one at a time."},
    {{"POST", "/simulator/disputes/{id}/close", &ControlApi::close_dispute},
     "{status}: won, lost, under_review, warning_closed, needs_response."},
    {{"POST", "/simulator/refunds/{id}/fail", &ControlApi::fail_refund},
     "The refunded money comes back."},
    {{"GET", "/simulator/faults", &ControlApi::get_faults}, "Those in force."},
    {{"PUT", "/simulator/faults", &ControlApi::put_faults},
     "{api_latency_ms, api_error_percent, api_rate_limit_percent, api_reset_percent, "
     "duplicate_percent, twin_percent, delay_ms_max, reorder_percent, drop_percent, "
     "old_version_percent, forge_percent, same_second_s, seed}: each off unless it is given."},
    {{"POST", "/simulator/load", &ControlApi::begin_load},
     "{customers, events_per_second?, days?, seed?, prefix?}: so many buyers with random stories; "
     "with `days` the clock moves so far meanwhile."},
    {{"GET", "/simulator/load", &ControlApi::get_load}, "How far the load is."},
    {{"POST", "/simulator/reset", &ControlApi::reset},
     "{seed?, now?}: as at its first start, at that time (unix seconds) or else the real one. Ids "
     "come from the seed, which is drawn anew unless it is given, and told."},
};

/// The time that `{seconds}` or `{to}` means; nothing for both, none, or one out of reach.
std::optional<std::int64_t> moment_of(const Json& body, std::int64_t now) {
  const Json& seconds = body["seconds"];
  const Json& to = body["to"];
  if (seconds.is_null() == to.is_null()) return std::nullopt;
  const std::int64_t least = to.is_null() ? 0 : now;
  const std::int64_t told = to.is_null() ? seconds.integer() : to.integer();
  if (told < least || told > least + advance_max_s) return std::nullopt;
  return now + (told - least);
}

bool is_api_path(std::string_view path) {
  const bool is_below = path.starts_with("/v1/") || path.starts_with("/v2/");
  return is_below && path.find('?') == std::string_view::npos;
}

std::vector<http::Route<ControlApi>> route_table() {
  std::vector<http::Route<ControlApi>> table;
  for (const Row& row : rows) table.push_back(row.route);
  return table;
}

}  // namespace

ControlApi::ControlApi(Controlled parts)
    : parts_(parts), router_(*this, std::span<const http::Route<ControlApi>>{route_table()}) {}

boost::asio::awaitable<http::Response> ControlApi::help(http::Request&) {
  Json routes = Json::array();
  for (const Row& row : rows) {
    routes.items().push_back(Json::object(
        {{"method", row.route.method}, {"path", row.route.pattern}, {"about", row.about}}));
  }
  co_return answer(Json::object({{"routes", routes}}));
}

boost::asio::awaitable<http::Response> ControlApi::put_object(http::Request& request) {
  const auto body =
      body_of(request, {{"path", Field::Type::text}, {"body", Field::Type::anything}});
  if (!body || !body->has("body") || !is_api_path((*body)["path"].text())) {
    co_return refuse(request,
                     "Send {\"path\": \"/v1/…\", \"body\": {…}}, the path without a query.");
  }
  parts_.api.make_up((*body)["path"].text(), (*body)["body"]);
  co_return answer(*body);
}

boost::asio::awaitable<http::Response> ControlApi::requests(http::Request&) {
  co_return answer(Json::object({{"data", parts_.requests.to_json()}}));
}

boost::asio::awaitable<http::Response> ControlApi::truth(http::Request&) {
  Json kinds = Json::object();
  const Json saved = parts_.world.to_json();
  for (const Json& group : saved["objects"].items()) {
    Json& objects = kinds[group["kind"].text()] = Json::array();
    for (const Json& pair : group["of"].items()) objects.items().push_back(pair.items().at(0));
  }
  co_return answer(Json::object({{"now", parts_.world.now()}, {"objects", kinds}}));
}

Json ControlApi::clock_json() const {
  const std::int64_t now = parts_.clock.now();
  return Json::object({{"now", now}, {"now_text", format_rfc3339(from_unix_seconds(now))}});
}

boost::asio::awaitable<http::Response> ControlApi::get_clock(http::Request&) {
  co_return answer(clock_json());
}

boost::asio::awaitable<http::Response> ControlApi::advance_clock(http::Request& request) {
  const auto body =
      body_of(request, {{"seconds", Field::Type::integer}, {"to", Field::Type::integer}});
  const auto to = body ? moment_of(*body, parts_.clock.now()) : std::nullopt;
  if (!to) {
    co_return refuse(request,
                     "Send {\"seconds\": n} or {\"to\": unix seconds}: forwards, at most "
                     "two years.");
  }
  parts_.clock.set(*to);
  pass_time(parts_.world, *to);
  parts_.send_webhooks.wake();
  co_return answer(clock_json());
}

boost::asio::awaitable<http::Response> ControlApi::drain_deliveries(http::Request& request) {
  const auto body = body_of(request, {{"all", Field::Type::flag}});
  if (!body) co_return refuse(request, "Send {} or {\"all\": true}.");
  const auto waiting =
      (*body)["all"].flag() ? SendWebhooks::Waiting::all : SendWebhooks::Waiting::due;
  const bool quiet = co_await parts_.send_webhooks.drain(waiting, drain_max);
  co_return answer(Json::object({{"drained", quiet}, {"given_up", parts_.deliveries.given_up()}}));
}

boost::asio::awaitable<http::Response> ControlApi::put_faults(http::Request& request) {
  const auto body = body_of(request);
  const auto rates = body ? read_fault_rates(*body) : std::nullopt;
  if (!rates) co_return refuse(request, "GET /simulator/help names the faults and their units.");
  parts_.faults.set(*rates);
  parts_.clock.set_step(rates->same_second_s);
  co_return answer(fault_rates_json(*rates));
}

boost::asio::awaitable<http::Response> ControlApi::begin_load(http::Request& request) {
  const auto body = body_of(request);
  const auto order = body ? read_load_order(*body) : std::nullopt;
  if (!order) {
    co_return refuse(request,
                     "Send {\"customers\": n}; GET /simulator/help names what may follow.");
  }
  parts_.load.begin(*order, std::chrono::steady_clock::now());
  co_return answer(parts_.load.to_json());
}

boost::asio::awaitable<http::Response> ControlApi::get_load(http::Request&) {
  co_return answer(parts_.load.to_json());
}

boost::asio::awaitable<http::Response> ControlApi::reset(http::Request& request) {
  const auto body =
      body_of(request, {{"seed", Field::Type::integer}, {"now", Field::Type::integer}});
  const std::int64_t given = body ? (*body)["seed"].integer(0) : -1;
  const std::int64_t now = body ? (*body)["now"].integer(parts_.clock.real_now()) : -1;
  if (given < 0 || now < 0 || now > now_max) {
    co_return refuse(request, "Send {} or {\"seed\": n, \"now\": unix seconds before 2100}.");
  }
  const std::uint64_t seed = given == 0 ? draw_seed() : static_cast<std::uint64_t>(given);
  parts_.load.stop();
  parts_.clock.set_step(0);
  parts_.clock.set(now);
  parts_.world.start_over(seed, now);
  parts_.deliveries.clear();
  parts_.send_webhooks.log().clear();
  parts_.api.reset();
  parts_.requests.clear();
  parts_.faults.set({});
  begin_world(parts_.world, parts_.api, parts_.beginning);
  Json begun = clock_json();
  begun["seed"] = static_cast<std::int64_t>(seed);
  co_return answer(begun);
}

}  // namespace tollgate::simulator
