// SPDX-License-Identifier: Apache-2.0
// Turns an events/*.json.in file into signed webhook requests, each with a body of its own. The
// request is patched in place, so a fresh one costs little more than its SHA-256. The bodies alone
// are event_body.hpp's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "event_body.hpp"

namespace tollgate::bench {

/// HMAC-SHA256 under one webhook secret, keyed once. One thread at a time.
class Signer {
 public:
  explicit Signer(const std::string& secret);
  ~Signer();
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  /// Writes the 64 lowercase hex digits of the MAC over `message`.
  void write_hex(std::string_view message, char* target);

 private:
  struct Keyed;
  std::unique_ptr<Keyed> keyed_;
};

/// One request, complete with headers. All requests of a template have the same length.
class EventTemplate {
 public:
  /// Throws std::runtime_error when the file cannot be read or holds an unknown placeholder.
  EventTemplate(const std::string& file, std::string_view host, std::string_view path);

  /// The request for that event about that object, signed now. Valid until the next call.
  std::string_view render(std::string_view event_id, std::string_view object_id, Signer& signer);

  [[nodiscard]] std::size_t body_bytes() const { return body_.bytes(); }

 private:
  EventBody body_;
  std::string request_;
  std::string signed_text_;  ///< `<t>.<body>`, kept beside the request because it is hashed whole
  std::size_t time_at_ = 0;
  std::size_t signature_at_ = 0;
  std::size_t body_at_ = 0;
};

}  // namespace tollgate::bench
