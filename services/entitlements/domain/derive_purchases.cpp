// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/derive_purchases.hpp"

#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tollgate::entitlements {
namespace {

using stripe::CheckoutSession;

constexpr std::int64_t quantity_max = 1'000'000;  // Stripe's own limit of a line's quantity.

/// `handbook:1,map:2`, the parts in any order; quantities of one name add. Nothing when unreadable.
std::optional<std::map<std::string, std::int64_t>> read_items(std::string_view text) {
  std::map<std::string, std::int64_t> items;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    const std::size_t colon = item.find(':');
    if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
    const std::string_view count = item.substr(colon + 1);
    std::int64_t quantity = 0;
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), quantity);
    const bool whole = error == std::errc{} && end == count.data() + count.size();
    if (!whole || quantity < 1 || quantity > quantity_max) return std::nullopt;
    items[std::string{item.substr(0, colon)}] += quantity;
  }
  return items;
}

/// One session's way to its verdicts.
class SessionRules {
 public:
  SessionRules(const Known<CheckoutSession>& known, const Catalog& catalog,
               const Payments& payments, Derived& derived)
      : known_(known),
        session_(known.object),
        catalog_(catalog),
        payments_(payments),
        derived_(derived) {
    facts_.push_back({stripe::ObjectKind::checkout_session, session_.id, known.event_id});
  }

  void derive() {
    std::string reason = refusal();
    const bool granted = reason.empty();
    if (granted) reason = "purchase";
    const auto items = bought();
    if (!items) {
      if (granted) ask_for_line_items();
      return say("", false, granted ? "unknown_items" : reason);
    }
    for (const auto& [id, quantity] : *items) {
      const Product* const product = catalog_.product(id);
      if (!product) derived_.alerts.push_back({"unknown_product", session_.id});
      if (granted && product) grant(*product, quantity);
      say(id, granted && product, granted && !product ? "unknown_product" : reason);
    }
  }

 private:
  using Items = std::map<std::string, std::int64_t>;

  /// Why it gives nothing whatever was bought; empty: it may.
  std::string refusal() {
    if (known_.livemode != catalog_.livemode()) return "other_mode";
    if (!catalog_.counts(known_.account, known_.livemode)) return "other_account";
    if (session_.payment_status == "unpaid" && catalog_.policy().unpaid_purchase != Effect::keep) {
      return "unpaid";
    }
    std::vector<PaymentName> names = payments_.of_invoice(session_.invoice);
    names.push_back({session_.payment_intent, {}, session_.amount_total});
    const Fate fate = payments_.fate_of(names);
    facts_.insert(facts_.end(), fate.facts.begin(), fate.facts.end());
    return fate.effect == Effect::keep ? "" : std::string{fate.reason};
  }

  /// What checkout planted on the session or its payment, else the line items, which no event
  /// holds: they must be fetched. Nothing while it is not known.
  std::optional<Items> bought() {
    std::string_view planted = session_.tollgate_items;
    const stripe::PaymentIntent* const intent = payments_.payment_intent(session_.payment_intent);
    if (planted.empty() && intent) planted = intent->tollgate_items;
    if (!planted.empty()) {
      if (auto items = read_items(planted)) return items;
      derived_.alerts.push_back({"unreadable_items", session_.id});
    }
    return session_.line_items_known ? std::optional{from_line_items()} : std::nullopt;
  }

  void ask_for_line_items() {
    derived_.needs.push_back({Lack::line_items, stripe::ObjectKind::checkout_session, session_.id});
  }

  Items from_line_items() {
    if (session_.line_items_truncated) ask_for_line_items();
    Items items;
    for (const stripe::LineItem& line : session_.line_items) {
      const Product* const product =
          catalog_.product_sold_as(line.product, line.price, line.lookup_key);
      // A name that is no product's id says what was bought and not recognised.
      items[product ? product->id : line.product] += line.quantity.value_or(1);
    }
    return items;
  }

  void grant(const Product& product, std::int64_t quantity) {
    const Plan* const plan = catalog_.plan(product.plan);
    Limits features = plan ? limits_of(plan->features, quantity) : Limits{};
    for (const auto& [name, limit] : limits_of(product.features, quantity)) features[name] = limit;
    const auto end = [&](std::chrono::seconds duration) { return known_.status_since + duration; };
    derived_.entitlements.grants.push_back(
        {.source = session_.id,
         .plan = product.plan,
         .rank = plan ? plan->rank : 0,
         .features = std::move(features),
         .quantity = quantity,
         .from = known_.status_since,
         .until = product.duration ? std::optional{end(*product.duration)} : std::nullopt,
         .reason = "purchase"});
  }

  void say(const std::string& product, bool granted, std::string reason) {
    derived_.verdicts.push_back({.source = session_.id,
                                 .plan = product,
                                 .granted = granted,
                                 .reason = std::move(reason),
                                 .facts = facts_});
  }

  const Known<CheckoutSession>& known_;
  const CheckoutSession& session_;
  const Catalog& catalog_;
  const Payments& payments_;
  Derived& derived_;
  std::vector<DecidingFact> facts_;
};

}  // namespace

void derive_purchases(const UserFacts& facts, const Catalog& catalog, const Payments& payments,
                      Derived& derived) {
  for (const Known<CheckoutSession>& known : facts.sessions) {
    if (known.object.mode != "payment" || known.object.status != "complete") continue;
    SessionRules{known, catalog, payments, derived}.derive();
  }
}

std::vector<PaymentName> payments_of_sessions(const UserFacts& facts, const Catalog& catalog) {
  std::vector<PaymentName> names;
  for (const Known<CheckoutSession>& known : facts.sessions) {
    if (catalog.counts(known.account, known.livemode) && !known.object.payment_intent.empty()) {
      names.push_back({known.object.payment_intent, {}, known.object.amount_total});
    }
  }
  return names;
}

}  // namespace tollgate::entitlements
