// SPDX-License-Identifier: Apache-2.0
// Reading JSON texts as RapidJSON's tree. For texts whose size the caller has bounded; a tree's
// memory is a small multiple of the text's.
#pragma once

#include <rapidjson/document.h>

#include <optional>
#include <string_view>

namespace tollgate::json {

using Value = rapidjson::Value;

/// Nothing unless the whole text is one JSON value (RFC 8259) in UTF-8. No nesting exhausts the
/// stack. Escapes may still name what is no character: `"\udc00"` passes RapidJSON 1.1.
std::optional<rapidjson::Document> parse(std::string_view text);

/// A null for what is not there, and for any member of what is no object.
const Value& member(const Value& object, const char* name);

/// Empty unless it is a string. Lives as long as the value.
std::string_view text_of(const Value& value);
/// The same of a member.
std::string_view text(const Value& object, const char* name);

}  // namespace tollgate::json
