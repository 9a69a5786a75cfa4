// SPDX-License-Identifier: Apache-2.0
// Who is asking: users by JWT (RFC 7519), the shop's services by a bearer token of their own.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/config.hpp"
#include "base/result.hpp"
#include "http/request.hpp"

namespace tollgate::http {

/// Answered alike (401); the reason is for the log.
enum class AuthFault {
  no_bearer_token,  ///< no `Authorization: Bearer …`, or more than one such header
  malformed_token,
  unknown_key,  ///< no key of that id, or one whose algorithm the token does not name
  wrong_signature,
  expired,
  not_yet_valid,
  wrong_issuer,
  wrong_audience,
  no_subject,  ///< `sub` missing, empty or over 255 characters
  unknown_service,
};
std::string_view to_string(AuthFault fault);

struct UserAuthConfig {
  std::string hs256_secret;  ///< development; at least 32 bytes
  std::string jwks_file;     ///< RS256 and ES256 keys (RFC 7517), read again when it changes
  std::string jwks_url;      ///< http(s), fetched in the background and kept while it fails
  std::string issuer;
  std::string audience;

  std::chrono::milliseconds url_refresh{300'000};  ///< also after a rotation nobody noticed
  std::chrono::milliseconds file_look{2'000};      ///< whether the file has changed
  /// After a failure, and between looks that a token with an unknown key brings about.
  std::chrono::milliseconds refresh_min{10'000};
};
/// Exactly one key source must be set; issuer and audience are required.
UserAuthConfig read_user_auth(Settings& settings);

class UserAuth {
 public:
  static constexpr std::chrono::seconds leeway{60};  ///< on `exp` and `nbf`

  virtual ~UserAuth() = default;
  /// The token's `sub`. The algorithm is the key's, never the token's word alone.
  [[nodiscard]] virtual Result<std::string, AuthFault> user_of(const Request& request) const = 0;
  /// Keeps the keys fresh until the io_context ends; returns at once for a fixed secret.
  virtual boost::asio::awaitable<void> run() = 0;
  /// Empty, or why no token can be checked at present (no key set fetched yet).
  [[nodiscard]] virtual std::string fault() const = 0;
};
/// `clock` outlives it.
std::unique_ptr<UserAuth> make_user_auth(boost::asio::io_context& io, const UserAuthConfig& config,
                                         const Clock& clock);

/// Compares bearer tokens in constant time, every configured one, no early exit.
class ServiceAuth {
 public:
  struct Service {
    std::string name;
    std::string token;
  };
  explicit ServiceAuth(const std::vector<Service>& services);
  /// The name of the service that the token belongs to.
  [[nodiscard]] Result<std::string, AuthFault> service_of(const Request& request) const;

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Known {
    std::string name;
    Digest token_digest;  ///< digests have one length, so comparing them tells none
  };
  static Digest digest_of(std::string_view token);

  std::vector<Known> services_;
};
/// SERVICE_TOKENS: `name:token,…`; tokens of at least 16 characters. Two tokens may carry one name,
/// so that a token can be replaced without a gap. None at all is a fault for who `must_be_given`
/// one.
std::vector<ServiceAuth::Service> read_service_tokens(Settings& settings,
                                                      bool must_be_given = true);

}  // namespace tollgate::http
