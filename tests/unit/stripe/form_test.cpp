// SPDX-License-Identifier: Apache-2.0
#include "stripe/form.hpp"

#include <gtest/gtest.h>

namespace tollgate::stripe {
namespace {

TEST(Form, KeepsNamesNestedAndInTheirOrder) {
  Form form;
  form.add("mode", "subscription").add("items[0][price]", "price_1").add("items[0][quantity]", 2);
  form.add("automatic_tax[enabled]", true).add("off_session", false).add("cancel_at", "");
  EXPECT_EQ(form.text(),
            "mode=subscription&items%5B0%5D%5Bprice%5D=price_1&items%5B0%5D%5Bquantity%5D=2"
            "&automatic_tax%5Benabled%5D=true&off_session=false&cancel_at=");
}

TEST(Form, EncodesWhatWouldEndAValueAndEveryByteBeyondAscii) {
  Form form;
  form.add("metadata[a&b]", "x=1&y +%/é");
  EXPECT_EQ(form.text(), "metadata%5Ba%26b%5D=x%3D1%26y%20%2B%25%2F%C3%A9");
}

TEST(Form, EncodesAnIdSoThatItCannotLeaveItsPlaceInAPath) {
  EXPECT_EQ(percent_encoded("sub_1-A.b~"), "sub_1-A.b~");
  EXPECT_EQ(percent_encoded("../x?y#z[0]"), "..%2Fx%3Fy%23z%5B0%5D");
}

}  // namespace
}  // namespace tollgate::stripe
