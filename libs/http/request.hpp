// SPDX-License-Identifier: Apache-2.0
// A request as handlers see it: decoded target, headers, body. Framing is http/server.cpp's job.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tollgate::http {

/// Valid until the handler's awaitable ends.
struct Request {
  std::string_view method;  ///< as sent, `GET`
  std::string_view target;  ///< as sent
  std::string_view path;    ///< the target without its query, still percent-encoded
  std::string_view query;   ///< without the `?`
  std::string_view body;
  std::vector<std::pair<std::string_view, std::string_view>> headers;  ///< names as sent
  /// Values of the route's `{placeholders}`, in their order, percent-decoded.
  std::vector<std::string> path_values;
  std::string remote_address;

  /// First header of that name, case-insensitive; empty when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// How often that header was sent.
  [[nodiscard]] std::size_t header_count(std::string_view name) const;
  /// First query parameter of that name, percent-decoded, `+` read as a space (as forms write it);
  /// nothing when absent or not decodable.
  [[nodiscard]] std::optional<std::string> query_value(std::string_view name) const;
  /// The client's X-Request-Id when it is 1 to 64 safe characters, else a UUID made on first use.
  [[nodiscard]] const std::string& request_id() const;
  /// The same without making one: empty when the client sent none and nobody asked for one.
  [[nodiscard]] std::string_view known_request_id() const;

  /// Ready to hold the next request; keeps its memory.
  void clear();

 private:
  mutable std::string request_id_;
};

}  // namespace tollgate::http
