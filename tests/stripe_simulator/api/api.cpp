// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/api.hpp"

#include <algorithm>
#include <optional>

#include "http/percent.hpp"
#include "stripe_simulator/api/api_key.hpp"
#include "stripe_simulator/api/expand.hpp"
#include "stripe_simulator/api/form.hpp"
#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/api/older_requests.hpp"
#include "stripe_simulator/api/operations.hpp"
#include "stripe_simulator/api/versions.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::size_t idempotency_key_characters_max = 255;

std::string_view method_of(Verb verb) {
  switch (verb) {
    case Verb::get:
    case Verb::list: return "GET";
    case Verb::post: return "POST";
    case Verb::remove: break;
  }
  return "DELETE";
}

/// Searching is an operation of its own at Stripe, and none here: no object has this id.
constexpr std::string_view search = "search";

/// The placeholders' values, or nothing when the path is another one.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> values;
  while (!pattern.empty() && !path.empty()) {
    pattern.remove_prefix(1);
    path.remove_prefix(1);
    const std::string_view expected = pattern.substr(0, pattern.find('/'));
    const std::string_view segment = path.substr(0, path.find('/'));
    if (expected.starts_with('{')) {
      const auto value = http::percent_decode(segment, http::Plus::literal);
      if (!value || value->empty() || *value == search) return std::nullopt;
      values.push_back(*value);
    } else if (expected != segment) {
      return std::nullopt;
    }
    pattern.remove_prefix(expected.size());
    path.remove_prefix(segment.size());
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return values;
}

struct Matched {
  const Operation* operation = nullptr;
  std::vector<std::string> path_values;
};

/// A fixed segment beats a placeholder: `/v1/invoices/create_preview` is no invoice.
Matched find_operation(std::string_view method, std::string_view path) {
  Matched best;
  for (const Operations table : all_operations()) {
    for (const Operation& operation : table) {
      if (method_of(operation.verb) != method) continue;
      auto values = match(operation.pattern, path);
      if (!values) continue;
      if (best.operation == nullptr || values->size() < best.path_values.size()) {
        best = {&operation, std::move(*values)};
      }
    }
  }
  return best;
}

ApiError unrecognised(const ApiRequest& request) {
  ApiError error;
  error.status = 404;
  error.message = "Unrecognized request URL (" + std::string{request.method} + ": " +
                  std::string{request.path} + ").";
  return error;
}

ApiAnswer refuse(const ApiError& error, std::string request_id) {
  ApiAnswer answer;
  answer.status = error.status;
  answer.body = write_json(error_body(error, request_id), Layout::readable);
  answer.request_id = std::move(request_id);
  return answer;
}

ApiError closed_to_publishable_keys() {
  ApiError error = invalid({}, "secret_key_required",
                           "This API call cannot be made with a publishable API key. Please use a "
                           "secret API key.");
  error.status = 403;
  return error;
}

std::optional<ApiError> fault_of_headers(const ApiRequest& request) {
  if (!request.stripe_version.empty() && !is_version(request.stripe_version)) {
    return invalid({}, {}, "Invalid Stripe API version: " + std::string{request.stripe_version});
  }
  if (request.idempotency_key.size() > idempotency_key_characters_max) {
    return invalid({}, {}, "Idempotency keys can have up to 255 characters.");
  }
  return std::nullopt;
}

/// DELETE may carry its parameters in the query or in the body.
Outcome<Json> read_parameters(const Operation& operation, const ApiRequest& request) {
  const bool in_body =
      operation.verb == Verb::post || (operation.verb == Verb::remove && !request.body.empty());
  const bool in_json = in_body && request.path.starts_with("/v2/");
  const auto form =
      in_json ? parse_json_form(request.body) : parse_form(in_body ? request.body : request.query);
  if (!form) return form.error();
  const std::span<const Parameter> paging =
      operation.verb == Verb::list ? paging_parameters() : std::span<const Parameter>{};
  const std::span<const Parameter> groups[] = {operation.parameters, paging};
  return check_parameters(in_pinned_parameters(*form, request.path, request.stripe_version),
                          groups);
}

