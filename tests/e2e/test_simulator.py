# SPDX-License-Identifier: Apache-2.0
"""The simulated Stripe as its clients see it: the official SDK, unchanged, and plain HTTP."""

import email.utils
import json
import time

import pytest
import requests

from simulator import API_KEY, Simulator, make_price
from stack import eventually

DAY_S = 24 * 3600


def test_the_official_sdk_buys_changes_cancels_and_refunds(simulator, receiver, stripe):
    endpoint = stripe.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    price = make_price(stripe)
    customer = stripe.v1.customers.create({"email": "buyer@shop.example",
                                           "metadata": {"user_id": "u1"}})
    session = stripe.v1.checkout.sessions.create({
        "mode": "subscription", "customer": customer.id, "client_reference_id": "u1",
        "line_items": [{"price": price.id, "quantity": 1}],
        "subscription_data": {"metadata": {"user_id": "u1"}},
        "success_url": "https://shop.example/done?session_id={CHECKOUT_SESSION_ID}"})
    assert session.status == "open" and session.url.endswith(session.id)

    simulator.control("POST", f"/checkout/sessions/{session.id}/complete",
                      {"payment_method": "pm_card_chargeDeclined"}, status=402)
    simulator.control("POST", f"/checkout/sessions/{session.id}/complete")
    session = stripe.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
    assert session.payment_status == "paid"
    subscription = session.subscription
    assert subscription.status == "active" and subscription.metadata["user_id"] == "u1"

    item = subscription["items"].data[0]
    changed = stripe.v1.subscriptions.update(subscription.id, {
        "items": [{"id": item.id, "price": price.id, "quantity": 3}],
        "proration_behavior": "always_invoice"})
    assert changed["items"].data[0].quantity == 3
    assert stripe.v1.subscriptions.cancel(subscription.id).status == "canceled"

    payments = stripe.v1.invoice_payments.list({"invoice": session.invoice, "status": "paid"})
    intent = payments.data[0].payment.payment_intent
    refund = stripe.v1.refunds.create({"payment_intent": intent, "metadata": {"why": "test"}})
    assert (refund.amount, refund.status) == (1900, "succeeded")
    with pytest.raises(stripe.sdk.InvalidRequestError) as again:
        stripe.v1.refunds.create({"payment_intent": intent})
    assert again.value.code == "charge_already_refunded"

    simulator.control("POST", "/deliveries/drain")
    events = [stripe.construct_event(body, signature, endpoint.secret)
              for body, signature in receiver.received]
    assert {"checkout.session.completed", "customer.subscription.created", "invoice.paid",
            "customer.subscription.updated", "customer.subscription.deleted",
            "charge.refunded"} <= {event.type for event in events}
    assert stripe.v1.events.list({"delivery_success": False}).data == []
    with pytest.raises(stripe.sdk.SignatureVerificationError):
        stripe.construct_event(receiver.received[0][0] + b" ", receiver.received[0][1],
                               endpoint.secret)


def test_the_sdk_walks_lists_and_sees_errors_as_stripes(stripe):
    made = [stripe.v1.customers.create({"email": f"{i}@x"}).id for i in range(25)]
    pages = stripe.v1.customers.list({"limit": 10}).auto_paging_iter()
    assert [customer.id for customer in pages] == made[::-1]
    with pytest.raises(stripe.sdk.InvalidRequestError) as missing:
        stripe.v1.customers.retrieve("cus_none")
    assert (missing.value.code, missing.value.http_status) == ("resource_missing", 404)
    with pytest.raises(stripe.sdk.CardError) as declined:
        stripe.v1.payment_intents.create({"amount": 500, "currency": "usd", "confirm": True,
                                          "payment_method": "pm_card_chargeDeclined"})
    assert declined.value.error.decline_code == "generic_decline"
    assert declined.value.error.payment_intent.status == "requires_payment_method"
    options = {"idempotency_key": "once"}
    first = stripe.v1.customers.create({"name": "A"}, options)
    assert stripe.v1.customers.create({"name": "A"}, options).id == first.id
    with pytest.raises(stripe.sdk.IdempotencyError):
        stripe.v1.customers.create({"name": "B"}, options)


def test_a_refused_webhook_comes_again(simulator, receiver, stripe):
    receiver.refusals = 3
    stripe.v1.webhook_endpoints.create({"url": receiver.url,
                                        "enabled_events": ["customer.created"]})
    customer = stripe.v1.customers.create({"email": "a@x"})
    eventually(lambda: receiver.types() == ["customer.created"], what="the fourth attempt")
    assert receiver.refusals == 0
    assert customer.id.encode() in receiver.received[0][0]


