// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "stripe_simulator/api/form.hpp"
#include "stripe_simulator/api/parameters.hpp"

namespace tollgate::simulator {
namespace {

constexpr Parameter rows[] = {
    {.path = "name", .need = Need::required},
    {.path = "amount", .shape = Shape::integer},
    {.path = "active", .shape = Shape::boolean},
    {.path = "mode", .choices = "payment|subscription"},
    {.path = "tags", .shape = Shape::texts},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "items[].price"},
    {.path = "items[].price_data.unit_amount", .shape = Shape::integer},
    {.path = "address.city"},
};

Outcome<Json> check(std::string_view form) {
  const auto tree = parse_form(form);
  if (!tree) return tree.error();
  const std::span<const Parameter> groups[] = {rows};
  return check_parameters(*tree, groups);
}

TEST(SimulatorForm, NestsBracketsAndDecodesPercentEscapesAndPluses) {
  const auto tree = parse_form("a%5Bb%5D[c]=x+y&a[b][d]=%C3%A9&list[]=1&list[]=2&empty=");
  ASSERT_TRUE(tree);
  EXPECT_EQ(write_json(*tree),
            R"({"a":{"b":{"c":"x y","d":"é"}},"list":{"0":"1","1":"2"},"empty":""})");
}

TEST(SimulatorForm, RefusesWhatCannotBeRead) {
  EXPECT_FALSE(parse_form("a[b=1"));
  EXPECT_FALSE(parse_form("=1"));
  EXPECT_FALSE(parse_form("a=%zz"));
  // The refusal shows what it cannot read, in JSON, which is UTF-8.
  EXPECT_EQ(parse_form("a=\xFF").error().message, "Invalid request: cannot read `a=\uFFFD`");
  EXPECT_FALSE(parse_form("a[b][b][b][b][b][b][b][b][b][b][b][b][b]=1"));
}

TEST(Parameters, BecomeValuesOfTheirShape) {
  const auto values = check(
      "name=n&amount=-5&active=true&mode=payment&tags[0]=x&tags[1]=y&metadata[0]=zero&"
      "items[0][price]=p&items[1][price_data][unit_amount]=7&address[city]=Oslo&expand[]=a.b");
  ASSERT_TRUE(values) << values.error().message;
  EXPECT_EQ(write_json(*values),
            R"({"name":"n","amount":-5,"active":true,"mode":"payment","tags":["x","y"],)"
            R"("metadata":{"0":"zero"},"items":[{"price":"p"},{"price_data":{"unit_amount":7}}],)"
            R"("address":{"city":"Oslo"},"expand":["a.b"]})");
}

TEST(Parameters, AreUnsetByEmptyValues) {
  const auto values = check("name=n&amount=&tags=&metadata=&items=&address=");
  ASSERT_TRUE(values) << values.error().message;
  EXPECT_EQ(write_json(*values),
            R"({"name":"n","amount":null,"tags":[],"metadata":null,"items":[],"address":null})");
}

TEST(Parameters, AreRefusedAsStripeRefusesThem) {
  const struct {
    const char* form;
    const char* code;
    const char* param;
  } cases[] = {
      {"", "parameter_missing", "name"},
      {"name=", "parameter_invalid_empty", "name"},
      {"name=n&nonsense=1", "parameter_unknown", "nonsense"},
      {"name=n&items[2][cost]=1", "parameter_unknown", "items[2][cost]"},
      {"name=n&address[street]=1", "parameter_unknown", "address[street]"},
      {"name=n&amount=1.5", "parameter_invalid_integer", "amount"},
      {"name=n&items[0][price_data][unit_amount]=x", "parameter_invalid_integer",
       "items[0][price_data][unit_amount]"},
      {"name=n&active=yes", "", "active"},
      {"name=n&mode=gift", "", "mode"},
      {"name=n&items=x", "", "items"},
      {"name=n&address=x", "", "address"},
      {"name=n&metadata[a][b]=x", "", "metadata[a]"},
  };
  for (const auto& row : cases) {
    const auto values = check(row.form);
    ASSERT_FALSE(values) << row.form;
    EXPECT_EQ(values.error().status, 400U);
    EXPECT_EQ(values.error().code, row.code) << row.form;
    EXPECT_EQ(values.error().param, row.param) << row.form;
  }
}

TEST(Parameters, BoundMetadata) {
  EXPECT_TRUE(check("name=n&metadata[" + std::string(40, 'k') + "]=v"));
  EXPECT_FALSE(check("name=n&metadata[" + std::string(41, 'k') + "]=v"));
  EXPECT_TRUE(check("name=n&metadata[k]=" + std::string(500, 'v')));
  EXPECT_FALSE(check("name=n&metadata[k]=" + std::string(501, 'v')));
}

}  // namespace
}  // namespace tollgate::simulator
