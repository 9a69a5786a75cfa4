// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/shop/coupons.hpp"

#include <algorithm>
#include <charconv>

#include "stripe_simulator/api/lists.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "coupon";
constexpr std::string_view code_kind = "promotion_code";

constexpr Parameter create_parameters[] = {
    {.path = "id"},
    {.path = "name"},
    {.path = "percent_off"},
    {.path = "amount_off", .shape = Shape::integer},
    {.path = "currency"},
    {.path = "duration", .choices = "forever|once|repeating"},
    {.path = "duration_in_months", .shape = Shape::integer},
    {.path = "max_redemptions", .shape = Shape::integer},
    {.path = "redeem_by", .shape = Shape::integer},
    {.path = "applies_to.products", .shape = Shape::texts},
    {.path = "metadata", .shape = Shape::metadata},
};
constexpr Parameter update_parameters[] = {{.path = "name"},
                                           {.path = "metadata", .shape = Shape::metadata}};
constexpr Parameter code_parameters[] = {
    {.path = "promotion.type", .choices = "coupon"},
    {.path = "promotion.coupon"},
    {.path = "code"},
    {.path = "active", .shape = Shape::boolean},
    {.path = "customer"},
    {.path = "expires_at", .shape = Shape::integer},
    {.path = "max_redemptions", .shape = Shape::integer},
    {.path = "restrictions.first_time_transaction", .shape = Shape::boolean},
    {.path = "restrictions.minimum_amount", .shape = Shape::integer},
    {.path = "restrictions.minimum_amount_currency"},
    {.path = "metadata", .shape = Shape::metadata},
};
constexpr Parameter code_update_parameters[] = {
    {.path = "active", .shape = Shape::boolean},
    {.path = "metadata", .shape = Shape::metadata},
};
constexpr Parameter code_filters[] = {{.path = "active", .shape = Shape::boolean},
                                      {.path = "code"},
                                      {.path = "coupon"},
                                      {.path = "customer"}};

std::string upper(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return result;
}

bool is_used_up(const Json& object) {
  return object["max_redemptions"].is_integer() &&
         object["times_redeemed"].integer() >= object["max_redemptions"].integer();
}

bool is_over(const World& world, const Json& time) {
  return time.is_integer() && time.integer() <= world.now();
}

/// Nothing for a text that is no share of a whole.
std::optional<double> percent_of(const std::string& text) {
  double percent = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), percent);
  const bool whole = fault == std::errc{} && end == text.data() + text.size();
  if (!whole || percent <= 0 || percent > 100) return std::nullopt;
  return percent;
}

std::optional<ApiError> fault_of_terms(const Json& parameters) {
  if (parameters["percent_off"].is_null() == parameters["amount_off"].is_null()) {
    return invalid("percent_off", {}, "You must pass either `percent_off` or `amount_off`.");
  }
  if (!parameters["percent_off"].is_null() && !percent_of(parameters["percent_off"].text())) {
    return invalid("percent_off", {}, "Invalid percent_off: must be above 0 and at most 100.");
  }
  if (!parameters["amount_off"].is_null() && parameters["currency"].is_null()) {
    return missing_parameter("currency");
  }
  if (parameters["duration"].text() == "repeating" && parameters["duration_in_months"].is_null()) {
    return missing_parameter("duration_in_months");
  }
  return std::nullopt;
}

Outcome<Json> create(Call& call) {
  World& world = call.world;
  const Json& parameters = call.parameters;
  if (const auto fault = fault_of_terms(parameters)) return *fault;
  std::string id = parameters["id"].text();
  if (id.empty()) id = world.make_id({}, 8);
  if (world.find(id) != nullptr) {
    return invalid("id", "resource_already_exists", "Coupon already exists.");
  }
  Json coupon = Json::object({{"id", id},
                              {"object", kind},
                              {"amount_off", nullptr},
                              {"created", world.now()},
                              {"currency", nullptr},
                              {"duration", "once"},
                              {"duration_in_months", nullptr},
                              {"livemode", false},
                              {"max_redemptions", nullptr},
                              {"metadata", Json::object()},
                              {"name", nullptr},
                              {"percent_off", nullptr},
                              {"redeem_by", nullptr},
                              {"times_redeemed", 0},
                              {"valid", true}});
  Json own = parameters;
  for (const char* name : {"expand", "id"}) own.erase(name);
  if (!parameters["percent_off"].is_null()) {
    own["percent_off"] = *percent_of(parameters["percent_off"].text());
  }
  merge(coupon, own);
  return world.create(std::move(coupon), "coupon.created");
}

Outcome<Json> show(Call& call) {
  auto coupon = find_object(call.world, kind, call.id());
  if (coupon) (*coupon)["valid"] = !fault_of_coupon(call.world, call.id(), {}).has_value();
  return coupon;
}

Outcome<Json> update(Call& call) {
  const auto coupon = find_object(call.world, kind, call.id());
  if (!coupon) return coupon;
  Json changes = call.parameters;
  changes.erase("expand");
  return call.world.change(call.id(), "coupon.updated",
                           [&](Json& object) { merge(object, changes); });
}

Outcome<Json> remove(Call& call) {
  const auto coupon = find_object(call.world, kind, call.id());
  if (!coupon) return coupon;
  return call.world.remove(call.id(), "coupon.deleted");
}

Outcome<Json> list(Call& call) { return list_objects(call, kind, "/v1/coupons", {}); }