def test_time_moves_on_request_and_renews_what_is_due(simulator, stripe):
    price = make_price(stripe)
    customer = stripe.v1.customers.create({"email": "a@x"})
    method = stripe.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    subscription = stripe.v1.subscriptions.create({
        "customer": customer.id, "items": [{"price": price.id}],
        "default_payment_method": method.id})
    before = simulator.control("GET", "/clock")["now"]
    simulator.control("POST", "/clock/advance", {"seconds": 40 * DAY_S})
    answer = simulator.get(f"/v1/subscriptions/{subscription.id}")
    told = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert 0 <= told - before - 40 * DAY_S < 10
    invoices = stripe.v1.invoices.list({"subscription": subscription.id, "status": "paid"})
    assert [invoice.billing_reason for invoice in invoices] == ["subscription_cycle",
                                                                "subscription_create"]
    simulator.control("POST", "/clock/advance", {"seconds": -1}, status=400)


def pay(simulator, stripe, method: str):
    """A session of one payment, completed by that test token; its intent."""
    session = stripe.v1.checkout.sessions.create({
        "mode": "payment", "success_url": "https://shop.example/done",
        "line_items": [{"quantity": 2, "price_data": {
            "currency": "usd", "unit_amount": 1450, "product_data": {"name": "Handbook"}}}]})
    completed = simulator.control("POST", f"/checkout/sessions/{session.id}/complete",
                                  {"payment_method": method})
    assert completed["status"] == "complete"
    return session.id, completed["payment_intent"]


def test_the_buyers_bank_settles_disputes_and_sends_money_back(simulator, stripe):
    session, _ = pay(simulator, stripe, "pm_usBankAccount_success")
    assert stripe.v1.checkout.sessions.retrieve(session).payment_status == "unpaid"
    simulator.control("POST", f"/checkout/sessions/{session}/settle", {"succeed": True})
    assert stripe.v1.checkout.sessions.retrieve(session).payment_status == "paid"
    simulator.control("POST", f"/checkout/sessions/{session}/settle", {"succeed": True}, 400)

    _, intent = pay(simulator, stripe, "pm_card_visa")
    dispute = simulator.control("POST", "/disputes", {"payment_intent": intent})
    closed = simulator.control("POST", f"/disputes/{dispute['id']}/close", {"status": "won"})
    assert stripe.v1.disputes.retrieve(dispute["id"]).status == closed["status"] == "won"

    _, intent = pay(simulator, stripe, "pm_card_visa")
    refund = stripe.v1.refunds.create({"payment_intent": intent})
    simulator.control("POST", f"/refunds/{refund.id}/fail")
    assert stripe.v1.refunds.retrieve(refund.id).status == "failed"
    truth = simulator.control("GET", "/truth")["objects"]
    assert {kind: len(objects) for kind, objects in truth.items() if kind != "event"}.items() >= {
        "checkout.session": 3, "payment_intent": 3, "refund": 1, "dispute": 1}.items()


def test_faults_hit_calls_and_deliveries_until_they_are_off(simulator, receiver, stripe):
    simulator.control("PUT", "/faults", {"nonsense": 1}, status=400)
    for percent, status in (("api_error_percent", 500), ("api_rate_limit_percent", 429)):
        simulator.control("PUT", "/faults", {percent: 100})
        assert simulator.get("/v1/customers").status_code == status
    simulator.control("PUT", "/faults", {"api_latency_ms": 300})
    assert simulator.get("/v1/customers").elapsed.total_seconds() >= 0.3

    endpoint = stripe.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    simulator.control("PUT", "/faults", {"duplicate_percent": 100, "forge_percent": 100})
    stripe.v1.customers.create({"email": "a@x"})
    eventually(lambda: len(receiver.received) == 3, what="the event, its copy and a forged one")
    good = 0
    for body, signature in receiver.received:
        try:
            stripe.construct_event(body, signature, endpoint.secret)
            good += 1
        except stripe.sdk.SignatureVerificationError:
            pass
    assert good == 2
    simulator.control("POST", "/reset")
    assert simulator.get("/v1/customers").json()["data"] == []


def versions_of(receiver) -> set[str]:
    return {json.loads(body)["api_version"] for body, _ in receiver.received}


