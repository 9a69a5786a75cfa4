# SPDX-License-Identifier: Apache-2.0
"""What the simulated Stripe sends by v2 event destinations, and all that a load makes."""

import json

import pytest
import requests

from simulator import API_KEY
from stack import eventually

BUYERS = 80
LOAD_PATIENCE_S = 180


@pytest.fixture
def destination(stripe, receiver):
    """Takes two types as thin events."""
    return stripe.v2.core.event_destinations.create({
        "name": "thin", "type": "webhook_endpoint", "event_payload": "thin",
        "enabled_events": ["v1.customer.created", "v1.customer.updated"],
        "webhook_endpoint": {"url": receiver.url},
        "include": ["webhook_endpoint.url", "webhook_endpoint.signing_secret"]})


def notifications(stripe, receiver, destination, count: int) -> list:
    eventually(lambda: len(receiver.received) == count, what=f"{count} thin events")
    secret = destination.webhook_endpoint.signing_secret
    return [stripe.parse_event_notification(body, signature, secret)
            for body, signature in receiver.received]


def test_a_thin_event_leads_to_its_object_its_change_and_its_twin(stripe, receiver, destination):
    assert destination.webhook_endpoint.url == receiver.url
    customer = stripe.v1.customers.create({"email": "a@x"})
    stripe.v1.products.create({"name": "not wanted"})
    stripe.v1.customers.update(customer.id, {"email": "b@x"})
    events = notifications(stripe, receiver, destination, 2)
    assert {event.type for event in events} == {"v1.customer.created", "v1.customer.updated"}
    updated = next(event for event in events if event.type.endswith("updated"))
    assert updated.fetch_related_object().email == "b@x"
    fetched = updated.fetch_event()
    assert fetched.changes.to_dict() == {"before": {"email": "a@x"}, "after": {"email": "b@x"}}
    assert stripe.v1.events.retrieve(fetched.snapshot_event).type == "customer.updated"
    pushed = json.loads(receiver.received[0][0])
    assert "data" not in pushed and "changes" not in pushed and "api_version" not in pushed
    assert pushed["related_object"]["url"] == f"/v1/customers/{customer.id}"


def test_a_destination_is_shown_without_secrets_and_can_be_switched_off(stripe, receiver,
                                                                        destination):
    destinations = stripe.v2.core.event_destinations
    shown = destinations.retrieve(destination.id)
    assert shown.webhook_endpoint.to_dict() == {}
    assert [one.id for one in destinations.list().data] == [destination.id]
    assert destinations.disable(destination.id).status == "disabled"
    stripe.v1.customers.create({"email": "a@x"})
    destinations.enable(destination.id)
    destinations.update(destination.id, {"enabled_events": ["v1.product.created"]})
    stripe.v1.customers.create({"email": "b@x"})
    stripe.v1.products.create({"name": "wanted"})
    events = notifications(stripe, receiver, destination, 1)
    assert events[0].type == "v1.product.created"
    destinations.delete(destination.id)
    with pytest.raises(stripe.sdk.InvalidRequestError):
        destinations.retrieve(destination.id)


def is_over(simulator) -> bool:
    drained = simulator.control("POST", "/deliveries/drain", {"all": True})["drained"]
    return drained and not simulator.control("GET", "/load")["running"]


def test_every_event_of_a_generated_load_is_delivered_once(simulator, receiver):
    requests.post(f"{simulator.url}/v1/webhook_endpoints", timeout=10, auth=(API_KEY, ""),
                  data={"url": receiver.url, "enabled_events[]": "*"}).raise_for_status()
    simulator.control("POST", "/load", {"customers": BUYERS, "events_per_second": 20_000})
    eventually(lambda: is_over(simulator), LOAD_PATIENCE_S, "the last delivery")
    ids = [json.loads(body)["id"] for body, _ in receiver.received]
    assert len(ids) > 1000
    assert len(ids) == len(set(ids)) == simulator.control("GET", "/load")["events"]
