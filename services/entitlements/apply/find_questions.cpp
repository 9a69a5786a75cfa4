// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/find_questions.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <variant>

#include "entitlements/json/fact_json.hpp"

namespace tollgate::entitlements {
namespace {

using stripe::ObjectKind;

constexpr std::chrono::seconds second{1};

/// The object that may know whose an orphan is, and of which kind it is.
struct Relative {
  std::string id;
  ObjectKind kind{};
};

Relative relative_of(const std::string& payment_intent, const std::string& charge) {
  if (!payment_intent.empty()) return {payment_intent, ObjectKind::payment_intent};
  return {charge, ObjectKind::charge};
}

Relative relative_of(const stripe::Object& object) {
  if (const auto* refund = std::get_if<stripe::Refund>(&object)) {
    return relative_of(refund->payment_intent, refund->charge);
  }
  if (const auto* dispute = std::get_if<stripe::Dispute>(&object)) {
    return relative_of(dispute->payment_intent, dispute->charge);
  }
  if (const auto* payment = std::get_if<stripe::InvoicePayment>(&object)) {
    return {payment->invoice, ObjectKind::invoice};
  }
  return {};
}

class QuestionsOfBatch {
 public:
  QuestionsOfBatch(const AppliedFacts& facts, const Catalog& catalog, Time now)
      : facts_(facts), catalog_(catalog), now_(now) {}

  Questions find() {
    for (const OpenObject& open : facts_.open) {
      if (catalog_.counts(open.key.account, open.key.livemode)) look_at(open);
    }
    sort_questions(found_.raised);
    std::sort(found_.settled.begin(), found_.settled.end());
    return std::move(found_);
  }

 private:
  void look_at(const OpenObject& open) {
    const ObjectRow& row = facts_.rows.at(open.key);
    if (!row.kind) return;
    const Newest& newest = row.newest;
    if (newest.asked_at) {
      // Asked within the same second, Stripe's answer would leave it open which of them is newer.
      ask(row, FetchReason::thin, *newest.asked_at, std::max(now_, *newest.asked_at + second));
    } else if (newest.tie == Tie::ambiguous) {
      ask(row, FetchReason::tie, newest.created, now_ + tie_wait);
    } else if (open.cut_short) {
      ask(row, FetchReason::truncated, newest.created, now_);
    } else if (open.was_open) {
      found_.settled.push_back(row.key);
    }
    if (row.owner_id.empty() && !newest.state.empty()) note_orphan(row);
  }

  /// The list of a charge's refunds stands apart from it since 2022-11-15.
  void ask(const ObjectRow& row, FetchReason reason, Time about, Time due) {
    const bool refunds = reason == FetchReason::truncated && row.kind == ObjectKind::charge;
    found_.raised.push_back(
        {row.key, *row.kind, refunds ? FetchPart::refunds : FetchPart::object, reason, about, due});
  }

  void note_orphan(const ObjectRow& row) {
    Relative relative = relative_of(read_state(*row.kind, row.newest.state));
    if (relative.id.empty()) return;
    const Key key{row.key.account, row.key.livemode, std::move(relative.id)};
    if (is_known(key)) return;
    found_.raised.push_back({key, relative.kind, FetchPart::object, FetchReason::link,
                             row.newest.created, now_ + tie_wait});
  }

  /// A relative that is known names nobody either.
  [[nodiscard]] bool is_known(const Key& relative) const {
    const auto met = facts_.relatives.find(relative);
    return met != facts_.relatives.end() && met->second.kind;
  }

  const AppliedFacts& facts_;
  const Catalog& catalog_;
  const Time now_;
  Questions found_;
};

}  // namespace

Questions find_questions(const AppliedFacts& facts, const Catalog& catalog, Time now) {
  return QuestionsOfBatch{facts, catalog, now}.find();
}

std::optional<Question> question_of(const Need& need, const std::vector<FoundObject>& objects,
                                    Time about, Time now) {
  for (const FoundObject& found : objects) {
    if (found.row.key.id != need.object_id || found.row.kind != need.kind) continue;
    const bool payments = need.lack == Lack::invoice_payments;
    return Question{
        found.row.key,     need.kind, payments ? FetchPart::payments : FetchPart::object,
        FetchReason::need, about,     now};
  }
  return std::nullopt;
}

void sort_questions(std::vector<Question>& questions) {
  const auto place = [](const Question& it) { return std::tie(it.object, it.part); };
  std::stable_sort(questions.begin(), questions.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
  questions.erase(std::unique(questions.begin(), questions.end(),
                              [&](const auto& a, const auto& b) { return place(a) == place(b); }),
                  questions.end());
}

}  // namespace tollgate::entitlements
