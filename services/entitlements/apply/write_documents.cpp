// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/write_documents.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "entitlements/apply/find_questions.hpp"
#include "entitlements/domain/bind.hpp"
#include "entitlements/domain/derive.hpp"
#include "entitlements/json/entitlements_json.hpp"
#include "entitlements/read/find_facts.hpp"

namespace tollgate::entitlements {
namespace {

struct Cause {
  Key event;  ///< an empty id: none
  Time at;
};

class DocumentsOfBatch {
 public:
  DocumentsOfBatch(EntitlementsTransaction& transaction, const AppliedFacts& applied,
                   const Catalog& catalog, Time now, ChangeCause because)
      : transaction_(transaction),
        owners_(applied.owners),
        at_hand_(applied.rows),
        catalog_(catalog),
        now_(now),
        because_(because) {}

  WrittenDocuments write() {
    std::vector<Key> keys;
    for (const auto& [key, owner] : owners_) keys.push_back(key);
    found_ = find_objects_by_owner(transaction_, keys);
    bind_owners();
    return write_users();
  }

  WrittenDocuments write_of(std::span<const std::string> user_ids) {
    for (const std::string& user_id : user_ids) causes_.emplace(user_id, Cause{});
    return write_users();
  }

 private:
  WrittenDocuments write_users() {
    if (causes_.empty()) return written_;
    lock_users();
    read_facts();
    for (const DocumentRow& document : locked_.documents) derive_document(document);
    if (!documents_.empty()) transaction_.write_documents(documents_, changes_);
    sort_questions(questions_);
    if (!questions_.empty()) transaction_.raise(questions_, now_);
    written_.changed = changes_.size();
    return written_;
  }

  void bind_owners() {
    std::vector<OwnerRow> moved;
    std::vector<Claim> claims;
    for (const auto& [key, owner] : owners_) {
      const Binding binding = binding_of(found_.at(key));
      OwnerRow bound{key, {}, binding.ownership == Ownership::conflict};
      if (binding.ownership == Ownership::bound) bound.user_id = binding.users.front();
      touch_user(owner.row.user_id, owner);
      touch_user(bound.user_id, owner);
      // A further user may have joined a conflict that stands already: he claims too.
      if (bound == owner.row && !bound.conflict) continue;
      for (const std::string& user_id : binding.users) claims.push_back({key, user_id});
      moved.push_back(std::move(bound));
    }
    if (!moved.empty()) transaction_.write_owners(moved, claims);
  }

  /// What happens in another mode or account is bound, but grants nothing.
  void touch_user(const std::string& user_id, const TouchedOwner& owner) {
    const Key& key = owner.row.key;
    if (user_id.empty() || !catalog_.counts(key.account, key.livemode)) return;
    auto [known, first] = causes_.try_emplace(user_id, Cause{owner.cause, owner.caused_at});
    Cause& cause = known->second;
    if (!first && std::tie(cause.at, cause.event) < std::tie(owner.caused_at, owner.cause)) {
      cause = {owner.cause, owner.caused_at};
    }
  }

  void lock_users() {
    std::vector<std::string> user_ids;
    for (const auto& [user_id, cause] : causes_) user_ids.push_back(user_id);
    locked_ = transaction_.lock_users(user_ids);
    const auto newer = [this](const DocumentRow& row) {
      return row.catalog_revision > catalog_.revision();
    };
    const std::vector<DocumentRow>& documents = locked_.documents;
    if (locked_.catalog_revision > catalog_.revision() ||
        std::any_of(documents.begin(), documents.end(), newer)) {
      throw StoreOutdated{
          "documents of a newer catalogue are there: this instance must not write; give it the "
          "newest CATALOG_FILE"};
    }
    for (const OwnerRow& owner : transaction_.find_owners(user_ids)) {
      if (!catalog_.counts(owner.key.account, owner.key.livemode)) continue;
      owners_of_[owner.user_id].push_back(owner.key);
    }
  }

