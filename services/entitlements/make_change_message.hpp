// SPDX-License-Identifier: Apache-2.0
// A user's document as the message of entitlements.changes. When it is sent decides
// publish_changes.hpp; what its fields mean is said in proto/events/entitlements_changed.proto.
#pragma once

#include <string>

#include "entitlements/changes_store.hpp"

namespace tollgate::entitlements {

/// The record's value. Throws std::invalid_argument for a document that is none.
std::string make_change_message(const UnpublishedDocument& document);

}  // namespace tollgate::entitlements
