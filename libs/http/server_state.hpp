// SPDX-License-Identifier: Apache-2.0
// What the connections of one server share. Outlives the Server object as long as a connection's
// coroutine does; on the io thread alone.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "http/http_date.hpp"
#include "http/reader_pool.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "http/server_metrics.hpp"

namespace tollgate::http {

/// What counts as one client: an IPv4 address, or an IPv6 /64, which is one client's to fill.
using AddressKey = std::array<std::uint8_t, 8>;

/// An IPv4 client of a dual-stack listener comes as `::ffff:192.0.2.1`; this is what it is.
inline boost::asio::ip::address plain_address(const boost::asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
}

inline AddressKey address_key(const boost::asio::ip::address& sent) {
  const boost::asio::ip::address address = plain_address(sent);
  AddressKey key{};
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    std::copy(bytes.begin(), bytes.end(), key.begin());
  } else {
    const auto bytes = address.to_v6().to_bytes();
    std::copy_n(bytes.begin(), key.size(), key.begin());
  }
  return key;
}

struct ServerState {
  ServerState(boost::asio::io_context& loop, ServerLimits bounds, Handler& answerer,
              Metrics& registry, const std::string& listener)
      : io(loop),
        limits(bounds),
        handler(answerer),
        metrics(registry, listener),
        readers(limits, handler) {}

  boost::asio::io_context& io;
  const ServerLimits limits;
  Handler& handler;
  ServerMetrics metrics;
  ReaderPool readers;

  std::map<AddressKey, std::size_t> connections_by_address;
  std::size_t connections = 0;
  CurrentDate date;
  std::string answer_scratch;       ///< heads of answers are built here
  std::array<char, 16 * 1024> bin;  ///< bytes that nobody reads are received here

  std::function<void()> on_last_gone;  ///< set while draining
  bool draining = false;
  bool abandoned = false;  ///< the Server is gone, and maybe handler and metrics with it
};

}  // namespace tollgate::http
