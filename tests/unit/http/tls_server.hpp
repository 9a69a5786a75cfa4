// SPDX-License-Identifier: Apache-2.0
// A TLS server that answers every request alike, with a certificate made on the spot.
// Our own server speaks no TLS: a proxy in front does.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace tollgate::tests {

class TlsServer {
 public:
  /// The certificate is for that name or address, signed by itself.
  explicit TlsServer(const std::string& subject);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// The certificate as a PEM file, for a client to trust.
  [[nodiscard]] std::string ca_file() const;
  /// What the last client asked for by SNI; empty when nothing.
  [[nodiscard]] std::string server_name_asked() const;

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace tollgate::tests
