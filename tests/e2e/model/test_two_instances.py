# SPDX-License-Identifier: Apache-2.0
"""Two instances share the topic; one is frozen inside a transaction and wakes up too late."""

import os
import signal
import time
from pathlib import Path

import pytest

from instance import Instance, holds_port
from stack import eventually
from stripe_events import ENTERPRISE, Story

# Session of the group and idle transaction end after 10 s each; then partitions are handed over.
TAKE_OVER_S = 45
WAITING = """
select pid, client_port from pg_stat_activity where datname = current_database()
  and application_name = 'entitlements' and wait_event_type = 'Lock' and xact_start is not null"""


@pytest.fixture
def second(shop, tmp_path):
    made = Instance(shop.stack, tmp_path / "second.log", "second")
    made.wait_listening()
    yield made
    made.discard()


def test_an_instance_frozen_inside_its_transaction_is_replaced_and_writes_nothing_later(
        shop, second):
    stories = [Story() for _ in range(30)]
    for story in stories:
        shop.accept(story.session_completed(), story.subscription_created())
    for story in stories:
        shop.settle(story)
    wait_until_both_have_partitions(shop, second)

    frozen, before = stories[0], changes_of(shop, stories)
    upgrade = frozen.subscription_updated(price=ENTERPRISE)
    with shop.database() as connection, connection.cursor() as cursor:
        cursor.execute("select from owners where owner_id = %s for update", [frozen.customer])
        shop.accept(upgrade)
        backend = eventually(lambda: shop.rows(WAITING), what="a batch that waits")[0]
        victim = owner_of(backend["client_port"], shop, second)
        faults_before = faults_in(log_of(victim, shop, second))
        os.kill(victim, signal.SIGSTOP)
        eventually(lambda: is_stopped(victim), what="a process that stands still")
        connection.rollback()
    try:
        eventually(lambda: state_of(shop, backend["pid"]) == "idle in transaction",
                   what="a transaction of a process that does nothing")
        downgrade = frozen.subscription_updated()
        canceled = stories[1].subscription_deleted()
        shop.accept(downgrade, canceled)
        begun = time.monotonic()
        eventually(lambda: len(shop.facts(upgrade["id"], downgrade["id"])) == 2, TAKE_OVER_S,
                   "the other instance takes over")
        assert time.monotonic() - begun < TAKE_OVER_S
        assert state_of(shop, backend["pid"]) is None, "its transaction is over"
        taken_over = document_of(shop, frozen)
        wait_until_published(shop)
    finally:
        os.kill(victim, signal.SIGCONT)

    eventually(lambda: faults_in(log_of(victim, shop, second)) > faults_before, 30,
               "a transaction that failed")
    more = [story.subscription_updated(price=ENTERPRISE) for story in stories[2:]]
    shop.accept(*more)
    ids = [event["id"] for event in (canceled, *more)]
    eventually(lambda: len(shop.facts(*ids)) == len(ids), TAKE_OVER_S, "both go on")
    wait_until_published(shop)
    assert document_of(shop, frozen) == taken_over, "nothing stale was written"
    assert shop.plan(frozen.user) == "professional"
    assert shop.plan(stories[1].user) == "free"
    assert {shop.plan(story.user) for story in stories[2:]} == {"enterprise"}
    added = {user: changes - before[user] for user, changes in changes_of(shop, stories).items()}
    assert added.pop(frozen.user) in (0, 2), "up and down, or both in one batch"
    assert set(added.values()) == {1}
    assert shop.rows("select partition, position from events group by 1, 2 "
                     "having count(*) > 1") == []


def wait_until_both_have_partitions(shop, second: Instance) -> None:
    """Events of ever new customers go round until each of them has committed."""
    def writers() -> set[int]:
        story = Story()
        shop.accept(story.session_completed(), story.subscription_created())
        shop.settle(story)
        rows = shop.rows("select client_port from pg_stat_activity where query_start is not null "
                         "and application_name = 'entitlements' and query ilike 'commit%%'")
        return {owner_of(row["client_port"], shop, second) for row in rows}
    eventually(lambda: len(writers()) == 2, 60, "two instances that write")


def owner_of(port: int, shop, second: Instance) -> int:
    own = shop.stack.pid("entitlements")
    return second.pid if holds_port(second.pid, port) else own


def log_of(pid: int, shop, second: Instance) -> str:
    return second.log() if pid == second.pid else shop.stack.log("entitlements")


def wait_until_published(shop) -> None:
    eventually(lambda: not shop.rows("select from user_entitlements "
                                     "where version > published_version"), TAKE_OVER_S,
               "a publisher that goes on")


def faults_in(log: str) -> int:
    return sum('"loop":"events"' in line and "fails" in line for line in log.splitlines())


def is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def state_of(shop, backend: int) -> str | None:
    rows = shop.rows("select state from pg_stat_activity where pid = %s", backend)
    return rows[0]["state"] if rows else None


def document_of(shop, story: Story) -> tuple[int, str]:
    row, = shop.rows("select version, document::text as document from user_entitlements "
                     "where user_id = %s", story.user)
    return row["version"], row["document"]


def changes_of(shop, stories) -> dict[str, int]:
    """Lines of history; each is the user's next version."""
    rows = shop.rows("select user_id, count(*) as changes, max(version) as version "
                     "from entitlements_history where user_id = any(%s) group by user_id",
                     [story.user for story in stories])
    assert [row for row in rows if row["changes"] != row["version"]] == []
    return {row["user_id"]: row["changes"] for row in rows}
