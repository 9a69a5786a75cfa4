// SPDX-License-Identifier: Apache-2.0
// A blocking socket that speaks whatever the test writes, well-formed or not.
// For well-behaved requests from C++ use http/client.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::tests {

struct HttpAnswer {
  int status = 0;  ///< 0: the connection ended, or nothing came in time
  std::string head;
  std::string body;

  /// Value of a header, case-sensitive as the server writes it; empty when absent.
  [[nodiscard]] std::string header(std::string_view name) const;
};

class HttpSocket {
 public:
  explicit HttpSocket(std::uint16_t port);
  ~HttpSocket();
  HttpSocket(HttpSocket&& other) noexcept;
  HttpSocket(const HttpSocket&) = delete;
  HttpSocket& operator=(const HttpSocket&) = delete;

  /// All of it; false when the peer has gone.
  bool send(std::string_view bytes) const;
  void end_sending() const;
  void shrink_receive_buffer() const;

  /// The next answer. `to_head`: no body follows whatever Content-Length says.
  HttpAnswer receive(bool to_head = false);
  HttpAnswer ask(std::string_view request);
  /// Bytes until the peer closes, within the limit of time of the test.
  bool wait_for_close();

 private:
  bool fill();

  int socket_ = -1;
  std::string received_;
};

/// `POST` with that body and a correct head.
std::string post(std::string_view path, std::string_view body, std::string_view headers = "");
std::string get(std::string_view path, std::string_view headers = "");

}  // namespace tollgate::tests
