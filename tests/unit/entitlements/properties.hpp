// SPDX-License-Identifier: Apache-2.0
// Properties checked on random cases: how many, and how to see a failing one again.
// Tests of single cases are plain GoogleTest.
//
// 300 cases, or TOLLGATE_PROPERTY_CASES of them (10,000 at night). A failure prints its seed and a
// text for RC_PARAMS: `RC_PARAMS='seed=…'` repeats the run, `RC_PARAMS='reproduce=…'` the one case.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>

#include <rapidcheck.h>

namespace tollgate::entitlements {

inline std::string read_environment(const char* name, const char* fallback) {
  const char* const value = std::getenv(name);
  return value ? value : fallback;
}

/// From 0 to `count` - 1, inside a property.
inline int one_of(int count) { return *rc::gen::inRange(0, count); }

/// For EXPECT_TRUE. The property returns nothing and says what must hold by RC_ASSERT.
template <class Property>
bool holds(const std::string& sentence, Property&& property) {
  // The library reads its settings from the environment, once, at the first check.
  static const bool configured = [] {
    const std::string settings = read_environment("RC_PARAMS", "") + " max_success=" +
                                 read_environment("TOLLGATE_PROPERTY_CASES", "300");
    return setenv("RC_PARAMS", settings.c_str(), 1) == 0;
  }();
  return configured && rc::check(sentence, std::forward<Property>(property));
}

}  // namespace tollgate::entitlements