/// The test clock by whose time the call is answered: that of the object in its path, else of those
/// that it names.
std::string clock_of(const World& world, const Call& call) {
  for (const std::string& id : call.path_values) {
    std::string clock = world.clock_of(id);
    if (!clock.empty()) return clock;
  }
  for (const char* name : {"customer", "subscription", "invoice", "payment_intent", "charge"}) {
    std::string clock = world.clock_of(call.parameters[name].text());
    if (!clock.empty()) return clock;
  }
  return call.parameters["test_clock"].text();
}

std::string fingerprint_of(const ApiRequest& request) {
  return std::string{request.path} + "?" + std::string{request.query} + "\n" +
         std::string{request.body};
}

}  // namespace

ApiAnswer Api::answer(const ApiRequest& request) {
  std::string request_id = world_.make_id("req_", 14);
  const auto key = access_of_api_key(request.authorization);
  if (!key) return refuse(key.error(), std::move(request_id));
  if (const auto fault = fault_of_headers(request)) return refuse(*fault, std::move(request_id));
  if (request.method == "GET" && *key == Access::secret_key) {
    const auto made_up = made_up_.find(request.path);
    if (made_up != made_up_.end()) {
      return {200, write_json(made_up->second, Layout::readable), std::move(request_id)};
    }
  }
  auto [operation, path_values] = find_operation(request.method, request.path);
  if (operation == nullptr) return refuse(unrecognised(request), std::move(request_id));
  if (*key == Access::publishable_key && operation->access != Access::publishable_key) {
    return refuse(closed_to_publishable_keys(), std::move(request_id));
  }
  Call call{world_, std::move(path_values), {}, *key};
  if (operation->verb == Verb::post && !request.idempotency_key.empty()) {
    const auto stored =
        answers_.find(std::string{request.idempotency_key}, fingerprint_of(request), world_.now());
    if (!stored) return refuse(stored.error(), std::move(request_id));
    if (*stored != nullptr) {
      return {(*stored)->status, (*stored)->body, std::move(request_id), Replay::yes};
    }
  }
  return run_once(*operation, call, request, std::move(request_id));
}

ApiAnswer Api::run_once(const Operation& operation, Call& call, const ApiRequest& request,
                        std::string request_id) {
  auto parameters = read_parameters(operation, request);
  // Not stored under the key: nothing was begun.
  if (!parameters) return refuse(parameters.error(), std::move(request_id));
  call.parameters = std::move(*parameters);
  world_.set_origin({request_id, std::string{request.idempotency_key}});
  const auto outcome = [&] {
    const InTimeOf scope{world_, clock_of(world_, call)};
    return run(operation, call, request);
  }();
  world_.set_origin({});
  ApiAnswer answer;
  if (outcome) {
    answer.body = write_json(*outcome, Layout::readable);
    answer.request_id = std::move(request_id);
  } else {
    answer = refuse(outcome.error(), std::move(request_id));
  }
  if (operation.verb == Verb::post && !request.idempotency_key.empty()) {
    answers_.keep(std::string{request.idempotency_key}, fingerprint_of(request),
                  {answer.status, answer.body}, world_.now());
  }
  return answer;
}

Outcome<Json> Api::run(const Operation& operation, Call& call, const ApiRequest& request) {
  auto outcome = operation.run(call);
  if (!outcome) return outcome;
  auto expanded = expand(world_, std::move(*outcome), call.parameters["expand"]);
  if (!expanded) return expanded;
  show_first_of_lists(*expanded);
  if (request.stripe_version.empty()) return expanded;
  return in_version(world_, *expanded, request.stripe_version);
}

void Api::make_up(const std::string& path, const Json& body) {
  if (body.is_null()) {
    made_up_.erase(path);
  } else {
    made_up_[path] = body;
  }
}

void Api::reset() {
  made_up_.clear();
  answers_.clear();
}

}  // namespace tollgate::simulator
