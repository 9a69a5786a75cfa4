// SPDX-License-Identifier: Apache-2.0
#include "stripe/form.hpp"

namespace tollgate::stripe {
namespace {

bool is_unreserved(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') ||
         std::string_view{"-._~"}.find(letter) != std::string_view::npos;
}

void append_encoded(std::string& text, std::string_view part) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char letter : part) {
    if (is_unreserved(letter)) {
      text += letter;
      continue;
    }
    const auto byte = static_cast<unsigned char>(letter);
    text += '%';
    text += digits[byte >> 4U];
    text += digits[byte & 0xFU];
  }
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  append_encoded(encoded, text);
  return encoded;
}

Form& Form::add(std::string_view name, std::string_view value) {
  if (!text_.empty()) text_ += '&';
  append_encoded(text_, name);  // Its brackets too: RFC 3986 wants that of a query.
  text_ += '=';
  append_encoded(text_, value);
  return *this;
}

}  // namespace tollgate::stripe
