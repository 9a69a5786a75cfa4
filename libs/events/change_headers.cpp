// SPDX-License-Identifier: Apache-2.0
#include "events/change_headers.hpp"

namespace tollgate::events {

ChangeHeaders::ChangeHeaders(std::string_view user_id, std::int64_t version, Time recorded_at)
    : user_id_(user_id),
      id_(user_id_ + ":" + std::to_string(version)),
      time_(format_rfc3339(recorded_at)),
      headers_{{{"ce_specversion", "1.0"},
                {"ce_id", id_},
                {"ce_source", entitlements_source},
                {"ce_type", entitlements_changed_type},
                {"ce_subject", user_id_},
                {"ce_time", time_},
                {"content-type", "application/protobuf"}}} {}

}  // namespace tollgate::events
