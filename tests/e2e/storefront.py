# SPDX-License-Identifier: Apache-2.0
"""A shop's frontend before checkout, with a simulated Stripe behind it."""

import base64
import hashlib
import hmac
import json
import subprocess
import time
import uuid

import requests

from programs import Checkout
from simulator import API_KEY, Simulator
from stack import Stack

SHOP = "https://shop.example"
ANSWER_TIMEOUT_S = 60


def encode(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def token(stack: Stack, user: str) -> str:
    """A JWT (RFC 7519, HS256) without the detour of ./dev token."""
    now = int(time.time())
    claims = {"iss": stack["JWT_ISSUER"], "aud": stack["JWT_AUDIENCE"], "sub": user,
              "iat": now, "exp": now + 3600}
    parts = [encode(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims)]
    key = stack["JWT_HS256_SECRET"].encode()
    return ".".join([*parts, encode(hmac.digest(key, ".".join(parts).encode(), hashlib.sha256))])


def new_user() -> str:
    return f"usr_{uuid.uuid4().hex[:12]}"


def sell_catalogue(stack: Stack, simulator: Simulator) -> None:
    """Products and prices of the stack's catalogue, as its operator makes them."""
    environment = {"STRIPE_SECRET_KEY": API_KEY, "STRIPE_API_BASE": simulator.url,
                   "CATALOG_FILE": stack["CATALOG_FILE"], "LOG_LEVEL": "error"}
    subprocess.run([stack.binary("operator"), "catalog", "apply", "--yes"], check=True,
                   stdin=subprocess.DEVNULL, timeout=ANSWER_TIMEOUT_S, env=environment)


class Storefront:
    """One user's browser; `checkout` may be any of the processes."""

    def __init__(self, stack: Stack, simulator: Simulator, checkout: Checkout,
                 user: str | None = None):
        self.simulator = simulator
        self.checkout = checkout
        self.user = user or new_user()
        self.token = token(stack, self.user)

    def ask(self, method: str, path: str, body: object = None, *, at: Checkout | None = None,
            key: str | None = None, **options) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        if key is not None:
            headers["Idempotency-Key"] = key
        return requests.request(method, (at or self.checkout).url + path, json=body,
                                headers=headers, timeout=ANSWER_TIMEOUT_S, allow_redirects=False,
                                **options)

    def buy(self, plan: str = "professional", **options) -> requests.Response:
        body = {"plan": plan, "success_url": f"{SHOP}/done?id={{CHECKOUT_SESSION_ID}}",
                "cancel_url": f"{SHOP}/plans"} | options.pop("fields", {})
        return self.ask("POST", "/v1/checkout-sessions", body, **options)

    def subscribe(self, plan: str = "professional", card: str = "pm_card_visa",
                  **options) -> requests.Response:
        """By card form."""
        return self.ask("POST", "/v1/subscriptions", {"plan": plan, "payment_method": card},
                        **options)

    def pay(self, session: str, payment_method: str = "pm_card_visa") -> None:
        self.simulator.control("POST", f"/checkout/sessions/{session}/complete",
                               {"payment_method": payment_method})

    def at_stripe(self, kind: str) -> list[dict]:
        """The objects of a kind that are this user's."""
        found = self.simulator.control("GET", "/truth")["objects"].get(kind, [])
        return [each for each in found if each["metadata"].get("user_id") == self.user]

    def requests(self) -> list[dict]:
        """The calls to Stripe's API that changed something or asked, in their order."""
        return self.simulator.control("GET", "/requests")["data"]
