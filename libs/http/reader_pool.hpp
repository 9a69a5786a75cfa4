// SPDX-License-Identifier: Apache-2.0
// Buffers for connections that are receiving, within one bound for all. What a buffer turns into
// requests is request_reader.hpp's.
#pragma once

#include <memory>
#include <vector>

#include "http/byte_budget.hpp"
#include "http/request_reader.hpp"
#include "http/server.hpp"

namespace tollgate::http {

class ReaderPool {
 public:
  /// `limits` and `handler` outlive the pool, the pool its readers.
  ReaderPool(const ServerLimits& limits, const Handler& handler);

  /// Null when all bodies in flight hold as much as they may.
  std::unique_ptr<RequestReader> take();
  void give_back(std::unique_ptr<RequestReader> reader);

 private:
  const ServerLimits& limits_;
  const Handler& handler_;
  ByteBudget budget_;
  std::vector<std::unique_ptr<RequestReader>> spare_;  ///< last in, first out: memory in the cache
};

}  // namespace tollgate::http
