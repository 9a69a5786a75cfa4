// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/entitlements/writer.hpp"

#include <numeric>
#include <stdexcept>

#include "entitlements/domain/catalog_file.hpp"
#include "entitlements/json/entitlements_json.hpp"
#include "entitlements/postgres/postgres_entitlements_store.hpp"
#include "entitlements/postgres/postgres_migrations.hpp"
#include "postgres/migrator.hpp"
#include "tests/integration/entitlements/buyer.hpp"

namespace tollgate::tests {
namespace {

constexpr std::int64_t hour_s = 3600;

}  // namespace

const entitlements::Catalog& development_catalog() {
  static const entitlements::Catalog catalog = [] {
    auto content = entitlements::read_catalog(TOLLGATE_SOURCE_DIR "/deploy/catalog.yaml");
    if (!content) throw std::runtime_error(content.error().messages.front());
    return entitlements::Catalog{*std::move(content), false};
  }();
  return catalog;
}

MigratedSchema::MigratedSchema() : connection_(schema_.options()) {
  postgres::migrate(connection_, entitlements::migrations());
}

std::vector<std::string> MigratedSchema::rows(const std::string& select) {
  const std::string sql =
      "select concat_ws('|', variadic array(select value from "
      "json_each_text(row_to_json(r)) as each (key, value))) from (" +
      select + ") as r";
  postgres::Connection connection{schema_.options()};
  const postgres::Query query{"test_rows", sql.c_str()};
  const postgres::Rows found = connection.run(query);
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < found.size(); ++row) lines.emplace_back(found.text(row, 0));
  return lines;
}

std::int64_t MigratedSchema::number(const std::string& select) {
  return std::stoll(rows(select).at(0));
}

entitlements::Answer MigratedSchema::answer_of(const std::string& user_id) {
  static constexpr postgres::Query find{
      "test_document", "select document from user_entitlements where user_id = $1"};
  const postgres::Rows found = connection_.run(find, user_id);
  const Time now = from_unix_seconds(Buyer::begun + hour_s);
  if (found.empty() || found.is_null(0, 0)) {
    return entitlements::answer_at({}, development_catalog(), now);
  }
  return entitlements::read_answer(found.text(0, 0), development_catalog(), now);
}

std::vector<std::string> MigratedSchema::outcome() {
  std::vector<std::string> lines;
  for (const char* select :
       {"select account, id, type, kind, object_id, state, previous, outcome from events order by "
        "1, 2",
        "select id, kind, customer_id, owner_id, state, status, terminal, deleted, tie, created, "
        "status_since, other_status_at, event_id, pays_for from stripe_objects where kind is not "
        "null order by 1",
        "select owner_id, user_id, conflict from owners where user_id is not null or conflict "
        "order by 1",
        "select user_id, document from user_entitlements where document is not null order by 1"}) {
    const std::vector<std::string> found = rows(select);
    lines.insert(lines.end(), found.begin(), found.end());
  }
  return lines;
}

Writer::Writer(const MigratedSchema& database, std::int32_t partitions)
    : clock_(Buyer::begun + hour_s),
      store_(entitlements::make_postgres_entitlements_store(database.schema().options())),
      apply_events_(*store_, development_catalog(), clock_, metrics, topic),
      partitions_(partitions) {
  assign();
}

void Writer::assign() {
  std::vector<std::int32_t> partitions(static_cast<std::size_t>(partitions_));
  std::iota(partitions.begin(), partitions.end(), 0);
  apply_events_.begin_partitions(partitions);
}

entitlements::Applied Writer::apply(const std::vector<std::string>& bodies,
                                    std::int32_t partition) {
  std::int64_t offset = 0;
  for (const kafka::PartitionOffset& position : apply_events_.positions()) {
    if (position.partition == partition) offset = position.next_offset;
  }
  return apply_from(offset, bodies, partition);
}

entitlements::Applied Writer::apply_from(std::int64_t offset,
                                         const std::vector<std::string>& bodies,
                                         std::int32_t partition) {
  std::vector<kafka::Record> records;
  for (const std::string& body : bodies) {
    kafka::Record record;
    record.topic = topic;
    record.partition = partition;
    record.offset = offset++;
    record.key = "key";
    record.value = body;
    records.push_back(std::move(record));
  }
  return apply_events_.apply(records);
}

}  // namespace tollgate::tests
