// SPDX-License-Identifier: Apache-2.0
// The bearer token of a request (RFC 6750 section 2.1). Whose it is, is http/auth.hpp's question.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "http/auth.hpp"
#include "http/request.hpp"

namespace tollgate::http {

/// Valid as long as the request.
Result<std::string_view, AuthFault> bearer_token(const Request& request);

}  // namespace tollgate::http
