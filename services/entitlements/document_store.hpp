// SPDX-License-Identifier: Apache-2.0
// The ready documents as readers see them, on the io thread. Who writes them uses
// entitlements_store.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace tollgate::entitlements {

struct ReadyDocument {
  std::string text;  ///< see entitlements_json.hpp
  std::int64_t version = 0;
};

/// The database does not answer, or too many are waiting for it. Asking again later is right.
struct DocumentsUnavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class DocumentStore {
 public:
  virtual ~DocumentStore() = default;

  /// Nothing for a user never seen. Throws DocumentsUnavailable.
  virtual boost::asio::awaitable<std::optional<ReadyDocument>> find(std::string user_id) = 0;
  /// The same for many, in the order asked.
  virtual boost::asio::awaitable<std::vector<std::optional<ReadyDocument>>> find_all(
      std::vector<std::string> user_ids) = 0;
};

}  // namespace tollgate::entitlements
