// SPDX-License-Identifier: Apache-2.0
#include "operator/ask_stripe.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <future>
#include <utility>

#include "base/uuid.hpp"
#include "stripe/stripe_lists.hpp"

namespace tollgate::operations {
namespace {

namespace asio = boost::asio;
using stripe::ApiFault;

// With the pauses between them about half a minute while Stripe is away, less for a 429.
constexpr int retries_max = 4;
constexpr std::chrono::milliseconds attempt_max{10'000};
constexpr int pages_max = 100;

template <class Answer>
Answer await(asio::io_context& io, asio::awaitable<Answer> asking) {
  std::future<Answer> answer = asio::co_spawn(io, std::move(asking), asio::use_future);
  io.restart();
  while (answer.wait_for(std::chrono::seconds{0}) != std::future_status::ready) io.run_one();
  return answer.get();
}

std::string describe(const stripe::ApiFailure& failure) {
  switch (failure.fault) {
    case ApiFault::unreachable: return "Stripe cannot be reached; was STRIPE_API_BASE meant?";
    case ApiFault::untrusted: return "what answers has no certificate of Stripe's";
    case ApiFault::unreadable: return "what answers does not speak as Stripe does";
    case ApiFault::unauthorized:
      return failure.status == 403 ? "STRIPE_SECRET_KEY may not do this (403)"
                                   : "Stripe does not accept STRIPE_SECRET_KEY (401)";
    case ApiFault::rate_limited: return "Stripe is asked too often (429); try again in a minute";
    case ApiFault::unavailable:
      return "Stripe has trouble (" + std::to_string(failure.status) + "); try again later";
    default: break;
  }
  std::string text = "Stripe refused (" + std::to_string(failure.status);
  if (!failure.code.empty()) text += " " + failure.code;
  text += ")";
  return failure.message.empty() ? text : text + ": " + failure.message;
}

[[noreturn]] void refuse(const std::string& call, const stripe::ApiFailure& failure) {
  std::string what = call + ": " + describe(failure);
  if (!failure.request_id.empty()) what += " [" + failure.request_id + "]";
  throw StripeRefusal{what, failure.fault};
}

stripe::ApiRequest request_for(const std::string& method, const std::string& path,
                               const stripe::Form& form) {
  stripe::ApiRequest request;
  request.method = method;
  request.path = path;
  request.parameters = form;
  request.retries_max = retries_max;
  request.attempt_max = attempt_max;
  return request;
}

}  // namespace

AskStripe::AskStripe(asio::io_context& io, stripe::StripeApi& api)
    : io_(io), api_(api), run_id_("operator-" + make_uuid_v7(SystemClock{}.now())) {}

std::string AskStripe::get(const std::string& path) { return send(request_for("GET", path, {})); }

std::vector<std::string> AskStripe::list(const std::string& path, const stripe::Form& filters) {
  std::vector<std::string> elements;
  std::string after;
  for (int pages = 0; pages < pages_max; ++pages) {
    auto page =
        await(io_, stripe::fetch_page(api_, request_for("GET", path, filters), std::move(after)));
    if (!page) refuse("GET " + path, page.error());
    elements.insert(elements.end(), page->elements.begin(), page->elements.end());
    if (!page->has_more) return elements;
    after = page->last_id;
  }
  throw std::runtime_error{"GET " + path + ": more than 10,000 objects"};
}

std::string AskStripe::post(const std::string& path, const stripe::Form& form) {
  stripe::ApiRequest request = request_for("POST", path, form);
  request.idempotency_key = run_id_ + "-" + std::to_string(++posts_);
  return send(std::move(request));
}

std::string AskStripe::send(stripe::ApiRequest request) {
  const std::string call = request.method + " " + request.path;
  auto answer = await(io_, api_.send(std::move(request)));
  if (!answer) refuse(call, answer.error());
  return std::move(answer->body);
}

}  // namespace tollgate::operations
