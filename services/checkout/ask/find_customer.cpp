// SPDX-License-Identifier: Apache-2.0
#include "checkout/ask/find_customer.hpp"

#include "base/log.hpp"
#include "checkout/json/stripe_json.hpp"
#include "stripe/digest.hpp"

namespace tollgate::checkout {

namespace asio = boost::asio;

namespace {
constexpr unsigned internal_error = 500;

/// One that was deleted is answered as such: this one must be of another account. Forgotten, its
/// user would be sold again what he has.
Failure unknown_customer(std::string_view user_id, std::string_view customer_id) {
  log::write_bounded(log::Level::error, "unknown_customer",
                     "Stripe does not know a customer: is STRIPE_SECRET_KEY of another account?",
                     {{"user_id", user_id}, {"customer_id", customer_id}});
  return {Fault::stripe_refused, "stripe_refused",
          "The payment provider refused; the shop's operator has to look."};
}
}  // namespace

asio::awaitable<std::string> FindCustomer::find(std::string user_id) {
  CustomerRow row = co_await store_.find_customer(std::move(user_id));
  co_return std::move(row.customer_id);
}

asio::awaitable<Outcome<std::string>> FindCustomer::get_or_create(std::string user_id,
                                                                  Deadline until) {
  const CustomerRow row = co_await store_.find_customer(user_id);
  if (!row.customer_id.empty()) co_return row.customer_id;
  stripe::Form form;
  form.add("metadata[user_id]", user_id);
  // The body follows from the user alone, so it is the same bytes each time and need not be kept.
  const std::string key =
      "customer-" + stripe::sha256_hex(user_id) + "-" + std::to_string(row.generation);
  const Sent sent = co_await stripe_.post("/v1/customers", form.text(), key, until);
  if (sent) co_return co_await keep(std::move(user_id), read_id(*sent), row.generation);
  const Failure failure = stripe_.in_words(sent.error());
  if (sent.error().status != internal_error) co_return failure;
  // Stripe keeps a 500 under the key, made or not: look, and only then take another key.
  auto made = co_await look_for(user_id, until);
  if (!made) co_return made.error();
  if (!made->empty()) {
    co_return co_await keep(std::move(user_id), *std::move(made), row.generation);
  }
  co_await store_.retire_customer_key(std::move(user_id), row.generation);
  co_return failure;
}

asio::awaitable<Outcome<std::string>> FindCustomer::keep(std::string user_id,
                                                         std::string customer_id,
                                                         std::int64_t generation) {
  std::string counts = co_await store_.save_customer(user_id, std::move(customer_id));
  if (!counts.empty()) co_return counts;
  // Deleted or given away since it was made: the same key would give it again.
  co_await store_.retire_customer_key(std::move(user_id), generation);
  co_return Failure{Fault::stripe_away, "stripe_busy",
                    "Your customer account was changed meanwhile; ask again."};
}

asio::awaitable<Outcome<bool>> FindCustomer::forget_if_gone(std::string user_id,
                                                            std::string customer_id,
                                                            Deadline until) {
  const Sent sent =
      co_await stripe_.get("/v1/customers/" + stripe::percent_encoded(customer_id), until);
  const bool is_unknown = !sent && sent.error().fault == stripe::ApiFault::not_found;
  if (!sent && !is_unknown) co_return stripe_.in_words(sent.error());
  if (sent && !read_deleted(*sent)) co_return false;
  // Test data can be wiped, and nothing is left of it then.
  if (is_unknown && stripe_.mode() != stripe::Mode::test) {
    co_return unknown_customer(user_id, customer_id);
  }
  log::warning("a customer is gone at Stripe; its user gets a new one",
               {{"user_id", user_id}, {"customer_id", customer_id}});
  co_await store_.forget_customer(std::move(user_id), std::move(customer_id));
  co_return true;
}

/// Empty: there is none. Stripe's list is up to date, its search is not.
asio::awaitable<Outcome<std::string>> FindCustomer::look_for(std::string user_id, Deadline until) {
  std::string last;
  for (int page = 0; page < pages_max; ++page) {
    stripe::Form query;
    query.add("created[gte]", to_unix_seconds(clock_.now() - looked_back)).add("limit", 100);
    if (!last.empty()) query.add("starting_after", last);
    const Sent sent = co_await stripe_.get("/v1/customers", until, std::move(query));
    if (!sent) co_return stripe_.in_words(sent.error());
    const Page<FoundCustomer> found = read_customers(*sent);
    for (const FoundCustomer& customer : found.elements) {
      if (customer.user_id == user_id) co_return customer.id;
    }
    if (!found.has_more || found.elements.empty()) break;
    last = found.elements.back().id;
  }
  co_return std::string{};
}

}  // namespace tollgate::checkout
