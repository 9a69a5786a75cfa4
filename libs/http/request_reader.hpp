// SPDX-License-Identifier: Apache-2.0
// Turns the bytes of one connection into requests, without any I/O: it says where the next bytes go
// and what they amounted to. Sockets and time are connection.cpp's.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/byte_budget.hpp"
#include "http/chunk_decoder.hpp"
#include "http/request.hpp"
#include "http/request_parser.hpp"
#include "http/server.hpp"

namespace tollgate::http {

class RequestReader {
 public:
  enum class Step {
    need_bytes,
    complete,  ///< request() is whole and stays valid until next()
    fault,     ///< fault() says why; nothing more can be read from this connection
  };

  /// `budget` is charged for everything beyond buffer_bytes(), which whoever makes this charges.
  /// `handler` is asked for what its routes take.
  RequestReader(const ServerLimits& limits, const Handler& handler, ByteBudget& budget);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  static std::size_t buffer_bytes(const ServerLimits& limits);

  /// Where the next bytes go; never empty after need_bytes.
  [[nodiscard]] std::span<char> space();
  /// So many bytes have been put there.
  Step advance(std::size_t bytes);
  /// Drops the finished request and begins with what was sent behind it.
  Step next();
  /// Drops everything: ready for another connection.
  void clear();

  [[nodiscard]] Request& request() { return request_; }
  [[nodiscard]] const RequestFault& fault() const { return *fault_; }
  /// Bytes behind the finished request.
  [[nodiscard]] bool has_more() const { return phase_ == Phase::complete && end_ < filled_; }
  [[nodiscard]] bool has_begun() const { return filled_ > 0; }
  /// The client waits for `100 Continue`; true once a request.
  [[nodiscard]] bool take_expectation();
  /// What the client asks for after the answer.
  [[nodiscard]] bool keep_alive() const { return parser_ && parser_->keep_alive(); }
  [[nodiscard]] bool is_http_1_0() const { return parser_ && parser_->is_http_1_0(); }

 private:
  enum class Phase { head, body_in_place, body_apart, chunks, complete };

  Step read();
  Step read_head();
  Step begin_body();
  Step read_body();
  Step read_chunks();
  Step complete(std::string_view body, std::size_t end);
  Step refuse(const RequestFault& fault);
  Step charge_body();
  void drop_body();

  const ServerLimits& limits_;
  const Handler& handler_;
  ByteBudget& budget_;
  const std::size_t buffer_bytes_;
  const std::unique_ptr<char[]> buffer_;
  std::size_t filled_ = 0;      ///< bytes in the buffer
  std::size_t line_begin_ = 0;  ///< scan_head's
  std::size_t head_end_ = 0;
  std::size_t end_ = 0;  ///< of the finished request
  Phase phase_ = Phase::head;
  Request request_;
  std::optional<RequestParser> parser_;
  ChunkDecoder chunks_;
  std::string body_;                   ///< one that is chunked, or too long for the buffer
  std::size_t body_bytes_ = 0;         ///< declared
  std::size_t body_bytes_max_ = 0;     ///< of this request
  std::size_t body_bytes_filled_ = 0;  ///< of body_, when it is read apart
  std::size_t body_bytes_charged_ = 0;
  bool expectation_taken_ = false;
  bool empty_line_forgiven_ = false;
  const RequestFault* fault_ = nullptr;
};

}  // namespace tollgate::http
