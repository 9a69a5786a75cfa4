# SPDX-License-Identifier: Apache-2.0
"""kill -9 at every call of a purchase, before Stripe sees it and after Stripe has done it."""

import itertools

import pytest
import requests

from storefront import Storefront


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("ask, calls", [(Storefront.buy, 5), (Storefront.subscribe, 8)])
def test_kill_9_at_any_call_makes_nothing_twice(
        stack, sandbox, checkout_at, between, ask, calls, moment):
    survivor = checkout_at()
    for number in itertools.count(1):
        dying = checkout_at(STRIPE_API_BASE=between.url)
        between.calls.clear()
        between.cuts.clear()
        between.cut(number, moment, dying.kill)
        shop = Storefront(stack, sandbox, dying)
        try:
            assert ask(shop).status_code == 201
            break  # There was no call of that number: all of them were tried.
        except requests.RequestException:
            shop.checkout = survivor
        again = ask(shop)
        assert again.status_code in (200, 201), f"{between.calls}: {again.text}"
        check(shop, again.json()["id"], between.calls)
    assert number > calls, "each call of the purchase was the one that was cut"


def check(shop, bought: str, calls: list[str]) -> None:
    if bought.startswith("cs_"):
        session, = shop.at_stripe("checkout.session")
        assert session["id"] == bought, calls
        shop.pay(bought)
    subscription, = shop.at_stripe("subscription")
    assert subscription["status"] == "active", calls
    assert len(shop.at_stripe("customer")) == 1, calls
    invoices = shop.simulator.control("GET", "/truth")["objects"]["invoice"]
    assert [each["amount_paid"] for each in invoices
            if each["customer"] == subscription["customer"]] == [1900], calls
