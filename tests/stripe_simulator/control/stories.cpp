// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/control/stories.hpp"

#include <algorithm>

#include "stripe_simulator/billing/invoices.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"
#include "stripe_simulator/checkout/checkout_sessions.hpp"
#include "stripe_simulator/checkout/pay_session.hpp"
#include "stripe_simulator/payments/disputes.hpp"
#include "stripe_simulator/payments/refunds.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::int64_t minute_s = 60;
constexpr std::int64_t day_s = 24 * 3600;
constexpr int pause_days_max = 30;
constexpr std::size_t intents_max = 8;
constexpr const char* cards[] = {"pm_card_visa",
                                 "pm_card_visa",
                                 "pm_card_visa",
                                 "pm_card_visa",
                                 "pm_card_visa",
                                 "pm_card_visa",
                                 "pm_card_mastercard",
                                 "pm_usBankAccount_success",
                                 "pm_usBankAccount_insufficientFunds",
                                 "pm_card_chargeCustomerFail",
                                 "pm_card_authenticationRequired"};

}  // namespace

Story::Story(World& world, Api& api, std::string user, std::uint64_t seed)
    : world_(world), api_(api), user_(std::move(user)), dice_(seed) {}

std::int64_t Story::go_on() {
  static const std::vector<Step> before{{60, &Story::subscribe}, {12, &Story::buy_once},
                                        {8, &Story::walk_away},  {5, &Story::refund},
                                        {3, &Story::dispute},    {8, &Story::answer_dispute},
                                        {4, &Story::rename},     {3, &Story::fail_refund}};
  static const std::vector<Step> during{{10, &Story::change_plan},
                                        {7, &Story::change_quantity},
                                        {8, &Story::cancel_later},
                                        {4, &Story::cancel_now},
                                        {8, &Story::keep},
                                        {3, &Story::suspend_collection},
                                        {6, &Story::resume_collection},
                                        {7, &Story::decline_next_charge},
                                        {4, &Story::lose_card},
                                        {8, &Story::mend_card},
                                        {6, &Story::refund},
                                        {4, &Story::fail_refund},
                                        {4, &Story::dispute},
                                        {12, &Story::answer_dispute},
                                        {4, &Story::buy_once},
                                        {3, &Story::rename},
                                        {10, &Story::wait}};
  const Json* subscribed = subscription();
  const bool lives = subscribed != nullptr && !has_ended(*subscribed);
  // What cannot be now is drawn again; waiting always can.
  for (int tries = 0; tries < 10; ++tries) {
    if (take(lives ? during : before)) break;
  }
  const int pace = draw(100);
  if (pace < 15) return 0;
  if (pace < 30) return 1 + draw(minute_s);
  return 1 + draw(pause_days_max) * day_s + draw(static_cast<int>(day_s));
}

bool Story::take(const std::vector<Step>& steps) {
  int sum = 0;
  for (const Step& step : steps) sum += step.weight;
  int drawn = draw(sum);
  for (const Step& step : steps) {
    if (drawn < step.weight) return (this->*step.happen)();
    drawn -= step.weight;
  }
  return false;
}

int Story::draw(int choices) {
  return static_cast<int>(dice_() % static_cast<std::uint64_t>(choices));
}

const Json* Story::subscription() const { return world_.find("subscription", subscription_); }

Json Story::post(const std::string& path, const std::string& form) {
  ApiRequest request;
  request.method = "POST";
  request.path = path;
  request.body = form;
  request.authorization = "Bearer sk_test_load";
  const ApiAnswer answer = api_.answer(request);
  if (answer.status != 200) return {};
  return parse_json(answer.body).value_or(Json{});
}

void Story::ensure_customer() {
  // Some are made by Checkout, and only their purchases say whose they are.
  if (!customer_.empty() || chance(20)) return;
  customer_ =
      post("/v1/customers", "email=" + user_ + "@shop.example&metadata[user_id]=" + user_)["id"]
          .text();
}

Json Story::open_session(const std::string& form) {
  ensure_customer();
  std::string whole = form + "&success_url=http://shop.example/&client_reference_id=" + user_ +
                      "&metadata[user_id]=" + user_;
  if (!customer_.empty()) whole += "&customer=" + customer_;
  return post("/v1/checkout/sessions", whole);
}

void Story::complete(const Json& session) {
  const std::string id = session["id"].text();
  if (id.empty()) return;
  const auto done = complete_session(world_, id, cards[draw(std::size(cards))]);
  if (!done) return;
  if (customer_.empty()) customer_ = (*done)["customer"].text();
  if (!(*done)["subscription"].is_null()) subscription_ = (*done)["subscription"].text();
  if (!(*done)["payment_intent"].is_null()) intents_.push_back((*done)["payment_intent"].text());
  if (intents_.size() > intents_max) intents_.erase(intents_.begin());
}

bool Story::subscribe() {
  std::string form = "mode=subscription&line_items[0][price]=" + price("recurring") +
                     "&line_items[0][quantity]=" + std::to_string(1 + draw(3)) +
                     "&subscription_data[metadata][user_id]=" + user_;
  if (chance(15)) form += "&subscription_data[trial_period_days]=" + std::to_string(2 + draw(14));
  complete(open_session(form));
  return true;
}

bool Story::buy_once() {
  const int quantity = 1 + draw(2);
  complete(open_session("mode=payment&line_items[0][price]=" + price("one_time") +
                        "&line_items[0][quantity]=" + std::to_string(quantity) +
                        "&payment_intent_data[metadata][user_id]=" + user_));
  return true;
}

