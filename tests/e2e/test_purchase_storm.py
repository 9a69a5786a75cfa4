# SPDX-License-Identifier: Apache-2.0
"""Buyers who ask again and again, while checkout is killed and Stripe answers badly."""

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from stack import eventually
from storefront import Storefront

PURCHASES = int(os.environ.get("TOLLGATE_E2E_PURCHASES") or 500)
BUYERS = 60
PARALLEL = 16
KILLS_MIN = PURCHASES // 200
LIFE_S = (0.2, 0.8)
FAULTS = {"api_latency_ms": 10, "api_error_percent": 6, "api_rate_limit_percent": 4,
          "api_reset_percent": 4}
PLANS = ("professional", "enterprise")
CARDS = ("pm_card_visa", "pm_card_visa", "pm_card_chargeCustomerFail",
         "pm_card_authenticationRequired")
# What a frontend can deal with: done, declined, in the way, or ask again.
EXPECTED = {200, 201, 402, 409, 422, 503}
LIVE = {"active", "trialing", "past_due", "unpaid", "paused"}


class Buyer:
    """One user with several tabs open."""

    def __init__(self, storefront: Storefront):
        self.storefront = storefront
        self.sessions: list[str] = []

    def act(self, chance: random.Random) -> int | None:
        """The answer's status; nothing when checkout died over it, or was not asked."""
        kind = chance.random()
        if kind < 0.25 and self.sessions:
            return self.pay(chance.choice(self.sessions))
        try:
            if kind < 0.5:
                answer = self.storefront.ask("POST", "/v1/subscriptions", {
                    "plan": chance.choice(PLANS), "payment_method": chance.choice(CARDS)})
            else:
                key = chance.choice((None, "first", "second"))
                answer = self.storefront.buy(chance.choice(PLANS), key=key)
        except requests.RequestException:
            return None
        if "url" in answer.json():
            self.sessions.append(answer.json()["id"])
        return answer.status_code

    def pay(self, session: str) -> None:
        """On Stripe's page; a session that is over refuses."""
        requests.post(f"{self.storefront.simulator.url}/simulator/checkout/sessions/{session}/"
                      "complete", json={"payment_method": "pm_card_visa"}, timeout=60)

    def succeed(self) -> None:
        """Buys what he has not bought in the storm."""
        # In a list: an answer of 409 counts as false by itself.
        answer, = eventually(
            lambda: [got for got in [self.storefront.buy()] if got.status_code != 503], 60)
        assert answer.status_code in (200, 201, 409), answer.text
        if answer.status_code != 409:
            self.pay(answer.json()["id"])


def test_nobody_pays_twice_whatever_dies(stack, sandbox, checkout_at):
    seed = time.time_ns()
    print(f"seed {seed}")
    chance = random.Random(seed)
    alive = checkout_at()
    buyers = [Buyer(Storefront(stack, sandbox, alive)) for _ in range(BUYERS)]
    sandbox.control("PUT", "/faults", FAULTS | {"seed": seed % 1000})
    over = threading.Event()

    def kill_again_and_again():
        old, times, kills = alive, random.Random(seed + 1), 0
        while not over.wait(times.uniform(*LIFE_S)):
            new = checkout_at()
            for buyer in buyers:
                buyer.storefront.checkout = new
            old.kill()  # What it has in hand is lost; what is new goes to the next one.
            old, kills = new, kills + 1
        return kills

    def purchase(own_seed: int) -> int | None:
        own = random.Random(own_seed)
        return own.choice(buyers).act(own)

    with ThreadPoolExecutor(PARALLEL + 1) as pool:
        killing = pool.submit(kill_again_and_again)
        try:
            seeds = [chance.getrandbits(60) for _ in range(PURCHASES)]
            statuses = set(pool.map(purchase, seeds)) - {None}
        finally:
            over.set()
        print(f"{killing.result()} kills")
        assert killing.result() >= KILLS_MIN
        assert statuses <= EXPECTED, statuses
        sandbox.control("PUT", "/faults", {})
        list(pool.map(Buyer.succeed, buyers))
    truth = sandbox.control("GET", "/truth")["objects"]
    for buyer in buyers:
        check(truth, buyer.storefront.user)


def check(truth: dict, user: str) -> None:
    """One customer, one subscription that costs, paid once, and everything is this user's."""

    def of_user(kind: str) -> list[dict]:
        return [each for each in truth.get(kind, []) if each["metadata"].get("user_id") == user]

    customer, = of_user("customer")

    def of_customer(kind: str) -> list[dict]:
        return [each for each in truth.get(kind, []) if each["customer"] == customer["id"]]

    live, = [each for each in of_customer("subscription") if each["status"] in LIVE]
    paid, = [each for each in of_customer("invoice") if each["amount_paid"] > 0]
    assert paid["parent"]["subscription_details"]["subscription"] == live["id"]
    charged = [each for each in of_customer("payment_intent") if each["status"] == "succeeded"]
    assert [each["amount"] for each in charged] == [paid["amount_paid"]]
    assert of_customer("subscription") == of_user("subscription")
    assert of_customer("checkout.session") == of_user("checkout.session")
    for session in of_customer("checkout.session"):
        assert session["client_reference_id"] == user
        assert session["status"] != "complete" or session["subscription"] == live["id"]