  /// Of the touched owners, whose rows are locked, and of the users' other ones.
  void read_facts() {
    std::vector<Key> others;
    for (const auto& [user_id, keys] : owners_of_) {
      for (const Key& key : keys) {
        if (!found_.contains(key)) others.push_back(key);
      }
    }
    found_.merge(find_objects_by_owner(transaction_, others));
    find_payments(transaction_, at_hand_, found_);
  }

  void derive_document(const DocumentRow& known) {
    UserFacts facts;
    for (const Key& owner : owners_of_[known.user_id]) add_facts(facts, found_.at(owner));
    const Derived derived = derive(facts, catalog_);
    written_.alerts.insert(written_.alerts.end(), derived.alerts.begin(), derived.alerts.end());
    note_needs(known.user_id, derived.needs);
    const auto before = entitlements_from_json(known.document);
    const bool lapsed = known.valid_until && *known.valid_until <= now_;
    if (before && *before == derived.entitlements && !lapsed) return;

    DocumentRow row{known.user_id, document_json(derived.entitlements, catalog_, now_),
                    answer_at(derived.entitlements, catalog_, now_).valid_until, known.version,
                    catalog_.revision()};
    const bool regranted = !before || before->grants != derived.entitlements.grants;
    // A new revision of the catalogue that says the same is no change to anybody.
    if (regranted || ready_answer_json(known.document) != ready_answer_json(row.document)) {
      ++row.version;
      const bool recatalogued = known.catalog_revision != catalog_.revision();
      const bool by_facts = regranted && because_ != ChangeCause::time;
      const ChangeCause otherwise = recatalogued ? ChangeCause::catalog : ChangeCause::time;
      tell(known, row, by_facts ? because_ : otherwise);
    }
    documents_.push_back(std::move(row));
  }

  void tell(const DocumentRow& before, const DocumentRow& after, ChangeCause because) {
    HistoryRow change{after.user_id, after.version, before.document, after.document, {}, because};
    const Key& event = causes_.at(after.user_id).event;
    const bool told_by_event = because == ChangeCause::event || because == ChangeCause::operation;
    if (told_by_event && !event.id.empty()) change.cause = event;
    changes_.push_back(std::move(change));
  }

  void note_needs(const std::string& user_id, const std::vector<Need>& needs) {
    for (const Need& need : needs) {
      for (const Key& owner : owners_of_[user_id]) {
        const Time about = causes_.at(user_id).at;
        auto question = question_of(need, found_.at(owner), about, now_);
        if (question) questions_.push_back(*std::move(question));
      }
    }
  }

  EntitlementsTransaction& transaction_;
  const TouchedOwners& owners_;
  const RowsAtHand& at_hand_;
  const Catalog& catalog_;
  const Time now_;
  const ChangeCause because_;
  FoundObjects found_;
  std::map<std::string, Cause> causes_;  ///< by user
  LockedUsers locked_;
  std::map<std::string, std::vector<Key>> owners_of_;
  std::vector<DocumentRow> documents_;
  std::vector<HistoryRow> changes_;
  std::vector<Question> questions_;
  WrittenDocuments written_;
};

}  // namespace

WrittenDocuments write_documents(EntitlementsTransaction& transaction, const AppliedFacts& facts,
                                 const Catalog& catalog, Time now, ChangeCause because) {
  if (facts.owners.empty()) return {};
  return DocumentsOfBatch{transaction, facts, catalog, now, because}.write();
}

WrittenDocuments write_documents_of(EntitlementsTransaction& transaction,
                                    std::span<const std::string> user_ids, const Catalog& catalog,
                                    Time now, ChangeCause because) {
  const AppliedFacts none;
  return DocumentsOfBatch{transaction, none, catalog, now, because}.write_of(user_ids);
}

}  // namespace tollgate::entitlements
