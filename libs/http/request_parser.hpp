// SPDX-License-Identifier: Apache-2.0
// The head of a request, parsed and judged: everything that request smuggling rests on is refused
// here (RFC 9112 sections 2.2, 3, 5, 6; RFC 9110 section 7.2). Bodies are request_reader.cpp's.
#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <string>
#include <string_view>

#include "http/request.hpp"
#include "http/response.hpp"

namespace tollgate::http {

/// Why a request is refused before any handler sees it. The connection ends with it.
struct RequestFault {
  ErrorCode error = ErrorCode::invalid_request;
  std::string_view reason;  ///< a metric's label; `none` when there is no fault
  std::string_view detail;
};

/// How far a head has come.
struct HeadScan {
  std::size_t head_bytes = 0;  ///< with the final empty line; 0 while it is not whole
  bool well_lined = true;      ///< every line ends in CRLF and none is folded
};

/// Looks for the empty line that ends the head. `line_begin` is kept by the caller between calls,
/// so that no byte is looked at twice.
HeadScan scan_head(std::string_view bytes, std::size_t& line_begin);

/// Beast's parser, told to note what it alone would let pass.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  /// `request` gets views into the head.
  explicit RequestParser(Request& request);

  /// Parses a whole head, as found by scan_head. Null, or the fault.
  const RequestFault* read_head(std::string_view head);

  [[nodiscard]] bool expects_continue() const { return expects_continue_; }
  [[nodiscard]] bool is_http_1_0() const { return version_ < 11; }

 private:
  using Error = boost::system::error_code;
  using View = boost::beast::string_view;
  using Verb = boost::beast::http::verb;
  using Field = boost::beast::http::field;

  void on_request_impl(Verb, View method, View target, int version, Error&) override;
  void on_field_impl(Field field, View name, View value, Error&) override;
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(View, Error&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, View, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View, Error&) override { return 0; }
  void on_finish_impl(Error&) override {}
  void on_response_impl(int, View, int, Error&) override {}

  [[nodiscard]] const RequestFault* judge_framing() const;
  [[nodiscard]] const RequestFault* judge_host() const;
  const RequestFault* split_target();

  Request& request_;
  int version_ = 11;
  int hosts_ = 0;
  int content_lengths_ = 0;
  std::string_view host_;
  std::string_view content_length_;
  std::string_view transfer_encoding_;
  int transfer_encodings_ = 0;
  bool expects_continue_ = false;
};

}  // namespace tollgate::http
