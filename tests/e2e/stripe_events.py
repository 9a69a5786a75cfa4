# SPDX-License-Identifier: Apache-2.0
"""Events as Stripe makes them, coherent within one buyer's story, and Stripe's way of signing.

Signing: https://docs.stripe.com/webhooks/signature. Shapes: https://docs.stripe.com/api, with the
period of a subscription at its top before 2025-03-31.basil and on its items since then.
"""

import hashlib
import hmac
import itertools
import json
import time
import uuid
from dataclasses import dataclass

NEWEST_VERSION = "2026-10-28.endive"
BASIL = "2025-03-31"
MONTH_S = 30 * 24 * 3600


@dataclass(frozen=True)
class Price:
    product: str
    lookup_key: str
    unit_amount: int


PROFESSIONAL = Price("prod_tollgate_professional", "professional_monthly", 1900)
ENTERPRISE = Price("prod_tollgate_enterprise", "enterprise_monthly", 9900)


def sign(body: bytes, *secrets: str, timestamp: int | None = None) -> str:
    """The value of Stripe-Signature: one v1 a secret, as in the window of a rotation."""
    at = int(time.time()) if timestamp is None else timestamp
    message = str(at).encode() + b"." + body
    macs = [hmac.new(secret.encode(), message, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={at}", *(f"v1={mac}" for mac in macs)])


def encode(event: dict) -> bytes:
    return json.dumps(event, indent=2, ensure_ascii=False).encode()


def new_id(prefix: str) -> str:
    return f"{prefix}_1{uuid.uuid4().hex[:22]}"


def event(event_type: str, stripe_object: dict, *, version: str = NEWEST_VERSION,
          created: int | None = None, previous: dict | None = None, livemode: bool = False) -> dict:
    data = {"object": stripe_object}
    if previous is not None:
        data["previous_attributes"] = previous
    return {"id": new_id("evt"), "object": "event", "api_version": version,
            "created": int(time.time()) if created is None else created, "data": data,
            "livemode": livemode, "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None}, "type": event_type}


def padded_to(stripe_event: dict, size: int) -> bytes:
    """The event's body at exactly that many bytes."""
    lacking = size - len(encode(stripe_event | {"padding": ""}))
    return encode(stripe_event | {"padding": "x" * lacking})


def thin_event(event_type: str, related_type: str, related_id: str) -> dict:
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    return {"id": new_id("evt_test"), "object": "v2.core.event", "context": None,
            "created": f"{moment}.000Z", "livemode": False, "reason": None,
            "related_object": {"id": related_id, "type": related_type,
                               "url": f"/v1/{related_type}s/{related_id}"},
            "snapshot_event": None, "type": event_type}


class Story:
    """One buyer's purchase. Each event is a second later than the one built before it."""

    def __init__(self, user: str | None = None, version: str = NEWEST_VERSION):
        mark = uuid.uuid4().hex[:16]
        self.user = user or f"usr_{mark}"
        self.version = version
        self.customer = f"cus_{mark}"
        self.subscription = f"sub_1{mark}"
        self.session = f"cs_test_a1{mark}"
        self.begun = int(time.time()) - 3600
        self._seconds = itertools.count(self.begun)

    def session_completed(self, **changes) -> dict:
        session = {
            "id": self.session, "object": "checkout.session", "amount_subtotal": 1900,
            "amount_total": 1900, "cancel_url": "https://shop.example.test/cancel",
            "client_reference_id": self.user, "created": self.begun, "currency": "usd",
            "customer": self.customer, "customer_account": None,
            "customer_details": {"address": None, "email": "zoe@example.test", "name": "Zoë",
                                 "phone": None, "tax_exempt": "none", "tax_ids": []},
            "customer_email": None, "expires_at": self.begun + 24 * 3600,
            "invoice": f"in_{self.subscription}", "livemode": False, "locale": None,
            "metadata": {}, "mode": "subscription", "payment_intent": None,
            "payment_method_types": ["card"], "payment_status": "paid", "setup_intent": None,
            "status": "complete", "subscription": self.subscription,
            "success_url": "https://shop.example.test/done", "url": None,
        } | changes
        return self.event("checkout.session.completed", session)

    def subscription_created(self, **changes) -> dict:
        return self.event("customer.subscription.created", self.subscription_now(**changes))

    def subscription_updated(self, previous: dict | None = None, created: int | None = None,
                             **changes) -> dict:
        return self.event("customer.subscription.updated", self.subscription_now(**changes),
                          previous=previous or {}, created=created)

    def subscription_deleted(self) -> dict:
        at = next(self._seconds)
        ended = self.subscription_now(status="canceled", canceled_at=at, ended_at=at)
        return self.event("customer.subscription.deleted", ended, created=at)

    def event(self, event_type: str, stripe_object: dict, created: int | None = None,
              **more) -> dict:
        at = next(self._seconds) if created is None else created
        return event(event_type, stripe_object, version=self.version, created=at, **more)

    def subscription_now(self, price: Price = PROFESSIONAL, **changes) -> dict:
        period = {"current_period_start": self.begun, "current_period_end": self.begun + MONTH_S}
        item = {
            "id": f"si_{self.subscription}", "object": "subscription_item",
            "created": self.begun, "discounts": [], "metadata": {}, "quantity": 1,
            "price": {
                "id": f"price_{price.lookup_key}", "object": "price", "active": True,
                "billing_scheme": "per_unit", "created": self.begun, "currency": "usd",
                "livemode": False, "lookup_key": price.lookup_key, "metadata": {},
                "product": price.product, "type": "recurring", "unit_amount": price.unit_amount,
                "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
            },
            "subscription": self.subscription, "tax_rates": [],
        }
        top = {
            "id": self.subscription, "object": "subscription", "application": None,
            "billing_cycle_anchor": self.begun, "cancel_at": None, "cancel_at_period_end": False,
            "canceled_at": None, "collection_method": "charge_automatically",
            "created": self.begun, "currency": "usd", "customer": self.customer,
            "default_payment_method": "pm_1", "ended_at": None,
            "latest_invoice": f"in_{self.subscription}", "livemode": False, "metadata": {},
            "pause_collection": None, "schedule": None, "start_date": self.begun,
            "status": "active", "test_clock": None, "trial_end": None, "trial_start": None,
        }
        if self.version >= BASIL:
            item |= period
        else:
            top |= period
        items = {"object": "list", "data": [item], "has_more": False, "total_count": 1,
                 "url": f"/v1/subscription_items?subscription={self.subscription}"}
        return top | {"items": items} | changes
