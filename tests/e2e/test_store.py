# SPDX-License-Identifier: Apache-2.0
"""The demo store in a real browser: what a buyer of a plan sees, from the first page to the last.

Screenshots of every step are kept below .local/reports/screenshots."""

import uuid

import pytest

from browser import Browser

SIZES = {"desktop": (1280, 900), "phone": (420, 860)}


class Shopper:
    def __init__(self, browser: Browser, store: str, look: str):
        self.browser = browser
        self.store = store
        self.look = look
        self.user = f"usr_{uuid.uuid4().hex[:10]}"
        self.steps = 0

    def open(self, path: str) -> None:
        self.browser.open(self.store + path)

    def keep(self, name: str) -> None:
        self.steps += 1
        self.browser.screenshot(f"store-{self.look}-{self.steps:02}-{name}")
        assert not self.browser.is_wider_than_window()

    def sign_in(self) -> None:
        self.browser.click("#sign-in")
        self.browser.type("#name", self.user)
        self.keep("sign-in")
        self.browser.press("\ue007")  # Enter: the form needs no mouse.
        self.browser.wait(lambda: self.browser.text_of("#user") == self.user, "the user's name")

    def plan(self) -> str:
        return self.browser.text_of("#plan")


@pytest.fixture(params=SIZES)
def shopper(stack, request):
    window = Browser(*SIZES[request.param])
    yield Shopper(window, stack["STORE_URL"], request.param)
    faults = window.faults()
    window.close()
    assert faults == []


def test_a_guest_signs_in_and_has_the_free_plan(shopper):
    shopper.open("/")
    shopper.browser.wait_text("$19.00")
    shopper.keep("plans")
    shopper.sign_in()
    shopper.open("/account")
    assert shopper.plan() == "Free"
    shopper.open("/premium")
    shopper.browser.find("#closed")
    shopper.keep("closed")
