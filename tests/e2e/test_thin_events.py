# SPDX-License-Identifier: Apache-2.0
"""A shop that has thin events only: they say what has changed and not how, so that entitlements
asks Stripe for each, and comes to the same answers."""

import pytest

from shop import ENTERPRISE, Shop, new_user
from stack import eventually

TYPES = ["v1.customer.created", "v1.customer.updated", "v1.checkout.session.completed",
         "v1.customer.subscription.created", "v1.customer.subscription.updated",
         "v1.customer.subscription.deleted", "v1.invoice.paid"]
DESTINATIONS = "/v2/core/event_destinations"
PATIENCE_S = 60  # Stripe is asked no faster than its rate allows.


@pytest.fixture
def shop(stack, ready_ingress):
    """Its events go to a destination whose secret an ingress of its own knows, and nowhere else."""
    opened = Shop(stack)
    opened.open()
    for endpoint in opened.get("/v1/webhook_endpoints")["data"]:
        opened.post(f"/v1/webhook_endpoints/{endpoint['id']}", disabled="true")
    destination = opened.call("POST", DESTINATIONS, json={
        "name": "thin", "type": "webhook_endpoint", "event_payload": "thin",
        "enabled_events": TYPES, "webhook_endpoint": {"url": "http://127.0.0.1:1/not-yet"},
        "include": ["webhook_endpoint.signing_secret"]})
    secret = destination["webhook_endpoint"]["signing_secret"]
    ingress = ready_ingress(STRIPE_WEBHOOK_SECRETS=secret)
    opened.call("POST", f"{DESTINATIONS}/{destination['id']}",
                json={"webhook_endpoint": {"url": f"{ingress.url}/webhooks/stripe"}})
    yield opened
    opened.open()  # With the stack's own endpoint again.


def test_access_follows_thin_events_by_what_stripe_answers(shop, tollgate):
    user = new_user()

    def until(plan: str) -> None:
        eventually(lambda: tollgate.plan(user) == plan, PATIENCE_S, f"the plan {plan}")

    subscription = shop.subscribe(user)
    until("professional")
    shop.change_price(subscription, ENTERPRISE)
    until("enterprise")
    shop.cancel(subscription)
    until("free")
    told = tollgate.rows("select distinct type from events where object_id = %s",
                         subscription["id"])
    assert all(row["type"].startswith(("v1.", "com.tollgate.")) for row in told), told
