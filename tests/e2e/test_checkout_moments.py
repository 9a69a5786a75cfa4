# SPDX-License-Identifier: Apache-2.0
"""What happens between two calls of one purchase: money on its way is not lost and not doubled."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
import requests

from between import BROKEN, BUSY, REFUSED
from simulator import API_KEY
from stack import eventually
from storefront import Storefront

ASKS_BANK = "pm_card_authenticationRequired"
REQUEST_MAX_S = 30
SLACK_S = 4
LIST = "GET /v1/subscriptions"
READ = "GET /v1/subscriptions/[^/]+"
VOID = "POST /v1/invoices/[^/]+/void"


@pytest.fixture
def shop(stack, sandbox, checkout_at, between):
    return Storefront(stack, sandbox, checkout_at(STRIPE_API_BASE=between.url))


def subscribe(shop, plan: str = "professional", card: str = ASKS_BANK,
              **options) -> requests.Response:
    return shop.subscribe(plan, card, **options)


@pytest.fixture
def waiting(shop):
    """The purchase of a plan that waits for the buyer's bank; gives what the buyer then does."""
    first = subscribe(shop)
    assert (first.status_code, first.json()["status"]) == (201, "incomplete"), first.text
    intent = first.json()["client_secret"].partition("_secret")[0]
    return lambda: shop.simulator.control("POST", f"/intents/{intent}/authenticate",
                                          {"succeed": True})


def states(shop) -> list[str]:
    return [each["status"] for each in shop.at_stripe("subscription")]


def test_a_purchase_that_is_paid_while_it_is_asked_for_again_stands(shop, between, waiting):
    between.after(READ, waiting)
    again = subscribe(shop)
    assert again.status_code == 201, again.text
    assert states(shop) == ["active"]
    assert subscribe(shop).json()["code"] == "already_subscribed"


@pytest.mark.parametrize("ask", [Storefront.buy, subscribe])
@pytest.mark.parametrize("moment, code", [
    (("after", LIST), "already_subscribed"), (("after", READ), "payment_processing"),
    (("before", VOID), "already_subscribed")])
def test_what_is_paid_while_another_plan_is_asked_for_stands(
        shop, between, waiting, ask, moment, code):
    when, call = moment
    getattr(between, when)(call, waiting)
    refused = ask(shop, "enterprise")
    assert (refused.status_code, refused.json()["code"]) == (409, code), refused.text
    subscription, = shop.at_stripe("subscription")
    assert subscription["status"] == "active"
    assert refused.json()["subscription"] == subscription["id"]


@pytest.mark.parametrize("ask", [Storefront.buy, subscribe])
def test_a_payment_that_takes_days_is_waited_for(shop, between, waiting, ask):
    def processing(pass_on):
        status, intent = pass_on()
        return status, intent | {"status": "processing"}
    between.on("GET /v1/payment_intents/[^/]+", processing)
    refused = ask(shop, "enterprise")
    assert (refused.status_code, refused.json()["code"]) == (409, "payment_processing")
    again = subscribe(shop).json()
    assert (again["status"], again["client_secret"]) == ("incomplete", None)
    assert states(shop) == ["incomplete"]


@pytest.mark.parametrize("ask", [Storefront.buy, subscribe])
def test_what_waits_for_the_bank_gives_way_to_another_plan(shop, waiting, ask):
    assert ask(shop, "enterprise").status_code == 201
    assert "active" not in states(shop)
    with pytest.raises(AssertionError):
        waiting()


@pytest.mark.parametrize("ask", [Storefront.buy, subscribe])
def test_a_session_that_stays_open_bars_another_purchase(shop, between, ask):
    assert shop.buy("professional").status_code == 201
    between.on("POST /v1/checkout/sessions/[^/]+/expire", lambda _: REFUSED)
    refused = ask(shop, "enterprise")
    assert (refused.status_code, refused.json()["code"]) == (502, "stripe_refused"), refused.text
    assert states(shop) == []
    assert [each["status"] for each in shop.at_stripe("checkout.session")] == ["open"]


def test_a_change_that_was_turned_away_is_not_charged_when_its_buyer_cancels_instead(
        shop, between):
    bought = subscribe(shop, card="pm_card_visa").json()["id"]
    between.on(f"POST /v1/subscriptions/{bought}", lambda _: BUSY)
    refused = shop.ask("PATCH", f"/v1/subscriptions/{bought}", {"plan": "enterprise"})
    assert (refused.status_code, refused.json()["code"]) == (503, "stripe_busy"), refused.text
    between.rules.clear()
    canceled = shop.ask("DELETE", f"/v1/subscriptions/{bought}?at=period_end")
    assert canceled.status_code == 200 and canceled.json()["cancel_at"], canceled.text
    assert canceled.json()["plan"] == "professional"
    changes = [each for each in shop.requests()
               if (each["method"], each["path"]) == ("POST", f"/v1/subscriptions/{bought}")]
    assert len(changes) == 1, "nothing but the cancellation"


