// SPDX-License-Identifier: Apache-2.0
#include "stripe/json_unreadable.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tollgate::stripe {
namespace {

constexpr std::size_t escape_length = 6;  // \uXXXX
/// Any number of so many characters fits 64 bits, unless it has an exponent.
constexpr std::size_t safe_number_length = 18;
/// The shortest number beyond a double is `1e309`.
constexpr std::size_t unsafe_exponent_length = 5;

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - begin;
}

/// The length of the number that `text` begins with (RFC 8259 section 6), 0 if there is none.
std::size_t number_length(std::string_view text) {
  std::size_t end = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits_at(text, end);
  if (whole == 0 || (whole > 1 && text[end] == '0')) return 0;
  end += whole;
  if (end < text.size() && text[end] == '.') {
    const std::size_t fraction = digits_at(text, end + 1);
    if (fraction == 0) return 0;
    end += 1 + fraction;
  }
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    const std::size_t sign =
        end + 1 < text.size() && (text[end + 1] == '+' || text[end + 1] == '-') ? 1 : 0;
    const std::size_t exponent = digits_at(text, end + 1 + sign);
    if (exponent == 0) return 0;
    end += 1 + sign + exponent;
  }
  return end;
}

bool may_overflow(std::string_view number) {
  return number.size() > safe_number_length ||
         (number.size() >= unsafe_exponent_length &&
          number.find_first_of("eE") != std::string_view::npos);
}

/// A number there would be a malformed member name, and must stay one.
bool names_a_member(std::string_view rest) {
  const std::size_t next = rest.find_first_not_of(" \t\r\n");
  return next != std::string_view::npos && rest[next] == ':';
}

/// The code unit of a `\uXXXX` that `text` begins with.
std::optional<std::uint16_t> unicode_escape(std::string_view text) {
  if (text.size() < escape_length || !text.starts_with("\\u")) return std::nullopt;
  std::uint16_t unit = 0;
  const char* const end = text.data() + escape_length;
  const auto read = std::from_chars(text.data() + 2, end, unit, 16);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return unit;
}

bool is_high_surrogate(std::uint16_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(std::uint16_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

class Replacement {
 public:
  explicit Replacement(std::span<char> text) : text_(text) {}

  Replaced run() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const char letter = text_[at];
      if (letter == '"') {
        at = pass_string(at + 1);
      } else if (letter == '-' || is_digit(letter)) {
        at = pass_number(at);
      } else {
        ++at;
      }
    }
    return replaced_;
  }

 private:
  [[nodiscard]] std::string_view from(std::size_t at) const {
    return std::string_view{text_.data(), text_.size()}.substr(at);
  }

  std::size_t pass_number(std::size_t at) {
    const std::size_t length = number_length(from(at));
    if (length == 0) return at + 1;
    const std::size_t end = at + length;
    if (may_overflow(from(at).substr(0, length)) && !names_a_member(from(end))) {
      std::fill(text_.begin() + static_cast<std::ptrdiff_t>(at),
                text_.begin() + static_cast<std::ptrdiff_t>(end), ' ');
      text_[at] = text_[at + 1] = '[';
      text_[end - 2] = text_[end - 1] = ']';
      replaced_ = Replaced::some;
    }
    return end;
  }

  /// From behind the opening quote to behind the closing one.
  std::size_t pass_string(std::size_t at) {
    while (at < text_.size()) {
      if (text_[at] == '"') return at + 1;
      at = text_[at] == '\\' ? pass_escape(at) : at + 1;
    }
    return at;
  }

  std::size_t pass_escape(std::size_t at) {
    const auto unit = unicode_escape(from(at));
    if (!unit) return at + 2;
    if (is_high_surrogate(*unit)) {
      const auto next = unicode_escape(from(at + escape_length));
      if (next && is_low_surrogate(*next)) return at + 2 * escape_length;
    }
    if (is_high_surrogate(*unit) || is_low_surrogate(*unit)) {
      std::fill_n(text_.begin() + static_cast<std::ptrdiff_t>(at + 2), 4, '0');
      replaced_ = Replaced::some;
    }
    return at + escape_length;
  }

  std::span<char> text_;
  Replaced replaced_ = Replaced::none;
};

}  // namespace

Replaced replace_unreadable(std::span<char> text) { return Replacement{text}.run(); }

}  // namespace tollgate::stripe
