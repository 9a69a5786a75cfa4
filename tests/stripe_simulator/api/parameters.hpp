// SPDX-License-Identifier: Apache-2.0
// The parameters of an operation as rows, and the check that turns a form's texts into values:
// unknown, missing and malformed ones are told as Stripe tells them.
#pragma once

#include <span>
#include <string_view>

#include "stripe_simulator/api/api_error.hpp"

namespace tollgate::simulator {

enum class Shape {
  text,     ///< an empty one is null: Stripe's way to unset
  integer,  ///< also times
  time,     ///< seconds, or one of the choices: `now`
  boolean,
  texts,     ///< an array of texts
  metadata,  ///< keys and texts; a wholly empty value is null
};

enum class Need { optional, required };

/// `path` names a place in the tree, `[]` stands for the elements of an array:
/// `line_items[].price_data.unit_amount`. Hashes and arrays around it need no row of their own.
struct Parameter {
  std::string_view path;
  Shape shape = Shape::text;
  Need need = Need::optional;  ///< of names without a dot only
  std::string_view choices{};  ///< `day|week|month|year`; empty: any text
};

/// Each group of rows may be shared by several operations, e.g. those of paging.
using ParameterGroups = std::span<const std::span<const Parameter>>;

/// `form` is what parse_form() gave. Every operation takes `expand` besides its rows.
Outcome<Json> check_parameters(const Json& form, ParameterGroups groups);

}  // namespace tollgate::simulator
