// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/http/tls_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <sys/socket.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace tollgate::tests {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Certificate {
  std::string key_pem;
  std::string certificate_pem;
};

template <class Write>
std::string pem(Write write) {
  BIO* memory = BIO_new(BIO_s_mem());
  write(memory);
  std::string text(static_cast<std::size_t>(BIO_pending(memory)), '\0');
  BIO_read(memory, text.data(), static_cast<int>(text.size()));
  BIO_free(memory);
  return text;
}

Certificate make_certificate(const std::string& subject) {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  const bool is_address = subject.find_first_not_of("0123456789.") == std::string::npos;
  const std::string names = (is_address ? "IP:" : "DNS:") + subject;
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  if (X509_sign(certificate, key, EVP_sha256()) == 0) throw std::runtime_error{"cannot sign"};
  Certificate made;
  made.certificate_pem = pem([&](BIO* out) { PEM_write_bio_X509(out, certificate); });
  made.key_pem = pem(
      [&](BIO* out) { PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
  X509_free(certificate);
  EVP_PKEY_free(key);
  return made;
}

}  // namespace

struct TlsServer::Running {
  explicit Running(const std::string& subject)
      : acceptor(io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}),
        ca_path(std::filesystem::temp_directory_path() /
                ("tls_server_" + std::to_string(acceptor.local_endpoint().port()) + ".pem")) {
    const Certificate made = make_certificate(subject);
    tls.use_certificate_chain(asio::buffer(made.certificate_pem));
    tls.use_private_key(asio::buffer(made.key_pem), asio::ssl::context::pem);
    std::ofstream{ca_path} << made.certificate_pem;
    serving = std::thread{[this] { serve(); }};
  }

  ~Running() {
    ending = true;
    // The client may keep its connection for another request; it is not to wait for that.
    if (const int open = socket_open; open >= 0) ::shutdown(open, SHUT_RDWR);
    boost::system::error_code ignored;
    tcp::socket{io}.connect(acceptor.local_endpoint(), ignored);
    serving.join();
    std::filesystem::remove(ca_path);
  }

  void serve() {
    for (;;) {
      tcp::socket socket = acceptor.accept();
      if (ending) return;
      socket_open = socket.native_handle();
      asio::ssl::stream<tcp::socket> stream{std::move(socket), tls};
      boost::system::error_code failure;
      stream.handshake(asio::ssl::stream_base::server, failure);
      remember_name(stream);
      std::string request;
      while (!failure) {
        const auto bytes =
            asio::read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n", failure);
        if (failure) break;
        request.erase(0, bytes);
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecure";
        asio::write(stream, asio::buffer(answer), failure);
      }
      socket_open = -1;
    }
  }

  void remember_name(asio::ssl::stream<tcp::socket>& stream) {
    const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
    const std::lock_guard lock{mutex};
    server_name = name == nullptr ? "" : name;
  }

  asio::io_context io;
  tcp::acceptor acceptor;
  const std::filesystem::path ca_path;
  asio::ssl::context tls{asio::ssl::context::tls_server};
  std::atomic<bool> ending = false;
  std::atomic<int> socket_open = -1;
  std::mutex mutex;
  std::string server_name;
  std::thread serving;
};

TlsServer::TlsServer(const std::string& subject) : running_(std::make_unique<Running>(subject)) {}
TlsServer::~TlsServer() = default;

std::uint16_t TlsServer::port() const { return running_->acceptor.local_endpoint().port(); }
std::string TlsServer::ca_file() const { return running_->ca_path; }

std::string TlsServer::server_name_asked() const {
  const std::lock_guard lock{running_->mutex};
  return running_->server_name;
}

}  // namespace tollgate::tests
