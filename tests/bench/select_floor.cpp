// SPDX-License-Identifier: Apache-2.0
#include "select_floor.hpp"

#include <unistd.h>

#include <random>

#include "load_generator/latencies.hpp"
#include "load_generator/process_usage.hpp"

namespace tollgate::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t id_digits = 9;

constexpr postgres::Query find_document{"floor_find_document", R"(
select document, version from user_entitlements where user_id = $1)"};
constexpr postgres::Query find_backend{"floor_find_backend", "select pg_backend_pid()"};

}  // namespace

boost::json::object select_documents(postgres::Connection& connection,
                                     const SelectOptions& options) {
  const auto backend = static_cast<pid_t>(connection.run(find_backend).integer(0, 0));
  std::mt19937_64 random{1};
  Latencies latencies;
  std::uint64_t missing = 0;
  const double client_before = usage_of(getpid()).cpu_s;
  const double backend_before = usage_of(backend).cpu_s;
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::duration_cast<Clock::duration>(options.measured);
  for (auto asked = begin; asked < end;) {
    const std::string digits = std::to_string(random() % options.users);
    std::string user_id = options.user_prefix;
    user_id.append(id_digits - digits.size(), '0').append(digits);
    if (connection.run(find_document, user_id).size() != 1) ++missing;
    const auto answered = Clock::now();
    latencies.add(answered - asked);
    asked = answered;
  }
  const auto selects = static_cast<double>(latencies.count());
  return {{"answered", latencies.count()},
          {"answered_per_s", selects / std::chrono::duration<double>(Clock::now() - begin).count()},
          {"p50_ms", latencies.quantile_ms(0.50)},
          {"p99_ms", latencies.quantile_ms(0.99)},
          {"wrong", missing},
          {"server_cpu_us", (usage_of(getpid()).cpu_s - client_before) * 1e6 / selects},
          {"database_cpu_us", (usage_of(backend).cpu_s - backend_before) * 1e6 / selects}};
}

}  // namespace tollgate::bench
