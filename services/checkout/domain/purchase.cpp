// SPDX-License-Identifier: Apache-2.0
#include "checkout/domain/purchase.hpp"

#include <algorithm>
#include <map>

namespace tollgate::checkout {
namespace {

// Stripe's limit of a metadata value and of client_reference_id.
constexpr std::size_t metadata_bytes_max = 500;
constexpr std::size_t reference_bytes_max = 200;

Failure refusal(std::string code, std::string detail) {
  return {Fault::unprocessable, std::move(code), std::move(detail)};
}

bool is_quantity(std::int64_t quantity) { return quantity >= 1 && quantity <= quantity_max; }

Failure wrong_quantity() {
  return refusal("invalid_quantity",
                 "A quantity is from 1 to " + std::to_string(quantity_max) + ".");
}

Outcome<Offer> find_plan(const Catalog& catalog, const Purchase& purchase) {
  Offer offer;
  offer.plan = catalog.plan(purchase.plan);
  if (offer.plan == nullptr) return refusal("unknown_plan", "There is no such plan.");
  offer.price = price_of(*offer.plan, purchase.interval);
  if (offer.price == nullptr) {
    return refusal("plan_not_for_sale", "The plan has no price of that interval; see /v1/plans.");
  }
  if (!is_quantity(purchase.quantity)) return wrong_quantity();
  offer.quantity = purchase.quantity;
  return offer;
}

Outcome<Offer> find_products(const Catalog& catalog, const Purchase& purchase) {
  std::map<std::string, std::int64_t> quantities;
  for (const Purchase::Item& item : purchase.items) {
    if (!is_quantity(item.quantity)) return wrong_quantity();
    quantities[item.product] += item.quantity;
  }
  Offer offer;
  for (const auto& [id, quantity] : quantities) {
    Offer::Line line{catalog.product(id), nullptr, quantity};
    if (line.product == nullptr) return refusal("unknown_product", "There is no such product.");
    const auto& prices = line.product->stripe.prices;
    const auto once = std::ranges::find(prices, std::string{}, &Price::interval);
    if (once == prices.end()) {
      return refusal("product_not_for_sale", "The product has no price.");
    }
    if (!is_quantity(quantity)) return wrong_quantity();
    line.price = &*once;
    offer.lines.push_back(line);
  }
  const auto other_currency = [&](const Offer::Line& line) {
    return line.price->currency != offer.lines.front().price->currency;
  };
  if (std::ranges::any_of(offer.lines, other_currency)) {
    return refusal("mixed_currencies", "These products are sold in different currencies.");
  }
  if (offer.lines.size() > lines_max || offer.tollgate_items().size() > metadata_bytes_max) {
    return refusal("too_many_items", "Fewer different products at once, please.");
  }
  return offer;
}

bool is_word_character(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
}

}  // namespace

std::string Offer::tollgate_items() const {
  std::string text;
  for (const Line& line : lines) {
    if (!text.empty()) text += ',';
    text += line.product->id + ':' + std::to_string(line.quantity);
  }
  return text;
}

Outcome<Offer> find_offer(const Catalog& catalog, const Purchase& purchase) {
  if (purchase.plan.empty() == purchase.items.empty()) {
    return refusal("invalid_body", "Name either a plan or items.");
  }
  if (!purchase.items.empty() && purchase.quantity != 1) {
    return refusal("invalid_body", "Each of the items has a quantity of its own.");
  }
  return purchase.plan.empty() ? find_products(catalog, purchase) : find_plan(catalog, purchase);
}

std::string canonical_text(std::string_view kind, const Purchase& purchase, const Offer& offer) {
  std::string text{kind};
  const auto add = [&](std::string_view part) {
    // The length in front, so that no two lists of parts read alike.
    text += '\n' + std::to_string(part.size()) + ' ';
    text += part;
  };
  add(purchase.plan);
  if (offer.price != nullptr) {
    add(offer.price->lookup_key);
    add(std::to_string(offer.price->amount) + offer.price->currency);
  }
  add(std::to_string(offer.quantity));
  add(offer.tollgate_items());
  for (const Offer::Line& line : offer.lines) {
    add(std::to_string(line.price->amount) + line.price->currency);
  }
  add(purchase.success_url);
  add(purchase.cancel_url);
  add(purchase.payment_method);
  return text;
}

bool is_allowed_redirect(std::string_view url, std::span<const std::string> origins) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return false;
  const auto is_unfit = [](char letter) {
    // Browsers read a backslash as a slash; controls and blanks have no place in a URL.
    return static_cast<unsigned char>(letter) <= ' ' || letter == '\\' || letter == '\x7f';
  };
  if (std::ranges::any_of(url, is_unfit)) return false;
  return std::ranges::any_of(origins, [&](const std::string& origin) {
    if (!url.starts_with(origin)) return false;
    const std::string_view rest = url.substr(origin.size());
    return rest.empty() || rest.front() == '/' || rest.front() == '?' || rest.front() == '#';
  });
}

bool is_reference(std::string_view user_id) {
  return !user_id.empty() && user_id.size() <= reference_bytes_max &&
         std::ranges::all_of(user_id, is_word_character);
}

}  // namespace tollgate::checkout
