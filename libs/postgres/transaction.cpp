// SPDX-License-Identifier: Apache-2.0
#include "postgres/transaction.hpp"

namespace tollgate::postgres {

Transaction::Transaction(Connection& connection) : connection_(connection) {
  connection_.open();
  work_ = std::make_unique<pqxx::work>(*connection_.connection_);
}

Transaction::~Transaction() = default;

Rows Transaction::run_text(const std::string& sql) { return Rows{work_->exec(sql)}; }

void Transaction::run_script(const std::string& sql) { work_->exec(sql); }

void Transaction::commit() { work_->commit(); }

}  // namespace tollgate::postgres
