// SPDX-License-Identifier: Apache-2.0
#include "checkout/ask/list_held.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "checkout/json/stripe_json.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;

struct ListQuery {
  std::string path;
  std::string customer;
  std::string status;
  std::string expand;  ///< empty: nothing
  Deadline until;
};

template <class T>
asio::awaitable<Outcome<std::vector<T>>> list_all(SendRequest& stripe, ListQuery wanted,
                                                  Page<T> (*read)(std::string_view)) {
  std::vector<T> all;
  if (wanted.customer.empty()) co_return all;
  for (int page = 0; page < ListHeld::pages_max; ++page) {
    stripe::Form query;
    query.add("customer", wanted.customer).add("status", wanted.status).add("limit", 100);
    if (!wanted.expand.empty()) query.add("expand[0]", wanted.expand);
    if (!all.empty()) query.add("starting_after", all.back().id);
    const Sent sent = co_await stripe.get(wanted.path, wanted.until, std::move(query));
    if (!sent) co_return stripe.in_words(sent.error());
    Page<T> found = read(*sent);
    const bool last = !found.has_more || found.elements.empty();
    for (T& element : found.elements) all.push_back(std::move(element));
    if (last) co_return all;
  }
  log::write_bounded(log::Level::error, wanted.path, "a customer has too much to be looked through",
                     {{"customer", wanted.customer}, {"path", wanted.path}});
  co_return Failure{Fault::stripe_refused, "too_many_objects",
                    "This customer has more at the payment provider than can be looked through."};
}

}  // namespace

asio::awaitable<Outcome<std::vector<Subscription>>> ListHeld::subscriptions(std::string customer,
                                                                            Deadline until) {
  ListQuery wanted{"/v1/subscriptions", std::move(customer), "all", {}, until};
  co_return co_await list_all<Subscription>(stripe_, std::move(wanted), read_subscriptions);
}

asio::awaitable<Outcome<std::vector<Session>>> ListHeld::open_sessions(std::string customer,
                                                                       Deadline until) {
  ListQuery wanted{"/v1/checkout/sessions", std::move(customer), "open", "data.customer", until};
  auto open = co_await list_all<Session>(stripe_, std::move(wanted), read_sessions);
  if (open && std::ranges::any_of(*open, &Session::is_customer_deleted)) {
    Failure gone{Fault::stripe_refused, "stripe_refused",
                 "The payment provider has no such customer any more."};
    gone.is_missing = true;
    co_return gone;
  }
  co_return open;
}

}  // namespace tollgate::checkout
