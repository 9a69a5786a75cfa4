// SPDX-License-Identifier: Apache-2.0
// A short name for a long text: what idempotency keys and stored requests are compared by. Webhook
// signatures are webhook_signature.hpp's.
#pragma once

#include <string>
#include <string_view>

namespace tollgate::stripe {

/// SHA-256 as 64 lower-case hex digits.
std::string sha256_hex(std::string_view text);

}  // namespace tollgate::stripe
