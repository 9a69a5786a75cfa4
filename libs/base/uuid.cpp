// SPDX-License-Identifier: Apache-2.0
#include "base/uuid.hpp"

#include <cstdint>
#include <random>

namespace tollgate {

std::string make_uuid_v7(Time now) {
  thread_local std::mt19937_64 random{(std::uint64_t{std::random_device{}()} << 32) ^
                                      std::random_device{}()};
  const auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count());
  const std::uint64_t high = milliseconds << 16 | 0x7000 | (random() & 0x0FFF);
  const std::uint64_t low = 0x8000'0000'0000'0000 | (random() >> 2);
  std::string text;
  text.reserve(36);
  for (int i = 0; i < 32; ++i) {
    const std::uint64_t half = i < 16 ? high : low;
    if (i == 8 || i == 12 || i == 16 || i == 20) text += '-';
    text += "0123456789abcdef"[half >> (60 - 4 * (i % 16)) & 0xF];
  }
  return text;
}

}  // namespace tollgate
