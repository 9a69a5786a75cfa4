// SPDX-License-Identifier: Apache-2.0
// Why a question about facts has no answer, although the database is there.
#pragma once

namespace tollgate::entitlements {

enum class ReadFault {
  invalid_cursor,  ///< not of this list
  too_old,         ///< before what is kept
  too_many_facts,  ///< more than one question may read
};

}  // namespace tollgate::entitlements