def test_one_change_can_come_as_two_events_and_in_an_old_version(simulator, receiver, stripe):
    stripe.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    simulator.control("PUT", "/faults", {"twin_percent": 100})
    stripe.v1.customers.create({"email": "a@x"})
    eventually(lambda: len(receiver.received) == 2, what="the event and its twin")
    first, second = [json.loads(body) for body, _ in receiver.received]
    assert first["id"] != second["id"] and first["data"] == second["data"]
    listed = {event.id for event in stripe.v1.events.list()}
    assert listed == {first["id"], second["id"]}

    receiver.received.clear()
    simulator.control("PUT", "/faults", {"old_version_percent": 100})
    stripe.v1.customers.create({"email": "b@x"})
    assert simulator.control("POST", "/deliveries/drain", {"all": True})["drained"]
    assert len(receiver.received) == 2
    assert len(versions_of(receiver)) == 2 and "2026-10-28.endive" in versions_of(receiver)


def test_what_happens_in_a_burst_shares_its_second(simulator, stripe):
    simulator.control("PUT", "/faults", {"same_second_s": 3600})
    begun = simulator.control("GET", "/clock")["now"]
    for number in range(3):
        eventually(lambda at=time.time() // 1: time.time() // 1 > at, what="another second")
        stripe.v1.customers.create({"email": f"{number}@x"})
    assert {event.created for event in stripe.v1.events.list()} == {begun}


def test_a_reset_connection_leaves_the_client_in_doubt(simulator, stripe):
    simulator.control("PUT", "/faults", {"api_reset_percent": 100})
    for number in range(12):
        with pytest.raises(requests.exceptions.ConnectionError):
            requests.post(f"{simulator.url}/v1/customers", data={"email": f"{number}@x"},
                          auth=(API_KEY, ""), timeout=10)
    simulator.control("PUT", "/faults", {})
    made = len(stripe.v1.customers.list({"limit": 100}).data)
    assert 0 < made < 12, "some calls were done, some were not, and no client can tell"


def delivered(receiver) -> list[tuple[str, str]]:
    """What each event says, without what depends on the real time."""
    bodies = [json.loads(body) for body, _ in receiver.received]
    return sorted((body["id"], body["type"]) for body in bodies)


def test_a_load_is_made_anew_by_its_seed(simulator, receiver, stripe):
    runs = []
    for _ in range(2):
        simulator.control("POST", "/reset", {"seed": 7, "now": 1_760_000_000})
        receiver.received.clear()
        stripe.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
        simulator.control("PUT", "/faults", {"duplicate_percent": 20, "twin_percent": 20,
                                             "drop_percent": 20, "seed": 7})
        simulator.control("POST", "/load", {"customers": 10, "days": 60, "seed": 7,
                                            "events_per_second": 2000})
        eventually(lambda: not simulator.control("GET", "/load")["running"], 120)
        eventually(lambda: simulator.control("POST", "/deliveries/drain", {"all": True})["drained"])
        runs.append(delivered(receiver))
    assert len(runs[0]) > 100
    assert runs[0] == runs[1]
    assert simulator.control("GET", "/clock")["now"] >= 1_760_000_000 + 60 * DAY_S
    simulator.control("POST", "/load", {"customers": 0}, status=400)


def test_made_up_objects_answer_until_they_are_taken_back(simulator):
    path = "/v1/subscriptions/sub_made_up"
    assert simulator.get(path).status_code == 404
    simulator.control("PUT", "/objects", {"path": path, "body": {"id": "sub_made_up", "x": 1}})
    assert simulator.get(path).json() == {"id": "sub_made_up", "x": 1}
    asked = simulator.control("GET", "/requests")["data"]
    assert [(call["path"], call["status"]) for call in asked] == [(path, 404), (path, 200)]
    simulator.control("PUT", "/objects", {"path": path, "body": None})
    assert simulator.get(path).status_code == 404
    routes = {route["path"] for route in simulator.control("GET", "/help")["routes"]}
    assert {"/simulator/objects", "/simulator/clock/advance", "/simulator/truth"} <= routes


def test_a_restart_forgets_nothing(simulator, tmp_path):
    made = requests.post(f"{simulator.url}/v1/customers", data={"email": "a@x"}, timeout=10,
                         auth=(API_KEY, "")).json()
    assert simulator.end() == 0
    again = Simulator(tmp_path / "simulator.log",
                      SIMULATOR_STATE_FILE=str(tmp_path / "state.json"))
    try:
        assert again.get(f"/v1/customers/{made['id']}").json() == made
    finally:
        again.discard()
