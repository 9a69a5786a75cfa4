# SPDX-License-Identifier: Apache-2.0
"""One attempt of a user takes another one's place, but never while a call of it is on its way."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from between import BROKEN
from stack import eventually
from storefront import Storefront

AWAY = (503, {"error": {"type": "api_error", "message": "Away."}})


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


@pytest.fixture
def far_shop(stack, sandbox, checkout_at, between):
    """Whose checkout reaches Stripe through `between`."""
    return Storefront(stack, sandbox, checkout_at(STRIPE_API_BASE=between.url))


def done_but_answered(said):
    def answer(pass_on):
        pass_on()
        return said
    return answer


def calls_of(between, call: str) -> int:
    return between.calls.count(call)


def test_a_session_whose_stored_answer_is_a_500_is_found_by_its_metadata(far_shop, between):
    between.on("POST /v1/checkout/sessions", done_but_answered(BROKEN))
    bought = far_shop.buy()
    assert bought.status_code in (200, 201), bought.text
    session, = far_shop.at_stripe("checkout.session")
    assert bought.json()["id"] == session["id"]
    assert session["metadata"]["user_id"] == far_shop.user
    before = calls_of(between, "POST /v1/checkout/sessions")
    assert far_shop.buy().json()["id"] == session["id"]
    assert calls_of(between, "POST /v1/checkout/sessions") == before


@pytest.mark.parametrize("ask, call", [(Storefront.buy, "POST /v1/checkout/sessions"),
                                       (Storefront.subscribe, "POST /v1/subscriptions")])
def test_what_an_attempt_older_than_23_hours_made_is_found_and_its_key_not_used_again(
        database, far_shop, between, ask, call):
    between.on(call, done_but_answered(AWAY))
    kind = "subscription" if ask is Storefront.subscribe else "checkout.session"
    made = eventually(lambda: ask(far_shop).status_code == 503 and far_shop.at_stripe(kind),
                      what="a purchase whose answer was lost")
    sent = calls_of(between, call)
    assert only(database, "select outcome from attempts where user_id = %s",
                far_shop.user) == "open"
    database.cursor().execute("update attempts set created_at = created_at - interval '24 hours'"
                              " where user_id = %s", [far_shop.user])
    database.cursor().execute(
        "update attempt_steps set begun_at = begun_at - interval '24 hours' where attempt_id ="
        " (select id from attempts where user_id = %s)", [far_shop.user])
    between.rules.clear()
    again = ask(far_shop)
    if ask is Storefront.subscribe:
        assert (again.status_code, again.json()["code"]) == (409, "already_subscribed")
        assert again.json()["subscription"] == made[0]["id"]
    else:
        assert (again.status_code, again.json()["id"]) == (200, made[0]["id"]), between.calls
    assert far_shop.at_stripe(kind) == made
    assert calls_of(between, call) == sent, between.calls
