# SPDX-License-Identifier: Apache-2.0
"""Subscriptions bought with the shop's own card form, and what their owners do with them."""

import pytest
import yaml

from stack import ROOT
from storefront import SHOP, Storefront

DAY_S = 24 * 3600


@pytest.fixture
def subscribed(shop):
    """A user with the professional plan; gives the subscription's path."""
    answer = shop.subscribe()
    assert (answer.status_code, answer.json()["status"]) == (201, "active"), answer.text
    return f"/v1/subscriptions/{answer.json()['id']}"


def test_a_card_buys_a_plan(shop, subscribed):
    subscription, = shop.at_stripe("subscription")
    assert subscribed.endswith(subscription["id"])
    customer, = shop.at_stripe("customer")
    method = customer["invoice_settings"]["default_payment_method"]
    assert method and method == subscription["default_payment_method"]
    row, = shop.ask("GET", "/v1/subscriptions").json()["data"]
    assert (row["id"], row["plan"], row["status"]) == (subscription["id"], "professional", "active")
    assert row["cancel_at"] is None and row["amount"] == 1900
    assert shop.ask("GET", subscribed + "/change-preview?plan=enterprise").status_code == 200
    refused = shop.subscribe(plan="enterprise")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_subscribed")


def test_an_open_session_cannot_be_paid_beside_it(shop):
    session = shop.buy().json()["id"]
    assert shop.subscribe().status_code == 201
    assert [each["status"] for each in shop.at_stripe("checkout.session")] == ["expired"]
    assert shop.ask("GET", f"/v1/checkout-sessions/{session}").json()["status"] == "expired"


def test_a_declined_card_is_402_and_leaves_nothing_that_costs(shop):
    declined = shop.subscribe(card="pm_card_chargeCustomerFail")
    problem = declined.json()
    assert (declined.status_code, problem["code"]) == (402, "card_declined"), problem
    assert problem["decline_code"] and problem["detail"]
    assert all(each["status"] in ("canceled", "incomplete_expired")
               for each in shop.at_stripe("subscription"))
    assert shop.subscribe().json()["status"] == "active", "another card may be tried at once"


def test_a_card_that_cannot_be_attached_is_402(shop):
    refused = shop.subscribe(card="pm_card_chargeDeclined")
    assert (refused.status_code, refused.json()["code"]) == (402, "card_declined")
    assert shop.at_stripe("subscription") == []
    nonsense = shop.subscribe(card="pm_none")
    assert (nonsense.status_code, nonsense.json()["code"]) == (422, "payment_method_refused")


def test_what_waits_for_the_bank_is_returned_again(shop):
    first = shop.subscribe(card="pm_card_authenticationRequired")
    assert (first.status_code, first.json()["status"]) == (201, "incomplete"), first.text
    assert first.json()["client_secret"].startswith("pi_")
    assert shop.subscribe(card="pm_card_authenticationRequired").json() == first.json()
    assert len(shop.at_stripe("subscription")) == 1


def test_a_change_costs_what_the_preview_said(shop, subscribed):
    shop.simulator.control("POST", "/clock/advance", {"seconds": 10 * DAY_S})
    preview = shop.ask("GET", subscribed + "/change-preview?plan=enterprise").json()
    assert any(line["proration"] for line in preview["lines"])
    assert 0 < preview["amount_due"] < 9900 and preview["currency"] == "usd"
    change = {"plan": "enterprise", "proration_date": preview["proration_date"]}
    changed = shop.ask("PATCH", subscribed, change)
    assert (changed.status_code, changed.json()["plan"]) == (200, "enterprise"), changed.text
    paid = [each["amount_paid"] for each in shop.simulator.control("GET", "/truth")["objects"][
        "invoice"] if each["customer"] == shop.at_stripe("customer")[0]["id"]]
    assert sorted(paid) == sorted([1900, preview["amount_due"]])
    assert shop.ask("PATCH", subscribed, {"plan": "enterprise"}).json()["plan"] == "enterprise"
    assert shop.ask("PATCH", subscribed, {"plan": "free"}).json()["code"] == "plan_not_for_sale"


def test_the_buyer_does_not_choose_the_moment_that_a_change_is_charged_from(shop, subscribed):
    now = shop.ask("GET", subscribed + "/change-preview?plan=enterprise").json()["proration_date"]
    for moment in (now - 1000, now + 100, 0):
        change = {"plan": "enterprise", "proration_date": moment}
        refused = shop.ask("PATCH", subscribed, change)
        assert (refused.status_code, refused.json()["code"]) == (422, "preview_too_old")
    row, = shop.ask("GET", "/v1/subscriptions").json()["data"]
    assert row["plan"] == "professional"


