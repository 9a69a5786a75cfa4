// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/find_answers.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "stripe/json_slices.hpp"
#include "stripe/stripe_lists.hpp"

namespace tollgate::entitlements {
namespace {

namespace asio = boost::asio;
using stripe::ApiFailure;
using stripe::ApiRequest;
using stripe::ObjectKind;
using Answers = std::vector<StripeAnswer>;
using Found = Result<Answers, ApiFailure>;

// A hundred elements each: far beyond what Stripe lets an invoice or a session hold at once.
constexpr int pages_max = 30;

std::string_view collection_of(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::customer: return "/v1/customers/";
    case ObjectKind::subscription: return "/v1/subscriptions/";
    case ObjectKind::invoice: return "/v1/invoices/";
    case ObjectKind::invoice_payment: return "/v1/invoice_payments/";
    case ObjectKind::checkout_session: return "/v1/checkout/sessions/";
    case ObjectKind::payment_intent: return "/v1/payment_intents/";
    case ObjectKind::charge: return "/v1/charges/";
    case ObjectKind::refund: return "/v1/refunds/";
    case ObjectKind::dispute: break;
  }
  return "/v1/disputes/";
}

ApiRequest request_for(const Fetch& fetch, std::string path) {
  ApiRequest request;
  request.path = std::move(path);
  request.account = fetch.object.account;
  return request;
}

ApiRequest object_request(const Fetch& fetch) {
  ApiRequest request = request_for(
      fetch, std::string{collection_of(fetch.kind)} + stripe::percent_encoded(fetch.object.id));
  if (fetch.kind == ObjectKind::checkout_session) request.parameters.add("expand[0]", "line_items");
  return request;
}

/// The member of an object that holds but the first elements of a list, and where all of them are.
struct InnerList {
  std::string_view member;
  ApiRequest request;
};

std::optional<InnerList> inner_list(const Fetch& fetch) {
  const std::string own_path = object_request(fetch).path;
  switch (fetch.kind) {
    case ObjectKind::subscription: {
      ApiRequest request = request_for(fetch, "/v1/subscription_items");
      request.parameters.add("subscription", fetch.object.id);
      return InnerList{"items", std::move(request)};
    }
    case ObjectKind::invoice: return InnerList{"lines", request_for(fetch, own_path + "/lines")};
    case ObjectKind::checkout_session:
      return InnerList{"line_items", request_for(fetch, own_path + "/line_items")};
    default: return std::nullopt;
  }
}

ApiRequest list_request(const Fetch& fetch) {
  const bool payments = fetch.part == FetchPart::payments;
  ApiRequest request = request_for(fetch, payments ? "/v1/invoice_payments" : "/v1/refunds");
  request.parameters.add(payments ? "invoice" : "charge", fetch.object.id);
  return request;
}

ApiFailure unreadable(std::string why) {
  ApiFailure failure;
  failure.fault = stripe::ApiFault::unreadable;
  failure.type = std::move(why);
  return failure;
}

asio::awaitable<Found> find_list(stripe::StripeApi& api, ApiRequest request) {
  Answers elements;
  std::string after;
  for (int page_number = 0; page_number < pages_max; ++page_number) {
    auto page = co_await stripe::fetch_page(api, request, after);
    if (!page) co_return page.error();
    if (!page->as_of) co_return unreadable("no_date");
    for (std::string& body : page->elements) elements.push_back({std::move(body), *page->as_of});
    if (!page->has_more) co_return elements;
    after = page->last_id;
    if (after.empty()) co_return unreadable("no_id_in_list");
  }
  co_return unreadable("too_many_pages");
}

bool is_cut_short(const std::string& body, std::string_view member) {
  const auto list = stripe::member_slice(body, member);
  return list && stripe::list_slices(*list).has_more;
}

/// The answer's time is that of the object itself: what changes while its list is read comes later.
asio::awaitable<Found> find_object(stripe::StripeApi& api, Fetch fetch) {
  auto answer = co_await api.send(object_request(fetch));
  if (!answer) co_return answer.error();
  if (!answer->as_of) co_return unreadable("no_date");
  StripeAnswer object{std::move(answer->body), *answer->as_of};
  const auto inner = inner_list(fetch);
  if (inner && is_cut_short(object.body, inner->member)) {
    auto elements = co_await find_list(api, inner->request);
    if (!elements) co_return elements.error();
    std::vector<std::string> bodies;
    for (StripeAnswer& element : *elements) bodies.push_back(std::move(element.body));
    object.body = stripe::with_whole_list(object.body, inner->member, bodies);
  }
  Answers answers;
  answers.push_back(std::move(object));
  co_return answers;
}

}  // namespace

asio::awaitable<Found> find_answers(stripe::StripeApi& api, Fetch fetch) {
  if (fetch.part == FetchPart::object) return find_object(api, std::move(fetch));
  return find_list(api, list_request(fetch));
}

}  // namespace tollgate::entitlements
