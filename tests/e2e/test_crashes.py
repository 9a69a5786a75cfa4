# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any time: every event answered 200 is a fact exactly once."""

import pytest

from load import Load, assert_nothing_lost_or_invented
from stack import eventually
from stripe_events import Story


@pytest.mark.parametrize("process", ["webhook-ingress", "entitlements", "kafka"])
def test_a_crash_under_load_loses_nothing(breakable, tollgate, process):
    with Load(tollgate) as load:
        load.run_for_a_while()
        breakable.kill(process)
        assert breakable.states()[process] == "died"
        breakable.start(process)
        load.run_for_a_while()
    load.send_again()
    assert_nothing_lost_or_invented(tollgate, load)


def test_one_crash_after_the_other_loses_nothing(breakable, tollgate):
    with Load(tollgate) as load:
        for process in ("entitlements", "webhook-ingress", "kafka", "entitlements", "postgres"):
            breakable.kill(process)
            breakable.start(process)
            load.run_for_a_while()
    load.send_again()
    assert_nothing_lost_or_invented(tollgate, load)


def test_entitlements_killed_in_the_middle_of_a_transaction_applies_it_once(breakable, tollgate):
    stories = [Story() for _ in range(20)]
    events = [event for story in stories
              for event in (story.session_completed(), story.subscription_created())]
    with tollgate.database() as connection, connection.cursor() as cursor:
        # Readers may pass, writers wait: the batch stands still with its transaction open.
        cursor.execute("lock table events in share mode")
        tollgate.accept(*events)
        eventually(lambda: waits_for_a_lock(tollgate), what="a batch in its transaction")
        breakable.kill("entitlements")
        connection.rollback()
    breakable.start("entitlements")
    ids = [event["id"] for event in events]
    rows = eventually(lambda: len(rows := tollgate.facts(*ids)) >= len(ids) and rows)
    assert sorted(row["id"] for row in rows) == sorted(ids)
    for story in stories:
        eventually(lambda one=story: tollgate.plan(one.user) == "professional")


def waits_for_a_lock(tollgate) -> bool:
    return tollgate.rows("select 1 from pg_stat_activity where datname = current_database() "
                         "and wait_event_type = 'Lock' and state = 'active'") != []
