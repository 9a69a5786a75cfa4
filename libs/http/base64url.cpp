// SPDX-License-Identifier: Apache-2.0
#include "http/base64url.hpp"

#include <cstdint>

namespace tollgate::http {
namespace {

int value_of(char letter) {
  if (letter >= 'A' && letter <= 'Z') return letter - 'A';
  if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
  if (letter >= '0' && letter <= '9') return letter - '0' + 52;
  if (letter == '-') return 62;
  if (letter == '_') return 63;
  return -1;
}

}  // namespace

std::string encode_base64url(std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  int bits_held = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (bits_held += 8; bits_held >= 6; bits_held -= 6) {
      text += letters[bits >> (bits_held - 6) & 0x3F];
    }
  }
  if (bits_held > 0) text += letters[bits << (6 - bits_held) & 0x3F];
  return text;
}

std::optional<std::string> decode_base64url(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int bits_held = 0;
  for (const char letter : text) {
    const int value = value_of(letter);
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    bits_held += 6;
    if (bits_held >= 8) {
      bits_held -= 8;
      bytes += static_cast<char>(bits >> bits_held & 0xFF);
    }
  }
  const bool stray_bits = (bits & ((1U << bits_held) - 1)) != 0;
  if (bits_held == 6 || stray_bits) return std::nullopt;
  return bytes;
}

}  // namespace tollgate::http
