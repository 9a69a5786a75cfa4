// SPDX-License-Identifier: Apache-2.0
#include "checkout/json/requests_json.hpp"

#include <set>

#include "base/json.hpp"
#include "base/utf8.hpp"

namespace tollgate::checkout {
namespace {

using Json = json::Value;

// Longer ones fit neither Stripe nor our keys.
constexpr std::size_t text_bytes_max = 2'000;
constexpr std::size_t items_max = 100;

/// An object's members, each asked for by name and type.
class Members {
 public:
  explicit Members(const Json& object) : object_(object), sound_(object.IsObject()) {}

  std::string text(const char* name) {
    const Json* value = take(name);
    if (value == nullptr) return {};
    const std::string_view text = json::text_of(*value);
    if (!value->IsString() || text.size() > text_bytes_max || !is_storable(text)) {
      sound_ = false;
      return {};
    }
    return std::string{text};
  }

  std::optional<std::int64_t> number(const char* name) {
    const Json* value = take(name);
    if (value == nullptr) return std::nullopt;
    if (!value->IsInt64()) {
      sound_ = false;
      return std::nullopt;
    }
    return value->GetInt64();
  }

  const Json* list(const char* name) {
    const Json* value = take(name);
    if (value != nullptr && (!value->IsArray() || value->Size() > items_max)) {
      sound_ = false;
      return nullptr;
    }
    return value;
  }

  /// After the last member: everything was of its type, and nothing is left over.
  [[nodiscard]] bool sound() const { return sound_ && object_.MemberCount() == known_.size(); }
  void spoil() { sound_ = false; }

 private:
  const Json* take(const char* name) {
    if (!object_.IsObject()) return nullptr;
    const auto found = object_.FindMember(name);
    if (found == object_.MemberEnd()) return nullptr;
    known_.insert(name);
    return found->value.IsNull() ? nullptr : &found->value;
  }

  const Json& object_;
  bool sound_;
  std::set<std::string_view> known_;
};

template <class Read>
auto read_object(std::string_view body, Read read) {
  const rapidjson::Document document = json::parse(body).value_or(rapidjson::Document{});
  Members members{document};
  auto value = read(members);
  return members.sound() ? std::optional{std::move(value)} : std::nullopt;
}

std::vector<Purchase::Item> items_in(Members& members) {
  std::vector<Purchase::Item> items;
  const Json* list = members.list("items");
  if (list == nullptr) return items;
  for (const Json& element : list->GetArray()) {
    Members item{element};
    items.push_back({item.text("product"), item.number("quantity").value_or(1)});
    if (!item.sound()) members.spoil();
  }
  return items;
}

}  // namespace

std::optional<Purchase> read_session_request(std::string_view body) {
  return read_object(body, [](Members& members) {
    Purchase purchase;
    purchase.plan = members.text("plan");
    purchase.interval = members.text("interval");
    purchase.quantity = members.number("quantity").value_or(1);
    purchase.items = items_in(members);
    purchase.success_url = members.text("success_url");
    purchase.cancel_url = members.text("cancel_url");
    return purchase;
  });
}

std::optional<Purchase> read_subscription_request(std::string_view body) {
  return read_object(body, [](Members& members) {
    Purchase purchase;
    purchase.plan = members.text("plan");
    purchase.interval = members.text("interval");
    purchase.quantity = members.number("quantity").value_or(1);
    purchase.payment_method = members.text("payment_method");
    if (purchase.payment_method.empty()) members.spoil();
    return purchase;
  });
}

std::optional<PlanChange> read_plan_change(std::string_view body) {
  return read_object(body, [](Members& members) {
    PlanChange change;
    change.plan = members.text("plan");
    change.interval = members.text("interval");
    change.quantity = members.number("quantity");
    change.proration_date = members.number("proration_date");
    return change;
  });
}

std::optional<std::string> read_return_url(std::string_view body) {
  return read_object(body, [](Members& members) { return members.text("return_url"); });
}

}  // namespace tollgate::checkout