Outcome<Json> create_code(Call& call) {
  World& world = call.world;
  const Json& parameters = call.parameters;
  const std::string& coupon = parameters.at("promotion.coupon").text();
  if (coupon.empty()) return missing_parameter("promotion[coupon]");
  if (const auto fault = fault_of_coupon(world, coupon, "promotion[coupon]")) return *fault;
  std::string code = parameters["code"].text();
  if (code.empty()) code = upper(world.make_id({}, 8));
  if (!find_promotion_code(world, code).empty()) {
    return invalid("code", "resource_already_exists",
                   "An active promotion code with `code: " + code + "` already exists.");
  }
  const std::string& customer = parameters["customer"].text();
  if (!customer.empty()) {
    const auto owner = find_object(world, "customer", customer, "customer");
    if (!owner) return owner;
  }
  Json object =
      Json::object({{"id", world.make_id("promo_1", 23)},
                    {"object", code_kind},
                    {"active", true},
                    {"code", nullptr},
                    {"created", world.now()},
                    {"customer", nullptr},
                    {"customer_account", nullptr},
                    {"expires_at", nullptr},
                    {"livemode", false},
                    {"max_redemptions", nullptr},
                    {"metadata", Json::object()},
                    {"promotion", Json::object({{"coupon", nullptr}, {"type", "coupon"}})},
                    {"restrictions", Json::object({{"first_time_transaction", false},
                                                   {"minimum_amount", nullptr},
                                                   {"minimum_amount_currency", nullptr}})},
                    {"times_redeemed", 0}});
  Json own = parameters;
  own.erase("expand");
  own["code"] = code;
  merge(object, own);
  return world.create(std::move(object), "promotion_code.created");
}

Outcome<Json> show_code(Call& call) { return find_object(call.world, code_kind, call.id()); }

Outcome<Json> update_code(Call& call) {
  const auto code = find_object(call.world, code_kind, call.id());
  if (!code) return code;
  Json changes = call.parameters;
  changes.erase("expand");
  return call.world.change(call.id(), "promotion_code.updated",
                           [&](Json& object) { merge(object, changes); });
}

Outcome<Json> list_codes(Call& call) {
  constexpr Filter filters[] = {{"active", "active"},
                                {"code", "code"},
                                {"coupon", "promotion.coupon"},
                                {"customer", "customer"}};
  return list_objects(call, code_kind, "/v1/promotion_codes", filters);
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/coupons", create_parameters, create},
    {Verb::get, "/v1/coupons/{id}", {}, show},
    {Verb::post, "/v1/coupons/{id}", update_parameters, update},
    {Verb::remove, "/v1/coupons/{id}", {}, remove},
    {Verb::list, "/v1/coupons", {}, list},
    {Verb::post, "/v1/promotion_codes", code_parameters, create_code},
    {Verb::get, "/v1/promotion_codes/{id}", {}, show_code},
    {Verb::post, "/v1/promotion_codes/{id}", code_update_parameters, update_code},
    {Verb::list, "/v1/promotion_codes", code_filters, list_codes},
};

}  // namespace

Operations coupon_operations() { return operations; }

std::optional<ApiError> fault_of_coupon(const World& world, const std::string& coupon,
                                        std::string_view param) {
  const Json* object = world.find(kind, coupon);
  if (object == nullptr) return no_such(kind, coupon, param);
  if (!is_used_up(*object) && !is_over(world, (*object)["redeem_by"])) return std::nullopt;
  return invalid(param, "coupon_expired", "Coupon expired: " + coupon);
}

std::optional<ApiError> fault_of_promotion_code(const World& world, const std::string& code_id,
                                                const std::string& customer, std::int64_t amount,
                                                std::string_view param) {
  const Json* code = world.find(code_kind, code_id);
  if (code == nullptr) return no_such("promotion code", code_id, param);
  if (!(*code)["active"].flag() || is_used_up(*code) || is_over(world, (*code)["expires_at"])) {
    return invalid(param, "promotion_code_expired", "This promotion code has expired.");
  }
  const std::string& owner = (*code)["customer"].text();
  const bool first_only = code->at("restrictions.first_time_transaction").flag();
  const bool has_paid =
      !customer.empty() && !world.ids_with("charge", "customer", customer).empty();
  if ((!owner.empty() && owner != customer) || (first_only && has_paid)) {
    return invalid(param, "customer_ineligible",
                   "This promotion code cannot be redeemed by this customer.");
  }
  if (amount < code->at("restrictions.minimum_amount").integer()) {
    return invalid(param, "minimum_amount_not_met",
                   "The order is below this promotion code's minimum amount.");
  }
  return fault_of_coupon(world, code->at("promotion.coupon").text(), param);
}

std::string find_promotion_code(const World& world, std::string_view code) {
  const std::string wanted = upper(code);
  for (const std::string& id : world.ids(code_kind)) {
    const Json& object = world.get(id);
    if (object["active"].flag() && upper(object["code"].text()) == wanted) return id;
  }
  return {};
}

void count_redemption(World& world, const std::string& coupon, const std::string& promotion_code) {
  const auto count = [](Json& object) {
    object["times_redeemed"] = object["times_redeemed"].integer() + 1;
  };
  if (world.find(kind, coupon) != nullptr) world.change(coupon, {}, count);
  if (!promotion_code.empty()) world.change(promotion_code, {}, count);
}

}  // namespace tollgate::simulator
