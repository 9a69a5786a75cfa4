// SPDX-License-Identifier: Apache-2.0
// The texts of a user's entitlements: the answer of the read API, and the document that is stored.
// The values themselves are entitlements.hpp's.
//
// A stored document holds the grants and, ready to be sent, the answer of the moment of writing
// with the time up to which it is right. So a read copies bytes, and parses only after that time.
// It must be stored as it is (`json` or `text`; `jsonb` would rewrite it and cost the short way).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "entitlements/domain/entitlements.hpp"

namespace tollgate::entitlements {

/// The body of `GET /v1/users/{user_id}/entitlements`.
std::string answer_json(const Answer& answer, std::string_view user_id, std::int64_t version);

/// What to store; `now` only decides which answer is put in ready.
std::string document_json(const Entitlements& entitlements, const Catalog& catalog, Time now);

/// Nothing for a text that document_json did not write.
std::optional<Entitlements> entitlements_from_json(std::string_view document);

/// The answer that a stored document holds ready, as text: equal answers are equal texts. Throws
/// std::invalid_argument for a text that document_json did not write.
std::string_view ready_answer_json(std::string_view document);

/// answer_json of a stored document at `now`. Throws std::invalid_argument for a text that
/// document_json did not write: only a broken database holds one.
std::string read_answer_json(std::string_view document, const Catalog& catalog,
                             std::string_view user_id, std::int64_t version, Time now);

/// The same as a value, for answers about single features.
Answer read_answer(std::string_view document, const Catalog& catalog, Time now);

/// The body for a user never seen: the default plan, version 0.
std::string default_answer_json(const Catalog& catalog, std::string_view user_id);

}  // namespace tollgate::entitlements
