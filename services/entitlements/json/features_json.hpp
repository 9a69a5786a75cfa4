// SPDX-License-Identifier: Apache-2.0
// The texts of answers about features, and of the question about many users. The whole answer for
// one user is entitlements_json.hpp's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "entitlements/domain/feature_answer.hpp"

namespace tollgate::entitlements {

/// The body of `GET /v1/users/{user_id}/features/{feature}`.
std::string feature_json(const FeatureAnswer& answer);

/// The body of `POST /v1/entitlements:batch`.
struct BatchQuestion {
  static constexpr std::size_t users_max = 1'000;
  static constexpr std::size_t features_max = 100;

  std::vector<std::string> user_ids;
  std::vector<std::string> features;
};
enum class QuestionFault { not_json, wrong_shape, too_many };
Result<BatchQuestion, QuestionFault> read_batch_question(std::string_view body);

struct UserFeatures {
  std::string user_id;
  std::string plan;
  std::int64_t version = 0;
  std::vector<FeatureAnswer> features;  ///< in the order asked
};
std::string batch_json(const std::vector<UserFeatures>& users,
                       const std::vector<std::string>& features);

}  // namespace tollgate::entitlements
