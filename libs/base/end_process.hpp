// SPDX-License-Identifier: Apache-2.0
// How a coroutine that goes on by itself is started, so that it cannot end unnoticed:
// `co_spawn(io, loop(), end_process_on_failure)`. asio::detached swallows what a coroutine throws.
#pragma once

#include <exception>

namespace tollgate {

/// What the coroutine throws leaves io_context::run(): main's last catch logs it and ends the
/// process, and its supervisor starts a clean one.
inline constexpr auto end_process_on_failure = [](const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
};

}  // namespace tollgate
