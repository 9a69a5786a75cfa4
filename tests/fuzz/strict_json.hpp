// SPDX-License-Identifier: Apache-2.0
// Says whether bytes are JSON (RFC 8259), by straight recursive descent and nothing else.
// The judge of the parser under test: it shares no code with it and is never used at run time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace tollgate::stripe {

class StrictJson {
 public:
  enum class Verdict { well_formed, malformed, nested_too_deep };

  /// Objects and arrays may stand inside each other up to `depth_max` deep.
  static Verdict judge(std::string_view text, std::size_t depth_max) {
    StrictJson json{text, depth_max};
    json.space();
    const bool whole = json.value(0) && (json.space(), json.rest_.empty());
    if (json.too_deep_) return Verdict::nested_too_deep;
    return whole ? Verdict::well_formed : Verdict::malformed;
  }

 private:
  StrictJson(std::string_view text, std::size_t depth_max) : rest_(text), depth_max_(depth_max) {}

  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  void space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }
  bool next_is(char low, char high) const {
    return !rest_.empty() && rest_.front() >= low && rest_.front() <= high;
  }

  bool value(std::size_t depth) {
    if (take("{")) return deeper(depth) && members(depth + 1);
    if (take("[")) return deeper(depth) && elements(depth + 1);
    if (take("\"")) return text();
    return take("true") || take("false") || take("null") || number();
  }
  bool deeper(std::size_t depth) {
    too_deep_ = too_deep_ || depth >= depth_max_;
    return !too_deep_;
  }

  bool members(std::size_t depth) {
    space();
    if (take("}")) return true;
    do {
      space();
      if (!take("\"") || !text()) return false;
      space();
      if (!take(":")) return false;
      space();
      if (!value(depth)) return false;
      space();
    } while (take(","));
    return take("}");
  }
  bool elements(std::size_t depth) {
    space();
    if (take("]")) return true;
    do {
      space();
      if (!value(depth)) return false;
      space();
    } while (take(","));
    return take("]");
  }

  bool digits() {
    if (!next_is('0', '9')) return false;
    while (next_is('0', '9')) rest_.remove_prefix(1);
    return true;
  }
  bool number() {
    take("-");
    if (!take("0") && !digits()) return false;
    if (take(".") && !digits()) return false;
    if (!take("e") && !take("E")) return true;
    if (!take("+")) take("-");
    return digits();
  }

  bool text() {
    while (!take("\"")) {
      if (take("\\") ? !escape() : !character()) return false;
    }
    return true;
  }
  bool escape() {
    if (rest_.empty()) return false;
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    if (letter != 'u') return std::string_view{"\"\\/bfnrt"}.find(letter) != rest_.npos;
    for (int i = 0; i < 4; ++i) {
      if (!next_is('0', '9') && !next_is('a', 'f') && !next_is('A', 'F')) return false;
      rest_.remove_prefix(1);
    }
    return true;
  }

  /// One well-formed sequence of UTF-8 (RFC 3629) that is no control character.
  bool character() {
    if (rest_.empty()) return false;
    const auto lead = static_cast<std::uint8_t>(rest_.front());
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (lead < 0x20 || rest_.size() < length) return false;
    std::uint32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    if (length > 1 && (lead & 0xC0) != 0xC0) return false;
    for (std::size_t i = 1; i < length; ++i) {
      const auto byte = static_cast<std::uint8_t>(rest_[i]);
      if ((byte & 0xC0) != 0x80) return false;
      point = point << 6 | (byte & 0x3FU);
    }
    rest_.remove_prefix(length);
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    return point >= least[length] && point <= 0x10FFFF && !surrogate && lead < 0xF8;
  }

  std::string_view rest_;
  std::size_t depth_max_;
  bool too_deep_ = false;
};

}  // namespace tollgate::stripe
