# SPDX-License-Identifier: Apache-2.0
"""A plan whose first subscription begins with a trial: once a user, by either way of buying."""

from pathlib import Path

import pytest

from storefront import Storefront

DAY_S = 24 * 3600
TRIAL_DAYS = 14


@pytest.fixture
def shop(stack, sandbox, checkout_at, tmp_path):
    sold = Path(stack["CATALOG_FILE"]).read_text()
    with_trial = sold.replace("    name: Professional\n",
                              f"    name: Professional\n    trial_days: {TRIAL_DAYS}\n")
    assert with_trial != sold
    catalogue = tmp_path / "catalog.yaml"
    catalogue.write_text(with_trial)
    return Storefront(stack, sandbox, checkout_at(CATALOG_FILE=str(catalogue)))


def subscribe(shop) -> None:
    answer = shop.subscribe()
    assert answer.status_code == 201, answer.text


def check_out(shop) -> None:
    shop.pay(shop.buy().json()["id"])


@pytest.mark.parametrize("purchase", [subscribe, check_out])
def test_the_first_subscription_is_tried_and_the_second_one_paid_at_once(shop, purchase):
    plans = {plan["id"]: plan for plan in shop.ask("GET", "/v1/plans").json()["data"]}
    assert plans["professional"]["trial_days"] == TRIAL_DAYS
    purchase(shop)
    subscription, = shop.at_stripe("subscription")
    assert subscription["status"] == "trialing"
    assert subscription["trial_end"] - subscription["created"] == TRIAL_DAYS * DAY_S
    row, = shop.ask("GET", "/v1/subscriptions").json()["data"]
    assert row["status"] == "trialing" and row["trial_end"]
    assert shop.buy("enterprise").json()["code"] == "already_subscribed"
    assert shop.at_stripe("payment_intent") == [], "nothing is charged yet"

    shop.ask("DELETE", f"/v1/subscriptions/{row['id']}?at=now")
    purchase(shop)
    states = [each["status"] for each in shop.at_stripe("subscription")]
    assert sorted(states) == ["active", "canceled"]


def test_a_trial_becomes_a_paid_subscription(shop):
    check_out(shop)
    shop.simulator.control("POST", "/clock/advance", {"seconds": (TRIAL_DAYS + 1) * DAY_S})
    row, = shop.ask("GET", "/v1/subscriptions").json()["data"]
    assert row["status"] == "active"
    customer, = shop.at_stripe("customer")
    invoices = shop.simulator.control("GET", "/truth")["objects"]["invoice"]
    assert sorted(each["amount_paid"] for each in invoices
                  if each["customer"] == customer["id"]) == [0, 1900]
