# SPDX-License-Identifier: Apache-2.0
"""What checkout says and does when a purchase is delayed, refused, raced or set up wrongly."""

from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
import requests

from simulator import API_KEY
from stack import eventually
from storefront import SHOP, Storefront

# A checkout that was killed keeps its partitions until its session in the consumer group ends.
EVENT_WAIT_S = 40


def call(sandbox, method: str, path: str, **form) -> dict:
    answer = requests.request(method, f"{sandbox.url}/v1{path}", data=form or None, timeout=10,
                              headers={"Authorization": f"Bearer {API_KEY}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("succeed, end", [(True, "paid"), (False, "failed")])
def test_a_delayed_payment_is_waited_for(shop, succeed, end):
    session = shop.buy().json()["id"]
    shop.pay(session, "pm_usBankAccount_success")
    path = f"/v1/checkout-sessions/{session}"
    assert shop.ask("GET", path).json()["status"] == "processing"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(shop.ask, "GET", path + "?wait_s=30")
        shop.simulator.control("POST", f"/checkout/sessions/{session}/settle",
                               {"succeed": succeed})
        assert waiting.result().json()["status"] == end
    for nonsense in ("31", "-1", "soon", ""):
        assert shop.ask("GET", f"{path}?wait_s={nonsense}").status_code == 400


def test_two_plans_at_once_leave_one_open_session(stack, shop):
    shop.simulator.control("PUT", "/faults", {"api_latency_ms": 30})
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(shop.buy, ["professional", "enterprise"] * 3))
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert all(answer.json()["code"] == "superseded" for answer in answers
               if answer.status_code == 409)
    sessions = shop.at_stripe("checkout.session")
    assert [each["status"] for each in sessions].count("open") == 1
    assert len(shop.at_stripe("customer")) == 1


def test_a_clients_key_counts_for_a_day(stack, shop):
    first = shop.buy(key="k1").json()["id"]
    assert shop.buy("enterprise", key="k1").json()["code"] == "idempotency_key_reused"
    with psycopg2.connect(stack["CHECKOUT_DATABASE_URL"]) as connection:
        connection.cursor().execute("update attempts set created_at = created_at - "
                                    "interval '25 hours' where user_id = %s", [shop.user])
    later = shop.buy("enterprise", key="k1")
    assert later.status_code == 201 and later.json()["id"] != first


def test_keys_of_two_users_are_strangers(stack, sandbox, shop):
    other = type(shop)(stack, sandbox, shop.checkout)
    assert shop.buy(key="k1").json()["id"] != other.buy("enterprise", key="k1").json()["id"]


def test_a_price_that_is_not_set_up_is_502_without_internals(shop, sandbox):
    for price in call(sandbox, "GET", "/prices?limit=100&active=true")["data"]:
        call(sandbox, "POST", f"/prices/{price['id']}", active="false")
    refused = shop.buy()
    assert (refused.status_code, refused.json()["code"]) == (502, "price_unavailable")
    assert "price_" not in refused.json()["detail"] and API_KEY not in refused.text


def test_a_busy_stripe_is_503_with_a_pause(shop, sandbox):
    sandbox.control("PUT", "/faults", {"api_rate_limit_percent": 100})
    refused = shop.buy()
    assert (refused.status_code, refused.json()["code"]) == (503, "stripe_busy")
    assert int(refused.headers["Retry-After"]) >= 1
    sandbox.control("PUT", "/faults", {})
    assert shop.buy().status_code == 201


def open_portal(shop):
    return shop.ask("POST", "/v1/portal-sessions", {"return_url": SHOP})


@pytest.mark.parametrize("ask", [Storefront.buy, Storefront.subscribe, open_portal])
def test_a_deleted_customer_is_followed_by_a_new_one_before_any_event_tells(
        shop, sandbox, ask):
    shop.buy()
    customer, = shop.at_stripe("customer")
    sandbox.control("PUT", "/faults", {"delay_ms_max": 3_600_000})
    call(sandbox, "DELETE", f"/customers/{customer['id']}")
    assert shop.ask("GET", "/v1/subscriptions").json() == {"data": []}
    answer = ask(shop)
    assert answer.status_code == 201, answer.text
    new, = shop.at_stripe("customer")
    assert new["id"] != customer["id"]
    assert all(each["customer"] == new["id"] for each in shop.at_stripe("subscription"))
    assert {each["customer"] for each in shop.at_stripe("checkout.session")
            if each["id"] == answer.json().get("id")} <= {new["id"]}


@pytest.mark.parametrize("stripe_says", [(200, {"id": "cus_gone", "deleted": True}),
                                         (404, {"error": {"type": "invalid_request_error"}})])
def test_a_customer_that_stripe_denies_is_replaced_once_a_request(
        stack, sandbox, checkout_at, between, stripe_says):
    shop = Storefront(stack, sandbox, checkout_at(STRIPE_API_BASE=between.url))
    missing = (400, {"error": {"type": "invalid_request_error", "code": "resource_missing",
                               "param": "customer", "message": "No such customer"}})
    between.on("POST /v1/checkout/sessions", lambda _: missing)
    between.on("GET /v1/customers/[^/]+", lambda _: stripe_says)
    assert shop.buy().status_code == 502, "it does not go round for ever"
    between.rules.clear()
    assert shop.buy().status_code == 201
    assert len(shop.at_stripe("customer")) == 2


def test_a_second_subscription_is_reported_and_left_alone(breakable, shop, sandbox):
    breakable.stop("checkout")  # It would look for it at a Stripe of its own.
    session = shop.buy().json()["id"]
    shop.pay(session)
    kept, = shop.at_stripe("subscription")
    sandbox.control("POST", "/clock/advance", {"seconds": 60})
    double = call(sandbox, "POST", "/subscriptions", **{
        "customer": kept["customer"], "default_payment_method": kept["default_payment_method"],
        "items[0][price]": kept["items"]["data"][0]["price"]["id"],
        "metadata[user_id]": shop.user})
    reported = eventually(lambda: [line for line in shop.checkout.lines()
                                   if line["message"] == "a user has a second subscription"],
                          EVENT_WAIT_S, "the report")
    assert [(line["subscription"], line["kept"]) for line in reported] == [
        (double["id"], kept["id"])]
    assert {each["status"] for each in shop.at_stripe("subscription")} == {"active"}