def test_a_clients_key_names_a_purchase_that_was_canceled_later(shop):
    bought = shop.subscribe(key="k1").json()
    shop.ask("DELETE", f"/v1/subscriptions/{bought['id']}?at=now")
    again = shop.subscribe(key="k1")
    assert (again.status_code, again.json()["id"]) == (201, bought["id"]), again.text
    assert again.json()["status"] == "canceled"


def test_a_subscription_is_canceled_resumed_and_ended(shop, subscribed):
    planned = shop.ask("DELETE", subscribed).json()
    assert planned["status"] == "active" and planned["cancel_at"]
    refused = shop.buy("enterprise").json()
    assert refused["call"] == f"POST {subscribed}/resume"
    assert shop.ask("DELETE", subscribed + "?at=period_end").json() == planned
    resumed = shop.ask("POST", subscribed + "/resume").json()
    assert (resumed["status"], resumed["cancel_at"]) == ("active", None)
    assert shop.ask("DELETE", subscribed + "?at=sometime").status_code == 400
    assert shop.ask("DELETE", subscribed + "?at=now").json()["status"] == "canceled"
    assert shop.ask("DELETE", subscribed + "?at=now").json()["status"] == "canceled"
    over = shop.ask("POST", subscribed + "/resume")
    assert (over.status_code, over.json()["code"]) == (409, "subscription_ended")
    assert shop.buy().status_code == 201


def test_subscriptions_of_others_are_not_found(stack, shop, subscribed):
    stranger = Storefront(stack, shop.simulator, shop.checkout)
    assert stranger.buy("enterprise").status_code == 201  # He is a customer, too.
    asked = [stranger.ask("GET", subscribed + "/change-preview?plan=enterprise"),
             stranger.ask("PATCH", subscribed, {"plan": "enterprise"}),
             stranger.ask("DELETE", subscribed + "?at=now"),
             stranger.ask("POST", subscribed + "/resume")]
    assert [answer.status_code for answer in asked] == [404] * 4
    assert stranger.ask("GET", "/v1/subscriptions").json() == {"data": []}
    assert shop.ask("GET", "/v1/subscriptions").json()["data"][0]["status"] == "active"


def test_a_portal_is_for_customers_and_leads_back_to_the_shop(shop):
    refused = shop.ask("POST", "/v1/portal-sessions", {"return_url": "https://evil.example/"})
    assert (refused.status_code, refused.json()["code"]) == (422, "redirect_not_allowed")
    nobody = shop.ask("POST", "/v1/portal-sessions", {"return_url": f"{SHOP}/account"})
    assert (nobody.status_code, nobody.json()["code"]) == (409, "no_customer")
    assert shop.buy().status_code == 201
    opened = shop.ask("POST", "/v1/portal-sessions", {"return_url": f"{SHOP}/account"})
    assert opened.status_code == 201 and opened.json()["url"].startswith("http"), opened.text


def test_answers_have_the_members_that_the_contract_names(shop):
    contract = yaml.safe_load((ROOT / "proto" / "http" / "checkout.yaml").read_text())

    def wanted(name: str) -> set[str]:
        return set(contract["components"]["schemas"][name]["required"])

    session = shop.buy().json()
    assert set(session) == wanted("Session")
    status = shop.ask("GET", f"/v1/checkout-sessions/{session['id']}").json()
    assert set(status) == wanted("SessionStatus")
    started = shop.subscribe().json()
    assert set(started) == wanted("StartedSubscription")
    path = f"/v1/subscriptions/{started['id']}"
    row, = shop.ask("GET", "/v1/subscriptions").json()["data"]
    assert set(row) == wanted("Subscription") == set(shop.ask("DELETE", path).json())
    preview = shop.ask("GET", path + "/change-preview?plan=enterprise").json()
    assert set(preview) == wanted("Preview")
    assert set(shop.buy().json()) >= wanted("Problem") | {"subscription", "call"}
    plan = shop.ask("GET", "/v1/plans").json()["data"][0]
    schema = contract["components"]["schemas"]["Plans"]["properties"]["data"]["items"]
    assert set(plan) == set(schema["required"])
