// SPDX-License-Identifier: Apache-2.0
#include "checkout/ask/find_price.hpp"

#include "base/log.hpp"
#include "checkout/json/stripe_json.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;

bool is_same(const FoundPrice& found, const Price& price) {
  return found.lookup_key == price.lookup_key && found.amount == price.amount &&
         found.currency == price.currency && found.interval == price.interval;
}

Failure not_at_stripe(const Price& price) {
  log::write_bounded(
      log::Level::error, price.lookup_key, "Stripe has no such price; run `operator catalog apply`",
      {{"lookup_key", price.lookup_key}, {"amount", price.amount}, {"currency", price.currency}});
  return {Fault::stripe_refused, "price_unavailable",
          "This price is not set up at the payment provider; the shop's operator has to look."};
}

}  // namespace

asio::awaitable<Outcome<std::string>> FindPrice::id_of(Price price, Deadline until) {
  const auto known = known_.find(price.lookup_key);
  if (known != known_.end() && clock_.now() - known->second.found < kept) {
    co_return known->second.id;
  }
  stripe::Form query;
  query.add("lookup_keys[0]", price.lookup_key).add("active", true).add("limit", 10);
  const Sent sent = co_await stripe_.get("/v1/prices", until, std::move(query));
  if (!sent) co_return stripe_.in_words(sent.error());
  for (const FoundPrice& found : read_prices(*sent)) {
    if (!is_same(found, price)) continue;
    known_[price.lookup_key] = {found.id, clock_.now()};
    co_return found.id;
  }
  co_return not_at_stripe(price);
}

}  // namespace tollgate::checkout
