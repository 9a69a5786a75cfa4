// SPDX-License-Identifier: Apache-2.0
// The reader's use case: what a user may use at this moment, from his ready document.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "entitlements/document_store.hpp"
#include "entitlements/domain/catalog.hpp"
#include "entitlements/json/features_json.hpp"

namespace tollgate::entitlements {

struct EntitlementsView {
  std::string body;  ///< JSON, see entitlements_json.hpp
  std::string etag;  ///< quoted; a hash of the body, so it changes when time changes the answer
};

/// One io thread. Everything it refers to outlives it.
class ReadEntitlements {
 public:
  ReadEntitlements(DocumentStore& documents, const Catalog& catalog, const Clock& clock);

  /// A user never seen has the default plan. `reflected`: what to say of a fact that was waited
  /// for. Throws DocumentsUnavailable.
  boost::asio::awaitable<EntitlementsView> read(std::string user_id,
                                                std::optional<bool> reflected = {});
  /// Throws DocumentsUnavailable.
  boost::asio::awaitable<FeatureAnswer> read_feature(std::string user_id, std::string feature);
  /// One for each user, in the order asked. Throws DocumentsUnavailable.
  boost::asio::awaitable<std::vector<UserFeatures>> read_batch(BatchQuestion question);

 private:
  Answer answer_of(const std::optional<ReadyDocument>& found) const;

  DocumentStore& documents_;
  const Catalog& catalog_;
  const Clock& clock_;
};

/// Whether an If-None-Match header names the tag (RFC 9110 section 13.1.2: lists, `*`, weak tags).
bool matches_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace tollgate::entitlements