def test_a_second_click_on_resume_finds_it_resumed(shop, between, sandbox):
    bought = subscribe(shop, card="pm_card_visa").json()["id"]

    def ask_stripe(verb: str, **form) -> None:
        done = requests.post(f"{sandbox.url}/v1/subscriptions/{bought}/{verb}", data=form,
                             headers={"Authorization": f"Bearer {API_KEY}"}, timeout=10)
        assert done.status_code == 200, done.text

    ask_stripe("pause", type="subscription")
    between.before("POST /v1/subscriptions/[^/]+/resume", lambda: ask_stripe("resume"))
    resumed = shop.ask("POST", f"/v1/subscriptions/{bought}/resume")
    assert (resumed.status_code, resumed.json()["status"]) == (200, "active"), resumed.text


def test_a_purchase_whose_answer_was_lost_for_good_is_found(shop, between):
    def lose(pass_on):
        pass_on()
        return BROKEN
    between.on("POST /v1/subscriptions", lose)
    bought = subscribe(shop, card="pm_card_visa")
    assert (bought.status_code, bought.json()["status"]) == (201, "active"), bought.text
    assert states(shop) == ["active"]


def test_a_call_that_stripe_never_answers_well_is_503(shop, between):
    between.on("POST /v1/subscriptions", lambda _: BROKEN)
    failed = subscribe(shop, card="pm_card_visa")
    assert (failed.status_code, failed.json()["code"]) == (503, "stripe_unavailable"), failed.text
    assert states(shop) == []


def test_a_bank_that_asks_before_a_trial_is_heard(shop, between):
    setup = {"id": "seti_1", "status": "requires_action", "client_secret": "seti_1_secret_2"}

    def ask_for_setup(pass_on):
        status, subscription = pass_on()
        return status, subscription | {"pending_setup_intent": setup}
    between.on(READ, ask_for_setup)
    started = subscribe(shop, card="pm_card_visa")
    assert started.status_code == 201, started.text
    assert started.json()["client_secret"] == setup["client_secret"]


def begun_calls(stack, user: str) -> set[str]:
    """The keys of all calls that are kept for the user."""
    with psycopg2.connect(stack["CHECKOUT_DATABASE_URL"]) as connection:
        cursor = connection.cursor()
        cursor.execute("select attempt_id || '-' || step from attempt_steps join attempts"
                       " on attempts.id = attempt_id where user_id = %s", [user])
        return {key for key, in cursor.fetchall()}


def test_a_request_ends_in_time_and_is_taken_up_again(stack, sandbox, checkout_at):
    checkout = checkout_at()
    waiting, slow = (Storefront(stack, sandbox, checkout) for _ in range(2))
    session = waiting.buy().json()["id"]
    sandbox.control("PUT", "/faults", {"api_latency_ms": 5_000})

    def timed(ask, *arguments) -> tuple[requests.Response, float]:
        begun = time.monotonic()
        return ask(*arguments), time.monotonic() - begun

    with ThreadPoolExecutor(2) as pool:
        status = pool.submit(timed, waiting.ask, "GET",
                             f"/v1/checkout-sessions/{session}?wait_s=30")
        bought = pool.submit(timed, subscribe, slow, "professional", "pm_card_visa")
    answer, took_s = status.result()
    assert (answer.status_code, answer.json()["status"]) == (200, "open"), answer.text
    assert took_s < REQUEST_MAX_S + SLACK_S
    answer, took_s = bought.result()
    assert (answer.status_code, answer.json()["code"]) == (503, "stripe_timeout"), answer.text
    assert int(answer.headers["Retry-After"]) >= 1
    assert REQUEST_MAX_S - 1 < took_s < REQUEST_MAX_S + SLACK_S
    eventually(lambda: begun_calls(stack, slow.user) <= {
        call["headers"].get("idempotency-key") for call in slow.requests()},
        what="each call that was begun at Stripe: none was kept that was not sent")
    sandbox.control("PUT", "/faults", {})
    again = subscribe(slow, card="pm_card_visa")
    assert (again.status_code, again.json()["status"]) == (201, "active"), again.text
    assert states(slow) == ["active"] and len(slow.at_stripe("customer")) == 1
