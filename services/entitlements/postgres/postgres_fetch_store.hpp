// SPDX-License-Identifier: Apache-2.0
// The queue of questions in PostgreSQL, for the loop that asks them and for those who raise them.
// What stands in it is fetch.hpp's.
#pragma once

#include <memory>
#include <span>

#include "entitlements/fetch_store.hpp"
#include "postgres/connection.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

/// Inside the writer's transaction. `questions` are sorted by object and part, each once.
void raise_questions(postgres::Transaction& transaction, std::span<const Question> questions,
                     Time now);
/// The objects' own questions that wait because of a tie, a thin event or an orphan.
void withdraw_questions(postgres::Transaction& transaction, std::span<const Key> objects);

/// Connects when it is first used, and again after a failure.
std::unique_ptr<FetchStore> make_postgres_fetch_store(postgres::ConnectionOptions options);

}  // namespace tollgate::entitlements
