// SPDX-License-Identifier: Apache-2.0
// Stripe's lists: newest first, cursors that are ids, `has_more`, filters by members and times.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

/// limit, starting_after, ending_before, created: for every Verb::list.
std::span<const Parameter> paging_parameters();

/// A parameter that keeps the objects whose member at `path` equals it.
struct Filter {
  std::string_view parameter;
  std::string_view path;
};
using Keeps = std::function<bool(const Json& object)>;

/// The page of the objects of that kind that the call asks for; `url` of the answer is `url`.
Outcome<Json> list_objects(const Call& call, std::string_view kind, std::string_view url,
                           std::span<const Filter> filters, const Keeps& keeps = {});

/// The page of `all`, which are newest first.
Outcome<Json> list_page(const Call& call, std::string_view url, const Json::Array& all);

/// A list inside an object as a client sees it: up to 10 elements.
Json inline_list(std::string_view url, Json::Array items);
/// The same as the world keeps it: all of it. show_first_of_lists() shortens it.
Json whole_list(std::string_view url, Json::Array items);
/// Lists below the value keep what a client sees of them.
void show_first_of_lists(Json& value);

}  // namespace tollgate::simulator