bool Story::walk_away() {
  const Json session = open_session("mode=payment&line_items[0][quantity]=1&line_items[0][price]=" +
                                    price("one_time"));
  if (chance(50)) expire_session(world_, session["id"].text());
  return true;
}

bool Story::update_subscription(const std::string& form) {
  return !post("/v1/subscriptions/" + subscription_, form).is_null();
}

bool Story::change_plan() {
  static constexpr const char* behaviors[] = {"always_invoice", "create_prorations", "none"};
  const Json& item = subscription()->at("items.data").items().at(0);
  const std::string next = price("recurring", item.at("price.id").text());
  if (next.empty()) return false;
  return update_subscription("items[0][id]=" + item["id"].text() + "&items[0][price]=" + next +
                             "&proration_behavior=" + behaviors[draw(std::size(behaviors))]);
}

bool Story::change_quantity() {
  const Json& item = subscription()->at("items.data").items().at(0);
  return update_subscription("items[0][id]=" + item["id"].text() +
                             "&items[0][quantity]=" + std::to_string(1 + draw(5)));
}

bool Story::cancel_later() {
  if (!(*subscription())["cancel_at"].is_null()) return false;
  if (chance(70)) return update_subscription("cancel_at_period_end=true");
  const std::int64_t at = world_.now() + (1 + draw(pause_days_max)) * day_s;
  return update_subscription("cancel_at=" + std::to_string(at));
}

bool Story::keep() {
  if ((*subscription())["cancel_at"].is_null()) return false;
  return update_subscription("cancel_at_period_end=false");
}

bool Story::cancel_now() {
  end_subscription(world_, subscription_, "cancellation_requested");
  return true;
}

bool Story::suspend_collection() {
  if (!(*subscription())["pause_collection"].is_null()) return false;
  return update_subscription("pause_collection[behavior]=void");
}

bool Story::resume_collection() {
  if ((*subscription())["pause_collection"].is_null()) return false;
  return update_subscription("pause_collection=");
}

bool Story::decline_next_charge() {
  world_.note(customer_, "next_charge", chance(80) ? "decline" : "authentication_required");
  return true;
}

bool Story::lose_card() {
  const Json card =
      post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", "customer=" + customer_);
  return !card.is_null() && update_subscription("default_payment_method=" + card["id"].text());
}

bool Story::mend_card() {
  const Json card = post("/v1/payment_methods/pm_card_visa/attach", "customer=" + customer_);
  if (card.is_null() || !update_subscription("default_payment_method=" + card["id"].text()))
    return false;
  const std::string invoice = (*subscription())["latest_invoice"].text();
  // He sees that he owes something, and pays.
  if (world_.get(invoice)["status"].text() == "open" && chance(60)) {
    post("/v1/invoices/" + invoice + "/pay", {});
  }
  return true;
}

std::string Story::paid_intent() {
  std::vector<std::string> paid = intents_;
  if (const Json* subscribed = subscription()) {
    paid.push_back(payment_of_invoice(world_, (*subscribed)["latest_invoice"].text()));
  }
  std::erase_if(paid, [&](const std::string& id) {
    const Json* intent = world_.find("payment_intent", id);
    return intent == nullptr || (*intent)["status"].text() != "succeeded";
  });
  return paid.empty() ? std::string{}
                      : paid[static_cast<std::size_t>(draw(static_cast<int>(paid.size())))];
}

bool Story::refund() {
  const std::string intent = paid_intent();
  if (intent.empty()) return false;
  std::string form = "payment_intent=" + intent;
  if (chance(50)) form += "&amount=" + std::to_string(1 + draw(900));
  const Json made = post("/v1/refunds", form);
  if (made.is_null()) return false;
  refund_ = made["id"].text();
  return true;
}

bool Story::fail_refund() {
  return world_.find("refund", refund_) != nullptr && simulator::fail_refund(world_, refund_);
}

bool Story::dispute() {
  const std::string intent = paid_intent();
  const Json* open = world_.find("dispute", dispute_);
  if (intent.empty() || open != nullptr) return false;
  const auto kind = chance(25) ? DisputeKind::inquiry : DisputeKind::chargeback;
  const auto opened = open_dispute(world_, intent, "fraudulent", kind);
  if (opened) dispute_ = *opened;
  return opened.has_value();
}

bool Story::answer_dispute() {
  static constexpr const char* answers[] = {
      "under_review", "won", "lost", "warning_closed", "warning_under_review", "needs_response"};
  if (dispute_.empty()) return false;
  return close_dispute(world_, dispute_, answers[draw(std::size(answers))]).has_value();
}

bool Story::rename() {
  if (customer_.empty()) return false;
  return !post("/v1/customers/" + customer_, "name=Buyer+" + std::to_string(draw(1000))).is_null();
}

bool Story::wait() { return true; }

std::string Story::price(std::string_view type, std::string_view not_this) {
  std::vector<std::string> sold;
  for (const std::string& id : world_.ids("price")) {
    const Json& price = world_.get(id);
    if (price["active"].flag() && price["type"].text() == type && id != not_this)
      sold.push_back(id);
  }
  if (!sold.empty()) return sold[static_cast<std::size_t>(draw(static_cast<int>(sold.size())))];
  if (!not_this.empty()) return {};
  const std::string product = post("/v1/products", "name=Generated")["id"].text();
  const char* recurring = type == "recurring" ? "&recurring[interval]=month" : "";
  return post("/v1/prices", "currency=usd&unit_amount=1500&product=" + product + recurring)["id"]
      .text();
}

}  // namespace tollgate::simulator
