// SPDX-License-Identifier: Apache-2.0
// Users' tokens against keys that are kept fresh: http/auth.hpp's make_user_auth.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/log.hpp"
#include "http/auth.hpp"
#include "http/bearer.hpp"
#include "http/client.hpp"
#include "http/jwt.hpp"

namespace tollgate::http {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using Loaded = Result<SigningKeys, std::string>;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t jwks_bytes_max = 256 * 1024;
constexpr milliseconds fetch_max{10'000};

class SecretUserAuth final : public UserAuth {
 public:
  SecretUserAuth(const UserAuthConfig& config, const Clock& clock)
      : keys_(SigningKeys::of_secret(config.hs256_secret)),
        rules_{config.issuer, config.audience},
        clock_(clock) {}

  [[nodiscard]] Result<std::string, AuthFault> user_of(const Request& request) const override {
    const auto token = bearer_token(request);
    if (!token) return token.error();
    return verify_jwt(*token, keys_, rules_, clock_.now());
  }
  asio::awaitable<void> run() override { co_return; }
  [[nodiscard]] std::string fault() const override { return {}; }

 private:
  const SigningKeys keys_;
  const JwtRules rules_;
  const Clock& clock_;
};

/// A JWKS document somewhere. load() keeps what it needs to know whether there is news.
class KeySource {
 public:
  virtual ~KeySource() = default;
  /// Null: nothing changed since the last time.
  virtual asio::awaitable<std::unique_ptr<Loaded>> load() = 0;
  [[nodiscard]] virtual milliseconds refresh_every() const = 0;
};

class FileKeySource final : public KeySource {
 public:
  explicit FileKeySource(const UserAuthConfig& config)
      : path_(config.jwks_file), look_every_(config.file_look) {}

  asio::awaitable<std::unique_ptr<Loaded>> load() override {
    struct stat now {};
    const bool exists = stat(path_.c_str(), &now) == 0;
    if (exists && is_same(now)) co_return nullptr;
    seen_ = now;
    std::ifstream file{path_, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
    if (!file || text.empty()) co_return std::make_unique<Loaded>("cannot read " + path_);
    if (text.size() > jwks_bytes_max) co_return std::make_unique<Loaded>(path_ + " is too large");
    co_return std::make_unique<Loaded>(SigningKeys::of_jwks(text));
  }
  [[nodiscard]] milliseconds refresh_every() const override { return look_every_; }

 private:
  /// A mounted file is replaced by a symbolic link to another one, so the inode counts too.
  [[nodiscard]] bool is_same(const struct stat& now) const {
    return now.st_ino == seen_.st_ino && now.st_size == seen_.st_size &&
           now.st_mtim.tv_sec == seen_.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == seen_.st_mtim.tv_nsec;
  }

  const std::string path_;
  const milliseconds look_every_;
  struct stat seen_ {};
};

class UrlKeySource final : public KeySource {
 public:
  UrlKeySource(asio::io_context& io, const UserAuthConfig& config)
      : client_(make_client(io, ClientOptions{})),
        url_(config.jwks_url),
        refresh_every_(config.url_refresh) {}

  asio::awaitable<std::unique_ptr<Loaded>> load() override {
    ClientRequest request;
    request.url = url_;
    request.headers.emplace_back("Accept", "application/json");
    request.time_max = fetch_max;
    request.answer_bytes_max = jwks_bytes_max;
    const auto answer = co_await client_->send(std::move(request));
    if (!answer) co_return std::make_unique<Loaded>(std::string{to_string(answer.error())});
    if (answer->status != 200) {
      co_return std::make_unique<Loaded>("status " + std::to_string(answer->status));
    }
    co_return std::make_unique<Loaded>(SigningKeys::of_jwks(answer->body));
  }
  [[nodiscard]] milliseconds refresh_every() const override { return refresh_every_; }

 private:
  const std::unique_ptr<Client> client_;
  const std::string url_;
  const milliseconds refresh_every_;
};

std::unique_ptr<KeySource> make_source(asio::io_context& io, const UserAuthConfig& config) {
  if (!config.jwks_file.empty()) return std::make_unique<FileKeySource>(config);
  return std::make_unique<UrlKeySource>(io, config);
}

/// Outlives its UserAuth as long as the refreshing coroutine needs it.
struct FreshKeys {
  FreshKeys(asio::io_context& io, const UserAuthConfig& config)
      : source(make_source(io, config)), refresh_min(config.refresh_min), timer(io) {}

  const std::unique_ptr<KeySource> source;
  const milliseconds refresh_min;
  asio::steady_timer timer;
  std::unique_ptr<const SigningKeys> keys;
  std::string fault = "no keys yet";
  bool wanted = false;    ///< a token named a key that is not here
  bool wakeable = false;  ///< the last look is long enough ago
  bool ended = false;
};

void take_over(FreshKeys& self, Loaded loaded) {
  const bool news = loaded.has_error() != !self.fault.empty() ||
                    (loaded.has_error() && loaded.error() != self.fault);
  if (loaded.has_error()) {
    self.fault = loaded.error();
    if (news) log::warning("cannot refresh the keys of users' tokens", {{"reason", self.fault}});
    return;
  }
  self.keys = std::make_unique<const SigningKeys>(std::move(*loaded));
  self.fault.clear();
  if (news) log::info("keys of users' tokens are loaded", {{"keys", self.keys->size()}});
}

asio::awaitable<void> keep_fresh(std::shared_ptr<FreshKeys> self) {
  while (!self->ended) {
    self->wanted = false;
    if (auto loaded = co_await self->source->load(); loaded && !self->ended) {
      take_over(*self, std::move(*loaded));
    }
    // At least this long, whoever asks: tokens with made-up key ids must not make us hammer it.
    self->timer.expires_after(std::min(self->refresh_min, self->source->refresh_every()));
    co_await self->timer.async_wait(use_tuple);
    const auto rest = self->source->refresh_every() - self->refresh_min;
    if (self->ended || self->wanted || !self->fault.empty() || rest <= milliseconds{0}) continue;
    self->wakeable = true;
    self->timer.expires_after(rest);
    co_await self->timer.async_wait(use_tuple);
    self->wakeable = false;
  }
}

class RefreshedUserAuth final : public UserAuth {
 public:
  RefreshedUserAuth(asio::io_context& io, const UserAuthConfig& config, const Clock& clock)
      : fresh_(std::make_shared<FreshKeys>(io, config)),
        rules_{config.issuer, config.audience},
        clock_(clock) {}

  ~RefreshedUserAuth() override {
    fresh_->ended = true;
    fresh_->timer.cancel();
  }

  [[nodiscard]] Result<std::string, AuthFault> user_of(const Request& request) const override {
    const auto token = bearer_token(request);
    if (!token) return token.error();
    if (!fresh_->keys) return AuthFault::unknown_key;
    auto user = verify_jwt(*token, *fresh_->keys, rules_, clock_.now());
    if (user.has_error() && user.error() == AuthFault::unknown_key) ask_for_refresh();
    return user;
  }

  asio::awaitable<void> run() override { return keep_fresh(fresh_); }

  [[nodiscard]] std::string fault() const override {
    return fresh_->keys ? std::string{} : "no keys of users' tokens: " + fresh_->fault;
  }

 private:
  void ask_for_refresh() const {
    fresh_->wanted = true;
    if (fresh_->wakeable) fresh_->timer.cancel();
  }

  const std::shared_ptr<FreshKeys> fresh_;
  const JwtRules rules_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<UserAuth> make_user_auth(asio::io_context& io, const UserAuthConfig& config,
                                         const Clock& clock) {
  if (!config.hs256_secret.empty()) return std::make_unique<SecretUserAuth>(config, clock);
  return std::make_unique<RefreshedUserAuth>(io, config, clock);
}

}  // namespace tollgate::http
