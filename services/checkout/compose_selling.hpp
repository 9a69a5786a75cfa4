// SPDX-License-Identifier: Apache-2.0
// The use cases behind the routes, put together. main.cpp serves them.
#pragma once

#include <memory>

#include "base/runtime.hpp"
#include "checkout/config.hpp"
#include "checkout/http_api.hpp"
#include "postgres/pool.hpp"

namespace tollgate::checkout {

/// Logs what is wrong with the file, and throws.
Catalog load_catalog(const Config& config);

postgres::ConnectionOptions database(const Config& config);

/// What it is given outlives it.
class SellingParts {
 public:
  SellingParts(const Config& config, const Catalog& catalog, postgres::Pool& pool,
               const Clock& clock, Metrics& metrics, Runtime& runtime);
  ~SellingParts();

  [[nodiscard]] UseCases use_cases();
  /// From now on nobody waits for news.
  void begin_drain();

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace tollgate::checkout
