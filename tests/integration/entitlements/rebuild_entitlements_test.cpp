// SPDX-License-Identifier: Apache-2.0
#include "entitlements/rebuild_entitlements.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "entitlements/postgres/postgres_entitlements_store.hpp"
#include "entitlements/postgres/postgres_rebuild_store.hpp"
#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/interrupted_store.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::entitlements {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::Buyer;
using tests::Guest;
using tests::MigratedSchema;
using tests::Writer;

class RebuildEntitlementsTest : public testing::Test {
 protected:
  RebuildEntitlementsTest() {
    for (int number = 0; number < 5; ++number) {
      const Buyer buyer{std::to_string(number)};
      writer_.apply(buyer.first_checkout());
      if (number % 2 == 0) writer_.apply({buyer.refunded(Buyer::begun + 100)}, 1);
    }
    const Guest guest{"9"};
    writer_.apply({guest.charge_succeeded(), guest.payment_succeeded()});
    writer_.apply({guest.session_completed(), guest.dispute_opened()});
    Buyer second{"b"};
    second.user_id = "usr_1";
    writer_.apply(second.first_checkout());
  }

  RebuildReport rebuild(Mend mend) {
    const auto rebuilding = make_postgres_rebuild_store(database_.schema().options());
    const auto store = make_postgres_entitlements_store(database_.schema().options());
    const tests::FixedClock clock{Buyer::begun + 3600};
    RebuildEntitlements use_case{*rebuilding, *store,    tests::development_catalog(),
                                 clock,       progress_, Display::lines};
    return use_case.run(mend);
  }
  RebuildReport rebuild(EntitlementsStore& store, std::size_t mended_max,
                        const Clock& clock = tests::FixedClock{Buyer::begun + 3600}) {
    auto options = database_.schema().options();
    options.application_name = database_.schema().name();
    const auto rebuilding = make_postgres_rebuild_store(options);
    RebuildEntitlements use_case{
        *rebuilding,    store,      tests::development_catalog(),          clock, progress_,
        Display::lines, mended_max, Patience{std::chrono::milliseconds{1}}};
    return use_case.run(Mend::yes);
  }
  std::vector<std::string> versions() {
    return database_.rows("select user_id, version from user_entitlements order by 1");
  }
  std::vector<std::string> left_overs() {
    return database_.rows("select nspname from pg_namespace where nspname like '" +
                          database_.schema().name() + "_rebuild'");
  }

  MigratedSchema database_;
  Writer writer_{database_};
  std::ostringstream progress_;
};

TEST_F(RebuildEntitlementsTest, ProvesThatTheTablesAreWhatTheFactsSay) {
  const auto before = database_.outcome();
  const auto versions_before = versions();
  const RebuildReport report = rebuild(Mend::yes);
  EXPECT_TRUE(report.nothing_differs());
  EXPECT_EQ(report.facts, database_.number("select count(*) from events where kind is not null"));
  EXPECT_GT(report.compared.objects.rows, 40);
  EXPECT_EQ(report.compared.documents.rows, 6);
  EXPECT_EQ(database_.outcome(), before);
  EXPECT_EQ(versions(), versions_before);
  EXPECT_THAT(left_overs(), IsEmpty());
  EXPECT_THAT(progress_.str(), HasSubstr(" facts, 100 %"));
}

TEST_F(RebuildEntitlementsTest, TellsWhatDiffersAndChangesNothingInADryRun) {
  database_.execute("update stripe_objects set status = 'paused' where id = 'sub_3'");
  database_.execute("update owners set user_id = 'usr_thief' where owner_id = 'cus_1'");
  const auto before = database_.outcome();
  const RebuildReport report = rebuild(Mend::no);
  EXPECT_THAT(report.compared.objects.examples, ElementsAre("sub_3"));
  EXPECT_THAT(report.compared.owners.examples, ElementsAre("cus_1"));
  EXPECT_EQ(database_.outcome(), before);
  std::ostringstream out;
  write_report(out, report, Mend::no);
  EXPECT_THAT(out.str(), HasSubstr("1 differ: sub_3"));
  EXPECT_THAT(out.str(), HasSubstr("--dry-run"));
}

