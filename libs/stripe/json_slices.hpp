// SPDX-License-Identifier: Apache-2.0
// Pieces of a JSON text as they stand in it, byte for byte, and lists put in their place.
// To read values use json_document.hpp; every text here must have been accepted by it before.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::stripe {

/// The value of a member of an object, the first of that name. Nothing where there is none, or the
/// text is no object.
std::optional<std::string_view> member_slice(std::string_view object, std::string_view name);

/// A member's text without its quotes; empty where it is none, or holds an escape (ids never do).
std::string_view plain_text_of(std::string_view object, std::string_view name);

/// The elements of an array; none where the text is no array.
std::vector<std::string_view> element_slices(std::string_view array);

/// A page of one of Stripe's lists, whichever object or answer holds it.
struct ListSlices {
  std::vector<std::string_view> elements;
  bool has_more = false;
};
ListSlices list_slices(std::string_view list);

/// The object with `{"object":"list","data":[…],"has_more":false}` of these elements as its member.
/// The object as it is where it has no such member.
std::string with_whole_list(std::string_view object, std::string_view name,
                            std::span<const std::string> elements);

}  // namespace tollgate::stripe
