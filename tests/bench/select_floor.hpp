// SPDX-License-Identifier: Apache-2.0
// The floor under a read: the prepared select that finds a ready document, alone on a connection,
// one after another. Reads over HTTP are load_generator/read_load.hpp's.
#pragma once

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <string>

#include "postgres/connection.hpp"

namespace tollgate::bench {

struct SelectOptions {
  std::string user_prefix;  ///< ids are this and nine digits
  std::uint64_t users = 1;
  std::chrono::duration<double> measured{5};
};

boost::json::object select_documents(postgres::Connection& connection,
                                     const SelectOptions& options);

}  // namespace tollgate::bench
