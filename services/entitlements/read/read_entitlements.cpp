// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/read_entitlements.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

#include "entitlements/json/entitlements_json.hpp"

namespace tollgate::entitlements {
namespace {

/// FNV-1a of 64 bits: no secret depends on it, and it is the same in every instance and release.
std::string etag_of(std::string_view body) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : body) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  }
  std::string etag = "\"";
  for (int shift = 60; shift >= 0; shift -= 4) etag += "0123456789abcdef"[hash >> shift & 0xf];
  return etag += '"';
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

ReadEntitlements::ReadEntitlements(DocumentStore& documents, const Catalog& catalog,
                                   const Clock& clock)
    : documents_(documents), catalog_(catalog), clock_(clock) {}

boost::asio::awaitable<EntitlementsView> ReadEntitlements::read(std::string user_id,
                                                                std::optional<bool> reflected) {
  const auto found = co_await documents_.find(user_id);
  EntitlementsView view;
  view.body = found ? read_answer_json(found->text, catalog_, user_id, found->version, clock_.now())
                    : default_answer_json(catalog_, user_id);
  if (reflected) {
    view.body.back() = ',';
    view.body += *reflected ? R"("reflected":true})" : R"("reflected":false})";
  }
  view.etag = etag_of(view.body);
  co_return view;
}

boost::asio::awaitable<FeatureAnswer> ReadEntitlements::read_feature(std::string user_id,
                                                                     std::string feature) {
  const auto found = co_await documents_.find(std::move(user_id));
  co_return feature_of(answer_of(found), catalog_, feature);
}

boost::asio::awaitable<std::vector<UserFeatures>> ReadEntitlements::read_batch(
    BatchQuestion question) {
  const auto found = co_await documents_.find_all(question.user_ids);
  std::vector<UserFeatures> users;
  users.reserve(found.size());
  for (std::size_t at = 0; at < found.size(); ++at) {
    const Answer answer = answer_of(found[at]);
    UserFeatures& user = users.emplace_back();
    user.user_id = std::move(question.user_ids[at]);
    user.plan = answer.plan;
    user.version = found[at] ? found[at]->version : 0;
    for (const std::string& feature : question.features) {
      user.features.push_back(feature_of(answer, catalog_, feature));
    }
  }
  co_return users;
}

Answer ReadEntitlements::answer_of(const std::optional<ReadyDocument>& found) const {
  const Time now = clock_.now();
  return found ? read_answer(found->text, catalog_, now) : answer_at(Entitlements{}, catalog_, now);
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const auto comma = if_none_match.find(',');
    std::string_view candidate = trimmed(if_none_match.substr(0, comma));
    if (candidate.starts_with("W/")) candidate.remove_prefix(2);
    if (candidate == "*" || candidate == etag) return true;
    if (comma == std::string_view::npos) return false;
    if_none_match.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace tollgate::entitlements
