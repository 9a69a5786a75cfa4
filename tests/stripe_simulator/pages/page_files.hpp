// SPDX-License-Identifier: Apache-2.0
// The files of web/ as they are in the binary. How they are served is pages.hpp's.
#pragma once

#include <span>
#include <string_view>

namespace tollgate::simulator {

struct PageFile {
  std::string_view name;  ///< `checkout.html`
  std::string_view text;
};

std::span<const PageFile> page_files();

}  // namespace tollgate::simulator
