# SPDX-License-Identifier: Apache-2.0
"""A shop that sells through the stack's simulated Stripe, its buyers, and their banks."""

import random
import time
import uuid

import requests

from stack import Stack

DAY_S = 24 * 3600
TIMEOUT_S = 60  # Longer than a drain may take.
PROFESSIONAL, ENTERPRISE, HANDBOOK = "professional_monthly", "enterprise_monthly", "handbook"


class Shop:
    def __init__(self, stack: Stack):
        self.stack = stack
        self.http = requests.Session()
        self.http.trust_env = False

    # The simulated Stripe itself.

    def open(self, days_ago: float = 0) -> None:
        """Everything is forgotten, and the stories begin so long ago."""
        seed = random.SystemRandom().randrange(1 << 40)  # No id may come twice on one stack.
        self.control("POST", "/reset", seed=seed, now=int(time.time() - days_ago * DAY_S))

    def control(self, method: str, path: str, expected: int = 200, **body) -> dict:
        answer = self.http.request(method, f"{self.stack['SIMULATOR_URL']}/simulator{path}",
                                   json=body or None, timeout=TIMEOUT_S)
        assert answer.status_code == expected, answer.text
        return answer.json()

    def post(self, path: str, **form) -> dict:
        """`a__b` is sent as `a[b]`."""
        nested = {name.replace("__", "[", 1).replace("__", "][") + "]" * ("__" in name): value
                  for name, value in form.items()}
        return self.call("POST", path, data=nested)

    def get(self, path: str, **query) -> dict:
        return self.call("GET", path, params=query)

    def call(self, method: str, path: str, **content) -> dict:
        answer = self.http.request(method, self.stack["STRIPE_API_BASE"] + path, timeout=TIMEOUT_S,
                                   auth=(self.stack["STRIPE_SECRET_KEY"], ""), **content)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def wait(self, days: float) -> None:
        self.control("POST", "/clock/advance", seconds=int(days * DAY_S))

    def wait_until_now(self) -> None:
        """The simulated time is the real one again, and every webhook that is due was answered."""
        self.control("POST", "/clock/advance", to=max(int(time.time()),
                                                      self.control("GET", "/clock")["now"]))
        self.control("POST", "/deliveries/drain")

    # What buyers, the shop and banks do.

    def price(self, lookup_key: str) -> str:
        (price,) = self.get("/v1/prices", **{"lookup_keys[]": lookup_key})["data"]
        return price["id"]

    def checkout(self, user: str, sold: str = PROFESSIONAL, **more) -> dict:
        """An open session, as a checkout service makes it."""
        mode = "payment" if sold == HANDBOOK else "subscription"
        planted = "payment_intent_data" if sold == HANDBOOK else "subscription_data"
        return self.post("/v1/checkout/sessions", mode=mode, client_reference_id=user,
                         success_url="http://127.0.0.1:8000/done", metadata__user_id=user,
                         line_items__0__price=self.price(sold), line_items__0__quantity=1,
                         **{f"{planted}__metadata__user_id": user}, **more)

    def pay(self, session: dict, payment_method: str = "pm_card_visa", expected: int = 200) -> dict:
        return self.control("POST", f"/checkout/sessions/{session['id']}/complete", expected,
                            payment_method=payment_method)

    def subscribe(self, user: str, sold: str = PROFESSIONAL, **more) -> dict:
        """The subscription that a paid session made."""
        session = self.pay(self.checkout(user, sold, **more))
        return self.get(f"/v1/subscriptions/{session['subscription']}")

    def change(self, subscription: dict, **form) -> dict:
        return self.post(f"/v1/subscriptions/{subscription['id']}", **form)

    def change_price(self, subscription: dict, sold: str) -> dict:
        return self.change(subscription, items__0__id=subscription["items"]["data"][0]["id"],
                           items__0__price=self.price(sold), proration_behavior="always_invoice")

    def cancel(self, subscription: dict) -> dict:
        return self.call("DELETE", f"/v1/subscriptions/{subscription['id']}")

    def lose_card(self, subscription: dict) -> None:
        """From now on every charge is declined."""
        card = self.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach",
                         customer=subscription["customer"])
        self.change(subscription, default_payment_method=card["id"])

    def payment_of(self, subscription: dict) -> str:
        paid = self.get("/v1/invoice_payments", invoice=subscription["latest_invoice"])
        return paid["data"][0]["payment"]["payment_intent"]


def new_user() -> str:
    return f"usr_{uuid.uuid4().hex[:16]}"
