// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/checkout/stores.hpp"

#include "checkout/postgres/postgres_checkout_store.hpp"
#include "checkout/postgres/postgres_doubles_store.hpp"
#include "checkout/postgres/postgres_events_store.hpp"
#include "checkout/postgres/postgres_migrations.hpp"
#include "postgres/migrator.hpp"

namespace tollgate::tests {
namespace {

postgres::ConnectionOptions migrated(const Schema& schema) {
  postgres::Connection connection{schema.options()};
  postgres::migrate(connection, checkout::migrations());
  return schema.options();
}

}  // namespace

CheckoutStores::CheckoutStores()
    : pool_(io_, migrated(schema_), {}),
      attempts(checkout::make_postgres_checkout_store(pool_)),
      doubles(checkout::make_postgres_doubles_store(pool_)),
      events(checkout::make_postgres_events_store(schema_.options())) {}

std::unique_ptr<checkout::EventsStore> CheckoutStores::another_events_store() {
  return checkout::make_postgres_events_store(schema_.options());
}

std::vector<std::string> CheckoutStores::column(const std::string& select) {
  postgres::Connection connection{schema_.options()};
  const postgres::Query query{"test_column", select.c_str()};
  const postgres::Rows rows = connection.run(query);
  std::vector<std::string> values;
  for (std::size_t row = 0; row < rows.size(); ++row) values.emplace_back(rows.text(row, 0));
  return values;
}

}  // namespace tollgate::tests
