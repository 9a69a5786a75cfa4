// SPDX-License-Identifier: Apache-2.0
// A schema of its own for each test, in the database that DATABASE_URL names.
// Tests of one table's store keep their fixtures beside themselves.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "postgres/connection.hpp"

namespace tollgate::tests {

inline std::string database_url() {
  const char* url = std::getenv("DATABASE_URL");
  if (url == nullptr) throw std::runtime_error("DATABASE_URL is not set: ./dev test sets it");
  return url;
}

/// Made empty, dropped at the end. Connections by options() see it as their only schema.
class Schema {
 public:
  Schema() : admin_({.url = database_url(), .application_name = "tests"}) {
    for (const char letter : make_uuid_v7(SystemClock{}.now())) {
      if (letter != '-') name_.push_back(letter);
    }
    execute("create schema " + name_);
  }
  ~Schema() {
    try {
      execute("drop schema " + name_ + " cascade");
    } catch (const std::exception&) {
      // The database went away in the test; its schema is found by its name.
    }
  }
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  [[nodiscard]] std::string url() const {
    const std::string base = database_url();
    const char* separator = base.find('?') == std::string::npos ? "?" : "&";
    return base + separator + "options=-csearch_path%3D" + name_;
  }
  [[nodiscard]] postgres::ConnectionOptions options() const {
    return {.url = url(), .application_name = "tests"};
  }
  [[nodiscard]] const std::string& name() const { return name_; }

  /// Runs a script as the tests' own user, in this schema.
  void execute(const std::string& sql);

 private:
  postgres::Connection admin_;
  std::string name_ = "test_";
};

}  // namespace tollgate::tests