TEST_F(RebuildEntitlementsTest, MendsEveryKindOfDamage) {
  const auto whole = database_.outcome();
  database_.execute(
      "update stripe_objects set state = jsonb_set(state, '{status}', '\"canceled\"'), "
      "status = 'canceled' where id = 'sub_3'");
  database_.execute("delete from stripe_objects where id = 'in_1'");
  database_.execute("update owners set user_id = null where owner_id = 'cus_2'");
  database_.execute(
      "update user_entitlements set document = replace(document::text, 'api_access', "
      "'sso_access')::json where user_id = 'usr_1'");
  const RebuildReport report = rebuild(Mend::yes);
  EXPECT_FALSE(report.nothing_differs());
  EXPECT_GE(report.documents_changed, 1);
  EXPECT_EQ(database_.outcome(), whole);
  EXPECT_TRUE(rebuild(Mend::no).nothing_differs());
  EXPECT_GE(database_.number("select count(*) from entitlements_history where cause = 'operation'"),
            1);
}

TEST_F(RebuildEntitlementsTest, AnObjectThatNoFactTellsAboutIsOnlyAwaitedAndGrantsNothing) {
  const Guest guest{"9"};
  ASSERT_EQ(database_.answer_of("usr_3").plan, "professional");
  database_.execute("delete from events where object_id in ('sub_3', '" + guest.session + "')");
  const RebuildReport report = rebuild(Mend::yes);
  EXPECT_GE(report.documents_changed, 1);
  EXPECT_EQ(database_.answer_of("usr_3").plan, "free");
  EXPECT_THAT(database_.rows("select kind, owner_id, state from stripe_objects where id = 'sub_3'"),
              ElementsAre(""));
  EXPECT_TRUE(rebuild(Mend::no).nothing_differs());
  const auto facts =
      database_.rows("select id from stripe_objects where owner_id = '" + guest.session + "'");
  EXPECT_THAT(facts, IsEmpty());
}

TEST_F(RebuildEntitlementsTest, ItsSnapshotIsGoneBeforeAnythingIsMendedAndARestartOnlyCostsAPause) {
  const auto whole = database_.outcome();
  database_.execute("update stripe_objects set status = 'paused' where id = 'sub_3'");
  tests::InterruptedStore store{
      database_.schema().options(), [&](int begun) {
        EXPECT_EQ(
            database_.number("select count(*) from pg_stat_activity where application_name = '" +
                             database_.schema().name() + "'"),
            0);
        if (begun < 2) throw StoreAway{"restarting"};
      }};
  EXPECT_TRUE(rebuild(store, 10).all_mended);
  EXPECT_EQ(store.begun(), 3);
  EXPECT_EQ(database_.outcome(), whole);
  EXPECT_THAT(progress_.str(), HasSubstr("waiting: the database is away: restarting"));
}

/// Ends the connection of whoever asks it for the first time.
class FatalClock final : public Clock {
 public:
  explicit FatalClock(MigratedSchema& database) : database_(database) {}
  [[nodiscard]] Time now() const override {
    if (asked_++ == 0) {
      database_.rows(
          "select pg_terminate_backend(pid) from pg_stat_activity "
          "where application_name = '" +
          database_.schema().name() + "'");
    }
    return from_unix_seconds(Buyer::begun + 3600);
  }

 private:
  MigratedSchema& database_;
  mutable int asked_ = 0;
};

TEST_F(RebuildEntitlementsTest, AComparisonWhoseSnapshotIsLostBeginsAnew) {
  const auto whole = database_.outcome();
  database_.execute("update stripe_objects set status = 'paused' where id = 'sub_3'");
  const FatalClock clock{database_};
  tests::InterruptedStore store{database_.schema().options(), [](int) {}};
  const RebuildReport report = rebuild(store, 10, clock);
  EXPECT_EQ(report.compared.objects.differing, 1);
  EXPECT_TRUE(report.all_mended);
  EXPECT_EQ(database_.outcome(), whole);
  EXPECT_THAT(left_overs(), IsEmpty());
}

TEST_F(RebuildEntitlementsTest, WhatIsMoreThanOneRunMendsIsLeftToTheNext) {
  const auto whole = database_.outcome();
  database_.execute("update stripe_objects set status = 'paused' where id in ('sub_1', 'sub_3')");
  tests::InterruptedStore store{database_.schema().options(), [](int) {}};
  const RebuildReport first = rebuild(store, 1);
  EXPECT_FALSE(first.all_mended);
  std::ostringstream out;
  write_report(out, first, Mend::yes);
  EXPECT_THAT(out.str(), HasSubstr("run it again"));
  EXPECT_TRUE(rebuild(store, 1).all_mended);
  EXPECT_EQ(database_.outcome(), whole);
}

