// SPDX-License-Identifier: Apache-2.0
#include "http/chunk_decoder.hpp"

#include <algorithm>
#include <charconv>

namespace tollgate::http {
namespace {

/// A size with its extensions, or one trailer.
constexpr std::size_t line_bytes_max = 512;
constexpr std::size_t trailer_bytes_max = 2048;

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) {
    return letter == '\t' || (letter >= ' ' && letter <= '~');
  });
}

bool is_name_char(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') ||
         std::string_view{"!#$%&'*+-.^_`|~"}.find(letter) != std::string_view::npos;
}

}  // namespace

ChunkDecoder::Step ChunkDecoder::decode(std::string_view bytes, std::size_t body_bytes_max,
                                        std::string& body, std::size_t& used) {
  used = 0;
  for (;;) {
    const std::string_view rest = bytes.substr(used);
    if (state_ == State::data) {
      const std::size_t count = std::min<std::uint64_t>(chunk_bytes_left_, rest.size());
      body.append(rest.substr(0, count));
      used += count;
      chunk_bytes_left_ -= count;
      if (chunk_bytes_left_ > 0) return Step::need_bytes;
      state_ = State::data_end;
      continue;
    }
    std::size_t line_bytes = 0;
    const State before = state_;
    const Step step = read_line(rest, body_bytes_max - body.size(), line_bytes);
    used += line_bytes;
    const bool ended = before == State::trailer && line_bytes == 2;
    if (step == Step::done && !ended) continue;
    return step;
  }
}

/// `done` when a line was read.
ChunkDecoder::Step ChunkDecoder::read_line(std::string_view bytes, std::size_t body_bytes_room,
                                           std::size_t& used) {
  const auto end = bytes.substr(0, line_bytes_max).find('\n');
  if (end == std::string_view::npos) {
    return bytes.size() < line_bytes_max ? Step::need_bytes : Step::malformed;
  }
  if (end == 0 || bytes[end - 1] != '\r') return Step::malformed;
  const std::string_view line = bytes.substr(0, end - 1);
  if (!is_printable(line)) return Step::malformed;
  used = end + 1;
  switch (state_) {
    case State::size: return read_size(line, body_bytes_room);
    case State::trailer: return read_trailer(line);
    default: break;
  }
  state_ = State::size;
  return line.empty() ? Step::done : Step::malformed;
}

ChunkDecoder::Step ChunkDecoder::read_size(std::string_view line, std::size_t body_bytes_room) {
  std::uint64_t size = 0;
  const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  if (failure == std::errc::result_out_of_range) return Step::too_large;
  if (failure != std::errc{}) return Step::malformed;
  const std::string_view extensions = line.substr(static_cast<std::size_t>(end - line.data()));
  if (line.front() == '-' || (!extensions.empty() && extensions.front() != ';')) {
    return Step::malformed;
  }
  if (size > body_bytes_room) return Step::too_large;
  chunk_bytes_left_ = size;
  state_ = size == 0 ? State::trailer : State::data;
  return Step::done;
}

ChunkDecoder::Step ChunkDecoder::read_trailer(std::string_view line) {
  if (line.empty()) return Step::done;
  trailer_bytes_ += line.size();
  const auto name_end = line.find(':');
  const std::string_view name = line.substr(0, name_end);
  const bool well_formed = name_end != std::string_view::npos && !name.empty() &&
                           std::all_of(name.begin(), name.end(), is_name_char);
  return well_formed && trailer_bytes_ <= trailer_bytes_max ? Step::done : Step::malformed;
}

}  // namespace tollgate::http
