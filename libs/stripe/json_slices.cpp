// SPDX-License-Identifier: Apache-2.0
#include "stripe/json_slices.hpp"

namespace tollgate::stripe {
namespace {

bool is_space(char letter) {
  return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

/// Walks a text that is known to be JSON. Every look is bounded by the end all the same.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) { skip_spaces(); }

  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  /// Steps over the letter and the white space behind it.
  bool take(char letter) {
    if (here() != letter) return false;
    ++at_;
    skip_spaces();
    return true;
  }

  /// A whole value, of any kind.
  std::string_view take_value() {
    const std::size_t begin = at_;
    int depth = 0;
    while (at_ < text_.size()) {
      const char letter = text_[at_];
      if (letter == '"') {
        skip_text();
      } else if (letter == '{' || letter == '[') {
        ++depth;
        ++at_;
      } else if (letter == '}' || letter == ']') {
        if (depth == 0) break;
        --depth;
        ++at_;
      } else if (depth > 0 || is_scalar(letter)) {
        ++at_;
        if (depth > 0 || is_scalar(here())) continue;
      } else {
        break;
      }
      if (depth == 0) break;
    }
    const std::string_view value = text_.substr(begin, at_ - begin);
    skip_spaces();
    return value;
  }

 private:
  static bool is_scalar(char letter) {
    return letter != '\0' && letter != ',' && letter != ':' && letter != '}' && letter != ']' &&
           !is_space(letter);
  }

  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  void skip_text() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    if (at_ < text_.size()) ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string_view unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"') return {};
  return text.substr(1, text.size() - 2);
}

}  // namespace

std::optional<std::string_view> member_slice(std::string_view object, std::string_view name) {
  Cursor cursor{object};
  if (!cursor.take('{')) return std::nullopt;
  while (cursor.here() == '"') {
    const std::string_view key = unquoted(cursor.take_value());
    cursor.take(':');
    const std::string_view value = cursor.take_value();
    if (key == name) return value;
    if (!cursor.take(',')) break;
  }
  return std::nullopt;
}

std::string_view plain_text_of(std::string_view object, std::string_view name) {
  const std::string_view text = unquoted(member_slice(object, name).value_or(std::string_view{}));
  return text.find('\\') == std::string_view::npos ? text : std::string_view{};
}

std::vector<std::string_view> element_slices(std::string_view array) {
  std::vector<std::string_view> elements;
  Cursor cursor{array};
  if (!cursor.take('[')) return elements;
  while (cursor.here() != ']' && cursor.here() != '\0') {
    elements.push_back(cursor.take_value());
    if (!cursor.take(',')) break;
  }
  return elements;
}

ListSlices list_slices(std::string_view list) {
  return {element_slices(member_slice(list, "data").value_or(std::string_view{})),
          member_slice(list, "has_more") == "true"};
}

std::string with_whole_list(std::string_view object, std::string_view name,
                            std::span<const std::string> elements) {
  const auto old = member_slice(object, name);
  if (!old) return std::string{object};
  const auto begin = static_cast<std::size_t>(old->data() - object.data());
  std::string whole{object.substr(0, begin)};
  whole += R"({"object":"list","data":[)";
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (i > 0) whole += ',';
    whole += elements[i];
  }
  whole += R"(],"has_more":false})";
  whole += object.substr(begin + old->size());
  return whole;
}

}  // namespace tollgate::stripe
