// SPDX-License-Identifier: Apache-2.0
// What a user wants to buy, held against the catalogue: amounts come from there and nowhere else.
// What the user has already is guard.hpp's question.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checkout/domain/catalog.hpp"
#include "checkout/domain/failure.hpp"

namespace tollgate::checkout {

/// A plan, or things bought once; one of the two.
struct Purchase {
  struct Item {
    std::string product;
    std::int64_t quantity = 1;
  };
  std::string plan;
  std::string interval;
  std::int64_t quantity = 1;
  std::vector<Item> items;
  std::string success_url;  ///< these two only for a Checkout Session
  std::string cancel_url;
  std::string payment_method;  ///< only without one
};

/// What was found for it. Points into the catalogue.
struct Offer {
  struct Line {
    const Product* product = nullptr;
    const Price* price = nullptr;
    std::int64_t quantity = 1;
  };
  const Plan* plan = nullptr;
  const Price* price = nullptr;  ///< of the plan
  std::int64_t quantity = 1;
  std::vector<Line> lines;  ///< without a plan; by product, each once

  /// `handbook:1,pen:2`: what entitlements reads off the session and its payment.
  [[nodiscard]] std::string tollgate_items() const;
};

inline constexpr std::int64_t quantity_max = 10'000;
inline constexpr std::size_t lines_max = 20;

Outcome<Offer> find_offer(const Catalog& catalog, const Purchase& purchase);

/// Equal for equal requests; to be kept as a digest. `kind` tells the routes apart.
std::string canonical_text(std::string_view kind, const Purchase& purchase, const Offer& offer);

/// Whether buyers may be sent to that URL: http or https, of one of the origins, nothing hidden in
/// front of the host.
bool is_allowed_redirect(std::string_view url, std::span<const std::string> origins);

/// Fits Stripe's `client_reference_id`: up to 200 letters, digits, `-` and `_`.
bool is_reference(std::string_view user_id);

}  // namespace tollgate::checkout
