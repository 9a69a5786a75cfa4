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
  /// `limits` outlive the pool, the pool its readers.
  explicit ReaderPool(const ServerLimits& limits);

  /// Null when all bodies in flight hold as much as they may.
  std::unique_ptr<RequestReader> take();
  void give_back(std::unique_ptr<RequestReader> reader);

 private:
  const ServerLimits& limits_;
  ByteBudget budget_;
  std::vector<std::unique_ptr<RequestReader>> spare_;  ///< last in, first out: memory in the cache
};

}  // namespace tollgate::http
