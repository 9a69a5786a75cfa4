// SPDX-License-Identifier: Apache-2.0
#include "stripe/object_json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <limits>

#include "stripe/object_fields.hpp"

namespace tollgate::stripe {
namespace {

/// Fills every field with something that is written.
class Filler {
 public:
  enum class Values { fixed, arbitrary };
  explicit Filler(Values values) : arbitrary_(values == Values::arbitrary) {}

  void operator()(std::string_view key, std::string& value) {
    names_.emplace_back(key);
    value = arbitrary_ ? *rc::gen::container<std::string>(rc::gen::inRange<char>(0x01, 0x7F)) : "x";
  }
  void operator()(std::string_view key, bool& value) {
    names_.emplace_back(key);
    value = !arbitrary_ || *rc::gen::arbitrary<bool>();
  }
  void operator()(std::string_view key, std::int64_t& value) {
    names_.emplace_back(key);
    value = arbitrary_ ? *rc::gen::arbitrary<std::int64_t>() : 1;
  }
  void operator()(std::string_view key, std::optional<std::int64_t>& value) {
    names_.emplace_back(key);
    if (!arbitrary_ || present()) value = arbitrary_ ? *rc::gen::arbitrary<std::int64_t>() : 1;
  }
  void operator()(std::string_view key, std::optional<Time>& value) {
    names_.emplace_back(key);
    if (!arbitrary_) value = from_unix_seconds(1);
    if (arbitrary_ && present()) value = from_unix_seconds(*rc::gen::inRange(first, last));
  }
  template <class T>
  void operator()(std::string_view key, std::vector<T>& values) {
    names_.emplace_back(key);
    const int count = arbitrary_ ? *rc::gen::inRange(0, 4) : 1;
    for (int i = 0; i < count; ++i) {
      Filler inner{*this};
      inner.names_.clear();
      if constexpr (std::same_as<T, std::string>) {
        inner(key, values.emplace_back());
      } else {
        visit_fields(inner, values.emplace_back());
        inner.expect_jsonb_order();
      }
    }
  }

  void expect_jsonb_order() const {
    const auto before = [](const std::string& a, const std::string& b) {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    };
    EXPECT_TRUE(std::ranges::is_sorted(names_, before)) << testing::PrintToString(names_);
    EXPECT_EQ(std::ranges::adjacent_find(names_), names_.end());
  }

 private:
  static constexpr std::int64_t first = -62'135'596'800;  // the years 1 to 9999
  static constexpr std::int64_t last = 253'402'300'800;
  static bool present() { return *rc::gen::arbitrary<bool>(); }

  bool arbitrary_;
  std::vector<std::string> names_;
};

template <class T>
class ObjectJson : public testing::Test {};
using Kinds = testing::Types<Customer, Subscription, Invoice, InvoicePayment, CheckoutSession,
                             PaymentIntent, Charge, Refund, Dispute>;
TYPED_TEST_SUITE(ObjectJson, Kinds);

TYPED_TEST(ObjectJson, ListsItsFieldsInTheOrderOfJsonb) {
  TypeParam object;
  Filler filler{Filler::Values::fixed};
  visit_fields(filler, object);
  filler.expect_jsonb_order();
}

TYPED_TEST(ObjectJson, ReadsBackWhatItWroteWhateverTheFieldsHold) {
  const bool holds = rc::check([] {
    TypeParam object;
    Filler filler{Filler::Values::arbitrary};
    visit_fields(filler, object);
    const std::string text = to_json(object);
    const auto back = object_from_json<TypeParam>(text);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == object);
    RC_ASSERT(to_json(Object{object}) == text);
    const auto by_kind = object_from_json(kind_of(Object{object}), text);
    RC_ASSERT(by_kind.has_value());
    RC_ASSERT(*by_kind == Object{object});
  });
  EXPECT_TRUE(holds);
}

TYPED_TEST(ObjectJson, WritesNothingOfAnEmptyObject) {
  EXPECT_EQ(to_json(TypeParam{}), "{}");
  const auto back = object_from_json<TypeParam>("{}");
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, TypeParam{});
}

TEST(ObjectJsonText, EscapesAsPostgresqlDoes) {
  const Customer customer{
      .id = "a\"\\/\b\f\n\r\t\x01\x1F\x7F\xC3\xAB", .user_id = "", .email = "", .deleted = true};
  EXPECT_EQ(to_json(customer),
            "{\"id\": \"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\xC3\xAB\", "
            "\"deleted\": true}");
}

TEST(ObjectJsonText, WritesExtremesOfNumbersAndTimes) {
  Charge charge;
  charge.amount = std::numeric_limits<std::int64_t>::min();
  charge.amount_refunded = 0;
  charge.created = from_unix_seconds(-1);
  EXPECT_EQ(to_json(charge),
            R"({"amount": -9223372036854775808, "created": -1, "amount_refunded": 0})");
}

TEST(ObjectJsonText, IsReadInAnyOrderWithUnknownKeys) {
  const auto customer = object_from_json<Customer>(
      R"({"user_id":"usr_7","of_a_later_release":[{"a":1}],"deleted":false,"id":"cus_1"})");
  ASSERT_TRUE(customer);
  EXPECT_EQ(*customer,
            (Customer{.id = "cus_1", .user_id = "usr_7", .email = "", .deleted = false}));
}

TEST(ObjectJsonText, IsRefusedWhenAnotherHandWroteIt) {
  const auto fault = [](std::string_view text) {
    const auto subscription = object_from_json<Subscription>(text);
    return subscription ? "none" : to_string(subscription.error());
  };
  EXPECT_EQ(fault(""), "not_json");
  EXPECT_EQ(fault("{"), "not_json");
  EXPECT_EQ(fault("[]"), "wrong_type");
  EXPECT_EQ(fault(R"({"id": 1})"), "wrong_type");
  EXPECT_EQ(fault(R"({"id": null})"), "wrong_type");
  EXPECT_EQ(fault(R"({"items": {}})"), "wrong_type");
  EXPECT_EQ(fault(R"({"items": [1]})"), "wrong_type");
  EXPECT_EQ(fault(R"({"items": [{"quantity": "1"}]})"), "wrong_type");
  EXPECT_EQ(fault(R"({"created": 9223372036854775807})"), "wrong_type");
  EXPECT_EQ(fault(R"({"created": "now"})"), "wrong_type");
}

TEST(ObjectKindName, IsStoredAsOneWordAndReadBack) {
  for (std::size_t i = 0; i < std::variant_size_v<Object>; ++i) {
    const auto kind = static_cast<ObjectKind>(i);
    EXPECT_EQ(parse_object_kind(to_string(kind)), kind);
  }
  EXPECT_EQ(to_string(ObjectKind::checkout_session), "checkout_session");
  EXPECT_EQ(object_kind_of("checkout.session"), ObjectKind::checkout_session);
  EXPECT_EQ(object_kind_of("checkout_session"), std::nullopt);
  EXPECT_EQ(parse_object_kind("price"), std::nullopt);
  EXPECT_EQ(kind_of(Object{Dispute{}}), ObjectKind::dispute);
}

}  // namespace
}  // namespace tollgate::stripe
