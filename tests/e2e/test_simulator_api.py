# SPDX-License-Identifier: Apache-2.0
"""What the simulated Stripe's API promises to a stranger who has only Stripe's documentation."""

from concurrent.futures import ThreadPoolExecutor

import pytest
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
    with ThreadPoolExecutor(2) as both:
        replays = list(both.map(post, range(2)))
    assert {replay.json()["id"] for replay in replays} == {answers[0].json()["id"]}


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


def subscribe(stripe, card: str = "pm_card_visa"):
    price = make_price(stripe)
    customer = stripe.v1.customers.create({"email": "a@x", "payment_method": card,
                                           "invoice_settings": {"default_payment_method": card}})
    return stripe.v1.subscriptions.create({"customer": customer.id,
                                           "items": [{"price": price.id}]})


def test_nobody_pays_for_a_renewal_and_it_becomes_what_the_account_chose(simulator, stripe):
    subscription = subscribe(stripe, "pm_card_visa")
    simulator.control("PUT", "/account", {"after_last_retry": "unpaid"})
    simulator.control("PUT", "/account", {"after_last_retry": "forgive"}, status=400)
    for wait_days in (32, 3, 5, 7):
        simulator.control("POST", f"/customers/{subscription.customer}/next-charge",
                          {"outcome": "decline"})
        simulator.control("POST", "/clock/advance", {"seconds": wait_days * DAY_S})
    left = stripe.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (left.status, left.latest_invoice.attempt_count) == ("unpaid", 4)
    assert left.latest_invoice.next_payment_attempt is None
    assert stripe.v1.invoices.pay(left.latest_invoice.id).status == "paid"
    assert stripe.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_a_dispute_is_answered_with_evidence(simulator, stripe):
    paid = stripe.v1.payment_intents.create({"amount": 1000, "currency": "usd", "confirm": True,
                                             "payment_method": "pm_card_visa"})
    dispute = simulator.control("POST", "/disputes", {"payment_intent": paid.id})
    answered = stripe.v1.disputes.update(
        dispute["id"], {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert answered.status == "won"
    told = [event.type for event in stripe.v1.events.list({"type": "charge.dispute.*"})]
    assert told[::-1] == ["charge.dispute.created", "charge.dispute.funds_withdrawn",
                          "charge.dispute.updated", "charge.dispute.closed",
                          "charge.dispute.funds_reinstated"]


def test_what_a_call_names_wrongly_is_told_as_stripe_tells_it(stripe):
    error = stripe.sdk.InvalidRequestError
    for make, code, param in (
            (lambda: stripe.v1.payment_intents.create(
                {"amount": 1000, "currency": "usd", "payment_method": "pm_none"}),
             "resource_missing", "payment_method"),
            (lambda: stripe.v1.payment_intents.create(
                {"amount": 1000, "currency": "usd", "payment_method_types": ["card"]}),
             "payment_method_types_no_longer_supported", "payment_method_types"),
            (lambda: stripe.v1.payment_intents.create({"amount": 10, "currency": "usd"}),
             "amount_too_small", "amount"),
            (lambda: stripe.v1.subscriptions.create({"customer": "cus_none"}),
             "resource_missing", "customer"),
            (lambda: stripe.v1.subscriptions.create({"items": [{"price": "price_none"}]}),
             "parameter_missing", "customer"),
            (lambda: stripe.v1.customers.create({"shoe_size": "44"}),
             "parameter_unknown", "shoe_size")):
        with pytest.raises(error) as refused:
            make()
        assert (refused.value.code, refused.value.param) == (code, param)
        assert refused.value.http_status == 400 and refused.value.request_id.startswith("req_")
