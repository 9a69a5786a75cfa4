// SPDX-License-Identifier: Apache-2.0
// Parameters of a call to Stripe as `application/x-www-form-urlencoded`: the body of a POST, the
// query of a GET. Answers are JSON: json_document.hpp.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

namespace tollgate::stripe {

/// Everything but letters, digits and `-._~` as `%XX` (RFC 3986 section 2.3): also for an id that
/// becomes part of a path.
std::string percent_encoded(std::string_view text);

/// Names are written as Stripe documents them, nested with brackets: `items[0][price]`. The order
/// stays, so that a stored body sent again is the same body. An empty value unsets a field.
class Form {
 public:
  Form& add(std::string_view name, std::string_view value);
  Form& add(std::string_view name, const char* value) { return add(name, std::string_view{value}); }
  Form& add(std::string_view name, std::integral auto value) {
    if constexpr (std::same_as<decltype(value), bool>) {
      return add(name, std::string_view{value ? "true" : "false"});
    } else {
      return add(name, std::string_view{std::to_string(value)});
    }
  }

  [[nodiscard]] const std::string& text() const { return text_; }

  /// A text() that was kept, to be sent again as it was.
  static Form of_text(std::string text) {
    Form form;
    form.text_ = std::move(text);
    return form;
  }

 private:
  std::string text_;
};

}  // namespace tollgate::stripe
