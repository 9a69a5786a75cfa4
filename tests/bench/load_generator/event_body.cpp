// SPDX-License-Identifier: Apache-2.0
#include "event_body.hpp"

#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>

namespace tollgate::bench {
namespace {

constexpr std::size_t time_digits = 10;
constexpr std::time_t one_month_s = 30 * 24 * 3600;

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

void write(char* body, const std::vector<std::size_t>& places, std::string_view value) {
  for (std::size_t place : places) std::memcpy(body + place, value.data(), value.size());
}

}  // namespace

Identifiers::Identifiers() {
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  for (int i = 0; i < 5; ++i) run_ += alphabet[random() % alphabet.size()];
}

std::string Identifiers::of(std::uint64_t number) const {
  std::string digits = std::to_string(number);
  return run_ + std::string(width - run_.size() - digits.size(), '0') + digits;
}

EventBody::EventBody(const std::string& file) {
  const std::string text = read_file(file);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      blank_ += text[at];
      continue;
    }
    const std::size_t end = text.find('%', at + 1);
    auto [places, width] = placeholder(std::string_view{text}.substr(at + 1, end - at - 1));
    places->push_back(blank_.size());
    blank_.append(width, '0');
    at = end;
  }
}

std::pair<EventBody::Places*, std::size_t> EventBody::placeholder(std::string_view name) {
  if (name == "EVENT") return {&events_, Identifiers::width};
  if (name == "OBJECT") return {&objects_, Identifiers::width};
  if (name == "BEGUN") return {&begun_, time_digits};
  if (name == "NOW") return {&now_, time_digits};
  if (name == "LATER") return {&later_, time_digits};
  throw std::runtime_error("unknown placeholder %" + std::string{name} + "%");
}

void EventBody::fill(char* body, const EventValues& values) const {
  write(body, events_, values.event_id);
  write(body, objects_, values.object_id);
  write(body, begun_, std::to_string(values.begun));
  write(body, now_, std::to_string(values.now));
  write(body, later_, std::to_string(values.begun + one_month_s));
}

}  // namespace tollgate::bench
