# SPDX-License-Identifier: Apache-2.0
"""Whole stories at the simulated Stripe, and what they come to for the buyer: its events are made
by Stripe's state machines, so that what the services read fits together as it does at Stripe."""

import time

import pytest

from shop import DAY_S, ENTERPRISE, HANDBOOK, Shop, new_user
from stack import eventually
from tollgate import Tollgate


@pytest.fixture
def shop(stack):
    opened = Shop(stack)
    opened.open()
    return opened


@pytest.fixture
def user():
    return new_user()


def grant_of(tollgate: Tollgate, user: str) -> dict:
    """His only one; empty while there is none."""
    grants = tollgate.entitlements(user)["grants"]
    assert len(grants) < 2, grants
    return grants[0] if grants else {}


def until(tollgate: Tollgate, user: str, plan: str, seconds: float = 30) -> None:
    eventually(lambda: tollgate.plan(user) == plan, seconds, f"the plan {plan}")


def as_time(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def test_a_buyer_who_pays_is_premium_when_he_comes_back(shop, tollgate, user):
    session = shop.checkout(user)
    assert tollgate.plan(user) == "free"
    shop.pay(session)
    answer = tollgate.read(f"/v1/users/{user}/entitlements?wait_for={session['id']}",
                           tollgate.stack.service_token()).json()
    assert (answer["reflected"], answer["plan"], answer["is_premium"]) == (
        True, "professional", True)


def test_a_declined_card_grants_nothing_until_another_one_pays(shop, tollgate, user):
    session = shop.checkout(user)
    shop.pay(session, "pm_card_chargeDeclined", expected=402)
    shop.control("POST", "/deliveries/drain")
    assert tollgate.plan(user) == "free"
    shop.pay(session)
    until(tollgate, user, "professional")


def test_a_delayed_purchase_counts_when_its_money_is_there(shop, tollgate, user):
    session = shop.checkout(user, HANDBOOK)
    completed = shop.pay(session, "pm_usBankAccount_success")
    assert completed["payment_status"] == "unpaid"
    shop.control("POST", "/deliveries/drain")
    assert tollgate.entitlements(user)["features"] == {}
    shop.control("POST", f"/checkout/sessions/{session['id']}/settle", succeed=True)
    eventually(lambda: "handbook" in tollgate.entitlements(user)["features"])


def test_a_renewal_prolongs_access(shop, tollgate, user):
    shop.open(days_ago=40)
    subscription = shop.subscribe(user)
    shop.wait_until_now()
    renewed = shop.get(f"/v1/subscriptions/{subscription['id']}")["items"]["data"][0]
    assert renewed["current_period_end"] > time.time()
    end = as_time(renewed["current_period_end"] + 2 * DAY_S)  # The policy's leeway.
    eventually(lambda: grant_of(tollgate, user)["until"] == end)


def test_an_unpaid_renewal_has_its_grace(shop, tollgate, user):
    shop.open(days_ago=33)
    subscription = shop.subscribe(user)
    shop.lose_card(subscription)
    shop.wait_until_now()
    assert shop.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "past_due"
    eventually(lambda: grant_of(tollgate, user)["reason"] == "past_due_grace")
    assert tollgate.plan(user) == "professional"


def test_dunning_to_its_end_takes_the_plan_away(shop, tollgate, user):
    shop.open(days_ago=60)
    subscription = shop.subscribe(user)
    until(tollgate, user, "free")  # That month is over.
    shop.lose_card(subscription)
    shop.wait_until_now()
    ended = shop.get(f"/v1/subscriptions/{subscription['id']}")
    assert ended["cancellation_details"]["reason"] == "payment_failed"
    eventually(lambda: tollgate.rows("select 1 from subscriptions where id = %s "
                                     "and status = 'canceled'", subscription["id"]))
    assert tollgate.entitlements(user)["grants"] == []


def test_an_upgrade_counts_at_once(shop, tollgate, user):
    subscription = shop.subscribe(user)
    until(tollgate, user, "professional")
    shop.change_price(subscription, ENTERPRISE)
    until(tollgate, user, "enterprise")
    assert {"api_access", "sso"} <= set(tollgate.entitlements(user)["features"])


def test_a_cancellation_ends_with_the_period_unless_it_is_taken_back(shop, tollgate, user):
    subscription = shop.subscribe(user)
    end = subscription["items"]["data"][0]["current_period_end"]
    shop.change(subscription, cancel_at_period_end="true")
    eventually(lambda: grant_of(tollgate, user)["until"] == as_time(end))
    shop.change(subscription, cancel_at_period_end="false")
    eventually(lambda: grant_of(tollgate, user)["until"] == as_time(end + 2 * DAY_S))
    shop.cancel(subscription)
    until(tollgate, user, "free")


def test_a_trial_is_access_and_becomes_a_paid_month(shop, tollgate, user):
    shop.open(days_ago=20)
    subscription = shop.subscribe(user, subscription_data__trial_period_days=14)
    assert subscription["status"] == "trialing"
    shop.wait_until_now()
    eventually(lambda: grant_of(tollgate, user)["reason"] == "active")
    assert tollgate.plan(user) == "professional"


def test_a_refund_in_full_revokes_and_one_that_fails_restores(shop, tollgate, user):
    subscription = shop.subscribe(user)
    until(tollgate, user, "professional")
    payment = shop.payment_of(subscription)
    shop.post("/v1/refunds", payment_intent=payment, amount=500)
    refund = shop.post("/v1/refunds", payment_intent=payment)
    until(tollgate, user, "free")
    shop.control("POST", f"/refunds/{refund['id']}/fail")
    until(tollgate, user, "professional")


@pytest.mark.parametrize(("verdict", "plan"), [("won", "professional"), ("lost", "free")])
def test_a_dispute_suspends_until_the_bank_decides(shop, tollgate, user, verdict, plan):
    subscription = shop.subscribe(user)
    until(tollgate, user, "professional")
    dispute = shop.control("POST", "/disputes", payment_intent=shop.payment_of(subscription))
    until(tollgate, user, "free")
    shop.control("POST", f"/disputes/{dispute['id']}/close", status=verdict)
    eventually(lambda: tollgate.rows("select 1 from stripe_objects where id = %s and "
                                     "state ->> 'status' = %s", dispute["id"], verdict))
    until(tollgate, user, plan)


def test_lost_webhooks_are_found_in_stripes_list(shop, breakable, tollgate, user):
    (endpoint,) = shop.get("/v1/webhook_endpoints")["data"]
    shop.post(f"/v1/webhook_endpoints/{endpoint['id']}", disabled="true")
    shop.subscribe(user)
    assert tollgate.plan(user) == "free"
    breakable.stop("entitlements")
    breakable.start("entitlements")  # It compares at its start, and every five minutes.
    until(tollgate, user, "professional", 60)
    shop.post(f"/v1/webhook_endpoints/{endpoint['id']}", disabled="false")


def test_access_survives_a_stripe_that_misbehaves(shop, tollgate, user):
    shop.control("PUT", "/faults", duplicate_percent=100, drop_percent=50, forge_percent=50,
                 delay_ms_max=500)
    subscription = shop.subscribe(user)
    shop.change_price(subscription, ENTERPRISE)
    until(tollgate, user, "enterprise")
    shop.cancel(subscription)
    until(tollgate, user, "free")
    shop.control("PUT", "/faults")
