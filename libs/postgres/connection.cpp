// SPDX-License-Identifier: Apache-2.0
#include "postgres/connection.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace tollgate::postgres {
namespace {

// Of libpq (https://www.postgresql.org/docs/15/libpq-connect.html): a host that vanished without a
// word is noticed within half a minute, whether a query is under way or not.
std::string with_network_timeouts(const ConnectionOptions& options) {
  const auto connect_s = std::max<std::int64_t>(
      2, std::chrono::ceil<std::chrono::seconds>(options.connect_timeout).count());
  const std::pair<const char*, std::string> settings[] = {
      {"connect_timeout", std::to_string(connect_s)},
      {"keepalives_idle", "10"},
      {"keepalives_interval", "5"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", "15000"}};
  std::string url = options.url;
  const bool is_uri = url.starts_with("postgresql://") || url.starts_with("postgres://");
  for (const auto& [name, value] : settings) {
    if (url.find(name) != std::string::npos) continue;
    const bool first = url.find('?') == std::string::npos;
    url.append(is_uri ? (first ? "?" : "&") : " ").append(name).append("=").append(value);
  }
  return url;
}

std::chrono::milliseconds answer_max(const ConnectionOptions& options) {
  if (options.statement_timeout.count() == 0) return options.statement_timeout;
  return options.statement_timeout + options.silence_max;
}

std::unique_ptr<pqxx::connection> connect(const ConnectionOptions& options) {
  auto connection = std::make_unique<pqxx::connection>(with_network_timeouts(options));
#if PQXX_VERSION_MAJOR < 7
  // A connection mended behind our back would lack the settings below.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection->inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
  const SilenceWatch::Wait wait{connection->sock(), answer_max(options)};
  pqxx::nontransaction session{*connection};
  // Compiling a plan costs a second and more, and no query of a service is long enough to gain it.
  // And every query finds its rows by an index: a plan that was made while a table was small and
  // reads the whole of it would be kept, and cost ever more, while the table grows.
  session.exec(
      "set application_name = " + session.quote(options.application_name) +
      "; set statement_timeout = " + std::to_string(options.statement_timeout.count()) +
      "; set lock_timeout = " + std::to_string(options.lock_timeout.count()) +
      "; set idle_in_transaction_session_timeout = " +
      std::to_string(options.idle_in_transaction_timeout.count()) +
      "; set idle_session_timeout = " + std::to_string(options.idle_session_timeout.count()) +
      "; set jit = off; set enable_seqscan = off; set client_min_messages = warning" +
      "; set timezone = 'UTC'");
  return connection;
}

}  // namespace

struct Connection::Prepared {
  std::unordered_set<std::string_view> names;
};

Connection::Connection(ConnectionOptions options)
    : options_(std::move(options)), prepared_(std::make_unique<Prepared>()) {}

Connection::~Connection() = default;

void Connection::open() {
  if (connection_ && connection_->is_open()) return;
  discard();
  connection_ = connect(options_);
}

void Connection::discard() {
  connection_.reset();
  prepared_->names.clear();
}

int Connection::socket() const { return connection_ ? connection_->sock() : -1; }

std::chrono::milliseconds Connection::answer_max() const { return postgres::answer_max(options_); }

void Connection::prepare(const Query& query) {
  if (prepared_->names.contains(query.name)) return;
  connection_->prepare(query.name, query.sql);
  prepared_->names.insert(query.name);
}

}  // namespace tollgate::postgres
