// SPDX-License-Identifier: Apache-2.0
// /v1/checkout/sessions.
#pragma once

#include "operation.hpp"

namespace tollgate::simulator {

Operations checkout_operations();

}  // namespace tollgate::simulator
