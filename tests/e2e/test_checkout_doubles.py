# SPDX-License-Identifier: Apache-2.0
"""The second subscription of a user: wherever it was bought it is found, and looked at once more
before it is ended."""

import psycopg2
import requests

from simulator import API_KEY
from stack import eventually
from storefront import Storefront

# A checkout that was killed keeps its partitions until its session in the consumer group ends.
EVENT_WAIT_S = 40
DAY_S = 24 * 3600


def post(sandbox, path: str, **form) -> dict:
    answer = requests.post(f"{sandbox.url}/v1{path}", form, timeout=10,
                           headers={"Authorization": f"Bearer {API_KEY}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows(stack, query: str, *values) -> list:
    with psycopg2.connect(stack["CHECKOUT_DATABASE_URL"]) as connection:
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()


def subscribed(shop) -> dict:
    answer = shop.ask("POST", "/v1/subscriptions",
                      {"plan": "professional", "payment_method": "pm_card_visa"})
    assert answer.status_code == 201, answer.text
    subscription, = shop.at_stripe("subscription")
    return subscription


def reports(shop, subscription: str) -> list[dict]:
    return [line for line in shop.checkout.lines()
            if line["message"] == "a user has a second subscription"
            and line["subscription"] == subscription]


def test_a_purchase_that_names_only_the_customer_is_looked_at(breakable, shop, sandbox):
    breakable.stop("checkout")  # It would look for it at a Stripe of its own.
    kept = subscribed(shop)
    sandbox.control("POST", "/clock/advance", {"seconds": 60})
    bought = {"customer": kept["customer"],
              "default_payment_method": kept["default_payment_method"],
              "items[0][price]": kept["items"]["data"][0]["price"]["id"]}
    at_once = post(sandbox, "/subscriptions", **bought)
    eventually(lambda: reports(shop, at_once["id"]), EVENT_WAIT_S, "the report")
    later = post(sandbox, "/subscriptions", **bought, payment_behavior="default_incomplete")
    assert later["status"] == "incomplete"
    post(sandbox, f"/invoices/{later['latest_invoice']}/pay")
    eventually(lambda: reports(shop, later["id"]), EVENT_WAIT_S, "the report of the later one")


def owing_and_paid(shop, sandbox) -> tuple[dict, dict]:
    owing = subscribed(shop)
    card = post(sandbox, "/payment_methods/pm_card_chargeCustomerFail/attach",
                customer=owing["customer"])
    post(sandbox, f"/subscriptions/{owing['id']}", default_payment_method=card["id"])
    sandbox.control("POST", "/clock/advance", {"seconds": 32 * DAY_S})
    assert shop.at_stripe("subscription")[0]["status"] == "past_due"
    paid = post(sandbox, "/subscriptions", **{
        "customer": owing["customer"], "default_payment_method": owing["default_payment_method"],
        "items[0][price]": owing["items"]["data"][0]["price"]["id"],
        "metadata[user_id]": shop.user})
    assert paid["status"] == "active"
    return owing, paid


def test_the_one_that_is_paid_for_is_kept_before_an_older_one_that_owes(
        breakable, shop, sandbox):
    breakable.stop("checkout")  # It would look for it at a Stripe of its own.
    owing, paid = owing_and_paid(shop, sandbox)
    report, = eventually(lambda: reports(shop, owing["id"]), EVENT_WAIT_S, "the report")
    assert report["kept"] == paid["id"]


def settled(stack, subscription: str) -> str:
    (state,), = rows(stack, "select state from double_purchases where subscription_id = %s",
                     subscription)
    return "" if state == "unsettled" else state


def test_an_older_one_that_owes_is_left_to_a_person(stack, sandbox, checkout_at):
    shop = Storefront(stack, sandbox, checkout_at(DOUBLE_PURCHASES="refund"))
    owing, paid = owing_and_paid(shop, sandbox)
    rows(stack, "insert into double_purchases (subscription_id, user_id, kept_subscription_id,"
         " state) values (%s, %s, %s, 'unsettled') on conflict do nothing returning 1",
         owing["id"], shop.user, paid["id"])
    assert eventually(lambda: settled(stack, owing["id"]), what="a look at it") == "reported"
    states = {each["id"]: each["status"] for each in shop.at_stripe("subscription")}
    assert states == {owing["id"]: "past_due", paid["id"]: "active"}
    assert shop.at_stripe("refund") == []


def test_one_that_is_the_only_one_by_now_is_not_ended(stack, sandbox, checkout_at):
    shop = Storefront(stack, sandbox, checkout_at(DOUBLE_PURCHASES="refund"))
    only = subscribed(shop)
    rows(stack, "insert into double_purchases (subscription_id, user_id, kept_subscription_id,"
         " state) values (%s, %s, 'sub_ended', 'unsettled') returning 1", only["id"], shop.user)
    assert eventually(lambda: settled(stack, only["id"]), what="a look at it") == "obsolete"
    assert [each["status"] for each in shop.at_stripe("subscription")] == ["active"]
    assert shop.at_stripe("refund") == []
