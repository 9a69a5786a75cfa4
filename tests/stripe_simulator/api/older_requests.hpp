// SPDX-License-Identifier: Apache-2.0
// What a request of an older API version says, in the parameters of the pinned one: the renamed and
// removed ones that clients still send. Answers are versions.hpp's.
#pragma once

#include <string_view>

#include "stripe_simulator/world/json.hpp"

namespace tollgate::simulator {

/// `form` is what parse_form() gave; `version` the request's, empty for the pinned one.
Json in_pinned_parameters(Json form, std::string_view path, std::string_view version);

}  // namespace tollgate::simulator
