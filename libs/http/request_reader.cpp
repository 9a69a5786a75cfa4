// SPDX-License-Identifier: Apache-2.0
#include "http/request_reader.hpp"

#include <algorithm>
#include <cstring>

namespace tollgate::http {
namespace {

/// Beside a head of full size the buffer holds most bodies of webhooks (4.6 KB) whole.
constexpr std::size_t body_bytes_in_place = 8 * 1024;
/// A body apart grows with what arrives, not with what was promised.
constexpr std::size_t body_bytes_first = 32 * 1024;

constexpr RequestFault bad_line{ErrorCode::invalid_request, "line",
                                "Lines of the head must end in CRLF and must not be folded."};
constexpr RequestFault head_too_large{ErrorCode::headers_too_large, "header_bytes",
                                      "The request line and headers are too long."};
constexpr RequestFault body_too_large{ErrorCode::payload_too_large, "body_bytes",
                                      "The body is longer than this resource takes."};
constexpr RequestFault bad_chunk{ErrorCode::invalid_request, "chunk",
                                 "The chunked body is not well-formed."};
constexpr RequestFault no_memory{ErrorCode::unavailable, "bodies_in_flight",
                                 "Too many bodies are being received; please send again."};

}  // namespace

RequestReader::RequestReader(const ServerLimits& limits, const Handler& handler, ByteBudget& budget)
    : limits_(limits),
      handler_(handler),
      budget_(budget),
      buffer_bytes_(buffer_bytes(limits)),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_bytes_)) {}

RequestReader::~RequestReader() { drop_body(); }

std::size_t RequestReader::buffer_bytes(const ServerLimits& limits) {
  return limits.header_bytes_max + body_bytes_in_place;
}

std::span<char> RequestReader::space() {
  if (phase_ != Phase::body_apart) return {buffer_.get() + filled_, buffer_bytes_ - filled_};
  return {body_.data() + body_bytes_filled_, body_.size() - body_bytes_filled_};
}

RequestReader::Step RequestReader::advance(std::size_t bytes) {
  if (phase_ == Phase::body_apart) {
    body_bytes_filled_ += bytes;
  } else {
    filled_ += bytes;
  }
  return read();
}

RequestReader::Step RequestReader::next() {
  const std::size_t rest = filled_ - end_;
  if (rest > 0) std::memmove(buffer_.get(), buffer_.get() + end_, rest);
  clear();
  filled_ = rest;
  return rest > 0 ? read() : Step::need_bytes;
}

void RequestReader::clear() {
  drop_body();
  request_.clear();
  parser_.reset();
  chunks_ = ChunkDecoder{};
  filled_ = line_begin_ = head_end_ = end_ = 0;
  phase_ = Phase::head;
  body_bytes_ = body_bytes_filled_ = 0;
  expectation_taken_ = empty_line_forgiven_ = false;
  fault_ = nullptr;
}

bool RequestReader::take_expectation() {
  const bool wanted = phase_ != Phase::head && parser_->expects_continue() && !is_http_1_0();
  return wanted && !std::exchange(expectation_taken_, true);
}

RequestReader::Step RequestReader::read() {
  switch (phase_) {
    case Phase::head: return read_head();
    case Phase::chunks: return read_chunks();
    case Phase::complete: return Step::complete;
    default: return read_body();
  }
}

RequestReader::Step RequestReader::read_head() {
  // One empty line before a request line is forgiven (RFC 9112 section 2.2).
  if (!empty_line_forgiven_ && line_begin_ == 0 && filled_ >= 2 &&
      std::memcmp(buffer_.get(), "\r\n", 2) == 0) {
    empty_line_forgiven_ = true;
    filled_ -= 2;
    std::memmove(buffer_.get(), buffer_.get() + 2, filled_);
  }
  const std::string_view bytes{buffer_.get(), filled_};
  const HeadScan scan = scan_head(bytes, line_begin_);
  if (!scan.well_lined) return refuse(bad_line);
  if (scan.head_bytes > limits_.header_bytes_max) return refuse(head_too_large);
  if (scan.head_bytes == 0) {
    return filled_ >= limits_.header_bytes_max ? refuse(head_too_large) : Step::need_bytes;
  }
  head_end_ = scan.head_bytes;
  parser_.emplace(request_);
  if (const auto* fault = parser_->read_head(bytes.substr(0, head_end_))) return refuse(*fault);
  return begin_body();
}

RequestReader::Step RequestReader::begin_body() {
  const std::uint64_t declared = parser_->content_length().value_or(0);
  body_bytes_max_ = limits_.body_bytes_max;
  if (parser_->chunked() || declared > body_bytes_max_) {
    body_bytes_max_ = std::max(body_bytes_max_, handler_.body_bytes_max(request_));
  }
  if (parser_->chunked()) {
    phase_ = Phase::chunks;
    return read_chunks();
  }
  if (declared > body_bytes_max_) return refuse(body_too_large);
  body_bytes_ = declared;
  phase_ = Phase::body_in_place;
  if (head_end_ + body_bytes_ > buffer_bytes_) {
    const std::size_t sent = filled_ - head_end_;
    body_.assign(buffer_.get() + head_end_, sent);
    body_bytes_filled_ = sent;
    filled_ = head_end_;
    phase_ = Phase::body_apart;
  }
  return read_body();
}

RequestReader::Step RequestReader::read_body() {
  if (phase_ == Phase::body_in_place) {
    const std::size_t end = head_end_ + body_bytes_;
    if (filled_ < end) return Step::need_bytes;
    return complete({buffer_.get() + head_end_, body_bytes_}, end);
  }
  if (body_bytes_filled_ == body_bytes_) return complete(body_, filled_);
  if (body_bytes_filled_ == body_.size()) {
    body_.resize(std::min(body_bytes_, std::max(body_bytes_first, body_.size() * 2)));
    return charge_body();
  }
  return Step::need_bytes;
}

RequestReader::Step RequestReader::read_chunks() {
  std::size_t used = 0;
  const std::string_view bytes{buffer_.get() + head_end_, filled_ - head_end_};
  switch (chunks_.decode(bytes, body_bytes_max_, body_, used)) {
    case ChunkDecoder::Step::done: return complete(body_, head_end_ + used);
    case ChunkDecoder::Step::malformed: return refuse(bad_chunk);
    case ChunkDecoder::Step::too_large: return refuse(body_too_large);
    case ChunkDecoder::Step::need_bytes: break;
  }
  const std::size_t rest = bytes.size() - used;
  std::memmove(buffer_.get() + head_end_, bytes.data() + used, rest);
  filled_ = head_end_ + rest;
  return charge_body();
}

RequestReader::Step RequestReader::complete(std::string_view body, std::size_t end) {
  phase_ = Phase::complete;
  request_.body = body;
  end_ = end;
  return Step::complete;
}

RequestReader::Step RequestReader::refuse(const RequestFault& fault) {
  fault_ = &fault;
  return Step::fault;
}

RequestReader::Step RequestReader::charge_body() {
  const std::size_t held = body_.capacity();
  if (held > body_bytes_charged_) {
    if (!budget_.take(held - body_bytes_charged_)) return refuse(no_memory);
    body_bytes_charged_ = held;
  }
  return Step::need_bytes;
}

void RequestReader::drop_body() {
  budget_.give_back(body_bytes_charged_);
  body_bytes_charged_ = 0;
  if (body_.capacity() > body_bytes_in_place) std::string{}.swap(body_);
  body_.clear();
}

}  // namespace tollgate::http
