# SPDX-License-Identifier: Apache-2.0
"""What the simulated Stripe's API promises to a stranger who has only Stripe's documentation."""

from concurrent.futures import ThreadPoolExecutor

import requests

from simulator import API_KEY, make_price
from stack import eventually

DAY_S = 24 * 3600


def test_a_key_whose_first_request_is_at_work_is_refused(simulator):
    simulator.control("PUT", "/faults", {"api_latency_ms": 1000})

    def post(_):
        return requests.post(f"{simulator.url}/v1/customers", data={"email": "a@x"}, timeout=10,
                             auth=(API_KEY, ""), headers={"Idempotency-Key": "key-1"})

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(post, range(2)), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["error"]["code"] == "idempotency_key_in_use"
    assert post(None).json()["id"] == answers[0].json()["id"]


def test_the_official_sdk_moves_a_test_clock_and_opens_the_portal(simulator, stripe):
    price = make_price(stripe)
    clock = stripe.v1.test_helpers.test_clocks.create({"frozen_time": 1768471200})
    customer = stripe.v1.customers.create({"email": "a@x", "test_clock": clock.id})
    method = stripe.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    coupon = stripe.v1.coupons.create({"percent_off": 12.5, "duration": "once"})
    subscription = stripe.v1.subscriptions.create({
        "customer": customer.id, "items": [{"price": price.id}],
        "discounts": [{"coupon": coupon.id}],
        "default_payment_method": method.id})
    preview = stripe.v1.invoices.create_preview({"subscription": subscription.id})
    assert preview.total == 1900
    stripe.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": 1768471200 + 32 * DAY_S})
    eventually(lambda: stripe.v1.test_helpers.test_clocks.retrieve(clock.id).status == "ready",
               what="the test clock")
    invoices = stripe.v1.invoices.list({"subscription": subscription.id}).data
    assert [invoice.total for invoice in invoices] == [1900, 1662]
    portal = stripe.v1.billing_portal.sessions.create({"customer": customer.id,
                                                       "return_url": "https://shop.example"})
    assert portal.url.endswith(portal.id)
