// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/postgres/database.hpp"

#include "postgres/transaction.hpp"

namespace tollgate::tests {

void Schema::execute(const std::string& sql) {
  postgres::Transaction transaction{admin_};
  transaction.run_script("set local search_path = " + name_);
  transaction.run_script(sql);
  transaction.commit();
}

}  // namespace tollgate::tests
