// SPDX-License-Identifier: Apache-2.0
// What the query of a read's target asks for, and the cursors that its pages hand out. A question
// in a body is features_json.hpp's.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "entitlements/domain/shown_rows.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace tollgate::entitlements {

template <class T>
using Asked = Result<T, http::Problem>;

inline constexpr std::size_t page_rows_max = 1'000;
inline constexpr std::size_t page_rows_default = 100;

struct PageQuery {
  std::size_t limit = page_rows_default;
  std::string cursor;  ///< empty: the first page
};
Asked<PageQuery> read_page_query(const http::Request& request);

struct ListQuery {
  PageQuery page;
  ListFilter filter;
};
Asked<ListQuery> read_list_query(const http::Request& request);

/// Bodies make large answers, so pages with them are shorter.
inline constexpr std::size_t letters_with_body_max = 100;
inline constexpr std::size_t letter_body_bytes_max = 32 * 1024;

struct LettersQuery {
  PageQuery page;
  std::size_t body_bytes_max = 0;
};
Asked<LettersQuery> read_letters_query(const http::Request& request);

struct WaitQuery {
  std::string id;
  std::chrono::seconds timeout{10};
};
inline constexpr std::chrono::seconds wait_max{30};
/// Nothing: it does not ask to wait.
Asked<std::optional<WaitQuery>> read_wait_query(const http::Request& request);

/// `?at=`; nothing: now.
Asked<std::optional<Time>> read_time_query(const http::Request& request);

/// Wherever a user is named: in a path, a filter or a body.
inline const http::Problem invalid_user_id{http::ErrorCode::unprocessable, "invalid_user_id",
                                           "A user id has 1 to 255 characters."};

/// Opaque to clients: which list it belongs to, and where the list goes on.
std::string cursor_of(std::string_view list, const std::vector<std::string>& parts);
/// Nothing for a cursor of another list, or of another number of parts.
std::optional<std::vector<std::string>> read_cursor(std::string_view list, std::string_view cursor,
                                                    std::size_t parts);

std::string cursor_of(std::string_view list, const ObjectPlace& place);
std::optional<ObjectPlace> read_object_place(std::string_view list, std::string_view cursor);

std::optional<std::int64_t> read_number(std::string_view text);

}  // namespace tollgate::entitlements
