// SPDX-License-Identifier: Apache-2.0
#include "http/http_date.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace tollgate::http {
namespace {

constexpr std::string_view form = "aaa, 00 aaa 0000 00:00:00 GMT";
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

bool has_form(std::string_view text) {
  return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char sent, char wanted) {
    return wanted == 'a' || (wanted == '0' ? is_digit(sent) : sent == wanted);
  });
}

int number(std::string_view digits) {
  int value = 0;
  for (const char digit : digits) value = 10 * value + (digit - '0');
  return value;
}

}  // namespace

std::optional<Time> parse_http_date(std::string_view text) {
  if (!has_form(text)) return std::nullopt;
  const auto month = std::ranges::find(months, text.substr(8, 3));
  if (month == months.end()) return std::nullopt;
  const std::chrono::year_month_day day{
      std::chrono::year{number(text.substr(12, 4))},
      std::chrono::month{static_cast<unsigned>(month - months.begin() + 1)},
      std::chrono::day{static_cast<unsigned>(number(text.substr(5, 2)))}};
  const int hour = number(text.substr(17, 2));
  const int minute = number(text.substr(20, 2));
  const int second = number(text.substr(23, 2));
  if (!day.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return Time{std::chrono::sys_days{day}} + std::chrono::hours{hour} +
         std::chrono::minutes{minute} + std::chrono::seconds{second};
}

// Not by strftime, which follows the locale.
std::string format_http_date(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  const std::string_view month = months[static_cast<unsigned>(date.month()) - 1];
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %.3s %04d %02d:%02d:%02d GMT",
                days[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                month.data(), static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

}  // namespace tollgate::http
