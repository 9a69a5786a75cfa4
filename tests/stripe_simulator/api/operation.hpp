// SPDX-License-Identifier: Apache-2.0
// One operation of Stripe's API as a row: verb, path, parameters, function. Each file of objects
// has such a table; api.cpp joins them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stripe_simulator/api/api_error.hpp"
#include "stripe_simulator/api/parameters.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

/// The kinds of API keys: a browser has a publishable one, which opens a few operations.
enum class Access { secret_key, publishable_key };

struct Call {
  World& world;
  std::vector<std::string> path_values;  ///< of the `{placeholders}`, in their order
  Json parameters;                       ///< as check_parameters() gave them
  Access key = Access::secret_key;       ///< the caller's

  [[nodiscard]] const std::string& id() const { return path_values.at(0); }
};

enum class Verb { get, list, post, remove };  ///< a list is a GET that pages

struct Operation {
  Verb verb;
  std::string_view pattern;  ///< `/v1/customers/{id}`
  std::span<const Parameter> parameters;
  /// What it answers is a copy, so that it stays as it is while the world goes on. It changes the
  /// world only when it succeeds, or where Stripe too keeps what failed (a declined charge).
  Outcome<Json> (*run)(Call& call);
  Access access = Access::secret_key;  ///< `publishable_key`: such a key will do
};
using Operations = std::span<const Operation>;

/// The object of that kind, or 404; `kind` is the object's name, `checkout.session`.
Outcome<Json> find_object(const World& world, std::string_view kind, std::string_view id,
                          std::string_view param = "id");

}  // namespace tollgate::simulator
