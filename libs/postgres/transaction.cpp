// SPDX-License-Identifier: Apache-2.0
#include "postgres/transaction.hpp"

namespace tollgate::postgres {

Transaction::Transaction(Connection& connection) : connection_(connection) {
  connection_.open();
  const auto wait = await_answer();
  work_ = std::make_unique<pqxx::work>(*connection_.connection_);
}

Transaction::~Transaction() {
  const auto wait = await_answer();
  work_.reset();
}

Rows Transaction::run_text(const std::string& sql) {
  const auto wait = await_answer();
  return Rows{work_->exec(sql)};
}

void Transaction::run_script(const std::string& sql) { work_->exec(sql); }

void Transaction::commit() {
  const auto wait = await_answer();
  work_->commit();
}

SilenceWatch::Wait Transaction::await_answer() const {
  return SilenceWatch::Wait{connection_.socket(), connection_.answer_max()};
}

}  // namespace tollgate::postgres
