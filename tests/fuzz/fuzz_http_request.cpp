// SPDX-License-Identifier: Apache-2.0
// Fuzzes what a client sends on a connection. What is checked besides crashes: where the bytes are
// cut changes nothing; a request that was read, written plainly, is read as the same one; no limit
// is passed and no memory stays charged; what percent-decoding gives is text, encoded anew the
// same.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "http/percent.hpp"
#include "http/request_reader.hpp"
#include "tests/fuzz/strict_json.hpp"

namespace tollgate::http {
namespace {

constexpr std::size_t long_body_bytes_max = 32 * 1024;

void require(bool holds) {
  if (!holds) std::abort();
}

class LongBodies final : public Handler {
 public:
  boost::asio::awaitable<Response> handle(Request&) override {
    throw std::logic_error("nobody answers here");
  }
  [[nodiscard]] std::size_t body_bytes_max(const Request& head) const override {
    return head.path == "/long" ? long_body_bytes_max : 0;
  }
};

struct Seen {
  std::string method;
  std::string target;
  std::string path;
  std::string query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool operator==(const Seen&) const = default;
};

struct Reading {
  std::vector<Seen> requests;
  bool refused = false;
};

ServerLimits limits_of(std::size_t header_bytes_max) {
  ServerLimits limits;
  limits.header_bytes_max = header_bytes_max;
  limits.body_bytes_max = 12 * 1024;  // More than is read in place.
  return limits;
}

Seen copy_of(const Request& request) {
  Seen seen{std::string{request.method},
            std::string{request.target},
            std::string{request.path},
            std::string{request.query},
            {},
            std::string{request.body}};
  for (const auto& [name, value] : request.headers) seen.headers.emplace_back(name, value);
  return seen;
}

/// What comes of the bytes when they arrive in pieces of at most so many.
Reading read_all(std::string_view bytes, std::size_t piece, const ServerLimits& limits) {
  const LongBodies handler;
  ByteBudget budget{1024 * 1024};
  Reading reading;
  {
    RequestReader reader{limits, handler, budget};
    RequestReader::Step step = RequestReader::Step::need_bytes;
    while (step != RequestReader::Step::fault) {
      if (step == RequestReader::Step::complete) {
        reading.requests.push_back(copy_of(reader.request()));
        step = reader.next();
        continue;
      }
      if (bytes.empty()) break;
      const auto space = reader.space();
      require(!space.empty());
      const std::size_t count = std::min({piece, bytes.size(), space.size()});
      std::memcpy(space.data(), bytes.data(), count);
      bytes.remove_prefix(count);
      step = reader.advance(count);
    }
    reading.refused = step == RequestReader::Step::fault;
    if (reading.refused) require(!reader.fault().reason.empty() && !reader.fault().detail.empty());
  }
  require(budget.bytes() == 0);
  return reading;
}

bool equal_ignoring_case(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char left, char right) { return std::tolower(left) == right; });
}

/// The request with its length told in front, whatever framed it before.
std::string written(Seen& seen) {
  std::erase_if(seen.headers, [](const auto& header) {
    return equal_ignoring_case(header.first, "content-length") ||
           equal_ignoring_case(header.first, "transfer-encoding");
  });
  seen.headers.emplace_back("Content-Length", std::to_string(seen.body.size()));
  std::string text = seen.method + " " + seen.target + " HTTP/1.0\r\n";
  for (const auto& [name, value] : seen.headers) text += name + ": " + value + "\r\n";
  return text + "\r\n" + seen.body;
}

bool is_text(std::string_view bytes) {
  std::string quoted = "\"";
  for (const char byte : bytes) {
    if (byte == '\0') return false;
    const bool needs_escape = byte == '"' || byte == '\\' || (byte > 0 && byte < ' ');
    quoted += needs_escape ? ' ' : byte;
  }
  using stripe::StrictJson;
  return StrictJson::judge(quoted + "\"", 1) == StrictJson::Verdict::well_formed;
}

std::string percent_encode(std::string_view bytes) {
  std::string encoded;
  for (const char byte : bytes) {
    const auto number = static_cast<unsigned char>(byte);
    encoded += {'%', "0123456789ABCDEF"[number >> 4], "0123456789abcdef"[number & 0xF]};
  }
  return encoded;
}

void check_decoding(std::string_view text) {
  for (const Plus plus : {Plus::literal, Plus::space}) {
    if (const auto decoded = percent_decode(text, plus)) {
      require(is_text(*decoded) && decoded->size() <= text.size());
      require(percent_decode(percent_encode(*decoded), plus) == decoded);
    }
    const auto whole = percent_decode(percent_encode(text), plus);
    require(whole.has_value() == is_text(text) && (!whole || *whole == text));
  }
}

void check_query(const Request& request) {
  for (const char* name : {"a", "at", ""}) {
    if (const auto value = request.query_value(name)) require(is_text(*value));
  }
}

void check_request(Seen seen, const ServerLimits& limits) {
  require(!seen.method.empty() && (seen.path.starts_with('/') || seen.path == "*"));
  require(seen.body.size() <= (seen.path == "/long" ? long_body_bytes_max : limits.body_bytes_max));
  for (const auto& [name, value] : seen.headers) {
    require(!name.empty() && name.find_first_of(" \t\r\n:") == std::string::npos);
    require(value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos);
  }
  const std::string plain = written(seen);
  const Reading again = read_all(plain, plain.size(), limits_of(64 * 1024));
  require(!again.refused && again.requests.size() == 1 && again.requests[0] == seen);
  check_decoding(seen.path);
  Request request;
  request.query = seen.query;
  check_query(request);
}

}  // namespace
}  // namespace tollgate::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tollgate::http;
  static const ServerLimits limits = limits_of(512);
  const std::string_view sent{reinterpret_cast<const char*>(bytes), size};
  const Reading at_once = read_all(sent, size, limits);
  const std::size_t piece = size == 0 ? 1 : 1 + bytes[size / 2] % 7;
  const Reading in_pieces = read_all(sent, piece, limits);
  require(at_once.requests == in_pieces.requests && at_once.refused == in_pieces.refused);
  for (const Seen& seen : at_once.requests) check_request(seen, limits);
  if (size <= 64) check_decoding(sent);
  return 0;
}
