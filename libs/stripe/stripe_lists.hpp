// SPDX-License-Identifier: Apache-2.0
// Stripe's lists, page by page or whole. A single object is stripe_api.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <vector>

#include "stripe/stripe_api.hpp"

namespace tollgate::stripe {

struct ListPage {
  std::vector<std::string> elements;  ///< as they stand in the answer, byte for byte
  bool has_more = false;
  std::string last_id;  ///< of the last element: where the next page starts after; may be empty
  std::optional<Time> as_of;
};

/// Stripe's greatest page; `limit` is added to the request's parameters.
inline constexpr int page_elements_max = 100;

/// The page behind the element `after`; empty: the first one.
boost::asio::awaitable<Result<ListPage, ApiFailure>> fetch_page(StripeApi& api, ApiRequest request,
                                                                std::string after);

}  // namespace tollgate::stripe
