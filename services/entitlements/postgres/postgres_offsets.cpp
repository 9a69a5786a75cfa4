// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_offsets.hpp"

#include "postgres/array.hpp"

namespace tollgate::entitlements {
namespace {

// The row must be there before the first batch: advancing it is an update that can be lost.
constexpr postgres::Query make_positions{"make_positions", R"(
insert into consumer_offsets (topic, partition, next_position)
select $1, partition, 0 from unnest($2::int8[]) as wanted (partition) order by partition
on conflict do nothing)"};

constexpr postgres::Query find_positions{"find_positions", R"(
select partition, next_position from consumer_offsets
where topic = $1 and partition = any ($2::int8[]) order by partition)"};

constexpr postgres::Query advance_positions{"advance_positions", R"(
update consumer_offsets as known set next_position = advance.next
from unnest($2::int8[], $3::int8[], $4::int8[]) as advance (partition, expected, next)
where known.topic = $1 and known.partition = advance.partition
  and known.next_position = advance.expected)"};

}  // namespace

std::vector<Advance> read_positions(postgres::Connection& connection, const std::string& topic,
                                    std::span<const std::int32_t> partitions) {
  postgres::IntegerArray wanted;
  for (const std::int32_t partition : partitions) wanted.add(std::int64_t{partition});
  connection.run(make_positions, topic, wanted);
  const postgres::Rows rows = connection.run(find_positions, topic, wanted);
  std::vector<Advance> positions;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::int64_t next = rows.integer(row, 1);
    positions.push_back({static_cast<std::int32_t>(rows.integer(row, 0)), next, next});
  }
  return positions;
}

bool advance_offsets(postgres::Transaction& transaction, const std::string& topic,
                     std::span<const Advance> advances) {
  postgres::IntegerArray partitions;
  postgres::IntegerArray expected;
  postgres::IntegerArray next;
  for (const Advance& advance : advances) {
    partitions.add(std::int64_t{advance.partition});
    expected.add(advance.expected);
    next.add(advance.next);
  }
  const postgres::Rows done = transaction.run(advance_positions, topic, partitions, expected, next);
  return done.affected() == advances.size();
}

}  // namespace tollgate::entitlements