TEST_F(RebuildEntitlementsTest, AWriterGoesOnMeanwhileAndNothingOfItIsLost) {
  database_.execute("update stripe_objects set status = 'paused' where id = 'sub_3'");
  const auto rebuilding = make_postgres_rebuild_store(database_.schema().options());
  rebuilding->begin();
  ASSERT_EQ(writer_.apply(Buyer{"new"}.first_checkout()), Applied::all);
  ASSERT_EQ(writer_.apply({Buyer{"1"}.subscription_deleted(Buyer::begun + 200)}), Applied::all);
  const auto another = make_postgres_rebuild_store(database_.schema().options());
  EXPECT_THROW(another->begin(), RebuildUnderWay);
  while (!rebuilding->next_facts(100).empty()) {
  }
  EXPECT_EQ(database_.answer_of("usr_new").plan, "professional");
}

TEST_F(RebuildEntitlementsTest, ItIsStillEqualAfterALateAndAThinFact) {
  writer_.apply({Buyer{"1"}.subscription_is("past_due", Buyer::begun + 50),
                 Buyer{"1"}.subscription_is("active", Buyer::begun + 60)});
  writer_.apply({Buyer{"3"}.subscription_deleted(Buyer::begun + 200)}, 2);
  writer_.apply({R"({"id": "evt_thin", "object": "v2.core.event", "livemode": false,
      "type": "v1.customer.subscription.past_due", "created": "2026-12-12T00:00:00.000Z",
      "related_object": {"id": "sub_1", "type": "subscription",
                         "url": "/v1/subscriptions/sub_1"}})"});
  ASSERT_EQ(database_.number("select count(*) from stripe_objects where thin"), 1);
  const auto questions = database_.rows("select * from fetches order by object_id, part");
  EXPECT_TRUE(rebuild(Mend::no).nothing_differs());
  EXPECT_EQ(database_.rows("select * from fetches order by object_id, part"), questions);
}

TEST_F(RebuildEntitlementsTest, WhatNoWaitingMendsEndsItAtOnce) {
  database_.execute("update stripe_objects set status = 'paused' where id = 'sub_3'");
  tests::InterruptedStore full{database_.schema().options(),
                               [](int) { throw StoreUnable{"the disk is full"}; }};
  EXPECT_THROW(rebuild(full, 10), StoreUnable);
  EXPECT_EQ(full.begun(), 1);
  tests::InterruptedStore slow{database_.schema().options(),
                               [](int) { throw StoreTimedOut{"too slow"}; }};
  EXPECT_THROW(rebuild(slow, 10), StoreTimedOut);
  EXPECT_EQ(slow.begun(), 1);
  EXPECT_THAT(progress_.str(), testing::Not(HasSubstr("waiting")));
}

TEST_F(RebuildEntitlementsTest, AShadowThatCannotBeMadeEndsItAtOnceAndTellsWhatToDo) {
  database_.execute("create schema " + database_.schema().name() + "_rebuild");
  std::string told;
  try {
    rebuild(Mend::no);
  } catch (const StoreUnable& unable) {
    told = unable.what();
  }
  database_.execute("drop schema " + database_.schema().name() + "_rebuild");
  EXPECT_THAT(told, testing::AllOf(HasSubstr("already exists"), HasSubstr("drop that schema")));
  EXPECT_THAT(progress_.str(), testing::Not(HasSubstr("waiting")));
}

TEST_F(RebuildEntitlementsTest, ItsOwnLostSessionIsNotTakenForAnotherRebuild) {
  const auto rebuilding = make_postgres_rebuild_store(database_.schema().options());
  Progress progress{progress_, Display::lines, "snapshots", 1};
  RunAgain run_again{Patience{std::chrono::milliseconds{10}}, progress};
  for (int lost = 0; lost < 4; ++lost) {
    EXPECT_GT(run_again.until_through([&] { return rebuilding->begin(); }), 0);
  }
}

TEST_F(RebuildEntitlementsTest, AnotherRebuildIsNamedByItsSession) {
  const auto one = make_postgres_rebuild_store(database_.schema().options());
  one->begin();
  const auto two = make_postgres_rebuild_store(database_.schema().options());
  std::string told;
  try {
    two->begin();
  } catch (const RebuildUnderWay& under_way) {
    told = under_way.what();
  }
  EXPECT_THAT(told, testing::ContainsRegex("under way \\(backend [0-9]+ of .* since 20"));
}

}  // namespace
}  // namespace tollgate::entitlements
