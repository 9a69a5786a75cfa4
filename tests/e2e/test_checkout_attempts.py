# SPDX-License-Identifier: Apache-2.0
"""One attempt of a user takes another one's place, but never while a call of it is on its way."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from stack import eventually


@pytest.fixture
def database(stack):
    opened = psycopg2.connect(stack["CHECKOUT_DATABASE_URL"])
    opened.autocommit = True
    yield opened
    opened.close()


def open_attempt(database, user: str) -> str:
    attempt = str(uuid.uuid4())
    database.cursor().execute(
        "insert into attempts (id, user_id, request_hash, created_at)"
        " values (%s, %s, 'other', now() - interval '1 hour')", [attempt, user])
    return attempt


def begin_step(database, attempt: str, step: str, user: str, minutes_ago: int = 0) -> None:
    """A call that makes something, so that it shows whether it was sent."""
    database.cursor().execute(
        "insert into attempt_steps (attempt_id, step, path, body, begun_at)"
        " values (%s, %s, '/v1/products', %s, now() - %s * interval '1 minute')",
        [attempt, step, f"name={step}&metadata[user_id]={user}", minutes_ago])


def only(database, query: str, *values):
    cursor = database.cursor()
    cursor.execute(query, values)
    (value,), = cursor.fetchall()
    return value


@pytest.mark.parametrize("minutes, sent", [(1, ["first"]), (6, [])])
def test_a_call_that_may_be_on_its_way_is_sent_again_and_an_old_one_is_not(
        database, shop, minutes, sent):
    attempt = open_attempt(database, shop.user)
    begin_step(database, attempt, "first", shop.user, minutes)
    assert shop.buy().status_code == 201
    assert [each["name"] for each in shop.at_stripe("product")] == sent
    assert only(database, "select outcome from attempts where id = %s", attempt) == "abandoned"


def test_a_step_that_begins_while_another_request_looks_is_brought_to_an_end_too(
        stack, database, shop):
    attempt = open_attempt(database, shop.user)
    begin_step(database, attempt, "first", shop.user)
    with psycopg2.connect(stack["CHECKOUT_DATABASE_URL"]) as sender, ThreadPoolExecutor(1) as pool:
        sender.cursor().execute("select from attempt_steps where attempt_id = %s for update",
                                [attempt])
        asked = pool.submit(shop.buy)
        eventually(lambda: only(database, "select count(*) from pg_stat_activity where"
                                " %s = any(pg_blocking_pids(pid))",
                                sender.info.backend_pid), what="a request that waits for the step")
        begin_step(sender, attempt, "second", shop.user)
        sender.commit()
        assert asked.result().status_code == 201
    assert {each["name"] for each in shop.at_stripe("product")} == {"first", "second"}
    assert only(database, "select count(*) from attempt_steps where attempt_id = %s"
                " and status is null", attempt) == 0
