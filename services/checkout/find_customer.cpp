// SPDX-License-Identifier: Apache-2.0
#include "checkout/find_customer.hpp"

#include "checkout/stripe_json.hpp"
#include "stripe/digest.hpp"

namespace tollgate::checkout {

namespace asio = boost::asio;

asio::awaitable<std::string> FindCustomer::find(std::string user_id) {
  CustomerRow row = co_await store_.find_customer(std::move(user_id));
  co_return std::move(row.customer_id);
}

asio::awaitable<Outcome<std::string>> FindCustomer::get_or_create(std::string user_id) {
  const CustomerRow row = co_await store_.find_customer(user_id);
  if (!row.customer_id.empty()) co_return row.customer_id;
  stripe::Form form;
  form.add("metadata[user_id]", user_id);
  // The body follows from the user alone, so it is the same bytes each time and need not be kept.
  const std::string key =
      "customer-" + stripe::sha256_hex(user_id) + "-" + std::to_string(row.generation);
  const Sent sent = co_await stripe_.post("/v1/customers", form.text(), key);
  if (!sent) co_return stripe_.in_words(sent.error());
  co_return co_await store_.save_customer(std::move(user_id), read_id(*sent));
}

}  // namespace tollgate::checkout
