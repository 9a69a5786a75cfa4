# SPDX-License-Identifier: Apache-2.0
"""The demo store in a real browser: what a buyer of a plan sees, from the first page to the last.

Screenshots of every step are kept below .local/reports/screenshots."""

import time
import uuid

import pytest
import requests

VISA, DECLINED, ASKS_THE_BANK = "4242424242424242", "4000000000000002", "4000002760003184"
OPENS_WITHIN_S = 8
# A month's price less the other one's; seconds of the month have passed by then.
UPGRADE_CENTS, SECONDS_CENTS = 9900 - 1900, 10


class Shopper:
    """A person with a browser on the desk or with a phone, and with a name nobody else has."""

    def __init__(self, browser, stack, look: str):
        self.browser = browser
        self.stack = stack
        self.look = look
        self.user = f"usr_{uuid.uuid4().hex[:10]}"

    def open(self, path: str) -> None:
        self.browser.open(self.stack["STORE_URL"] + path)

    def keep(self, name: str) -> None:
        assert not self.browser.is_wider_than_window(), f"{name} is wider than the window"
        assert not self.browser.driver.execute_script(
            "return [...document.querySelectorAll('dialog, .card, .plan')]"
            ".some((box) => box.scrollWidth > box.clientWidth)"), f"{name} leaves its box"
        self.browser.screenshot(f"store-{name}-{self.look}")

    def say_name(self) -> None:
        self.browser.type("#name", self.user)
        self.browser.press("\ue007")  # Enter: the form needs no mouse.

    def sign_in(self) -> None:
        self.say_name()
        self.browser.wait(lambda: self.browser.text_of("#user") == self.user, "the user's name")

    def is_signed_in_at(self, path: str) -> None:
        self.open(path)
        self.browser.click("#sign-in")
        self.sign_in()

    def pay_at_checkout(self, number: str = VISA) -> None:
        self.browser.wait_url(self.stack["SIMULATOR_URL"] + "/c/pay/")
        for css, text in (("#email", "ada@shop.example"), ("#number", number), ("#expiry", "1234"),
                          ("#cvc", "123"), ("#name", "Ada Lovelace")):
            self.browser.type(css, text)
        self.browser.click("#pay")

    def type_card(self, number: str) -> None:
        """Into Stripe's fields, which no selector reaches: the keyboard does."""
        self.browser.click("#card-form h2")
        self.browser.press("\ue004", number, "\ue004", "1234", "\ue004", "123")

    def plan(self) -> str:
        return self.browser.text_of("#plan")

    def wait_plan(self, name: str) -> None:
        self.browser.wait(lambda: self.plan() == name, f"plan {name}")

    def buy_elsewhere(self, plan: str) -> None:
        """By the API, as another tab would."""
        store, simulator = self.stack["STORE_URL"], self.stack["SIMULATOR_URL"]
        signed = {"Authorization": f"Bearer {self.stack.user_token(self.user)}"}
        session = requests.post(f"{store}/v1/checkout-sessions", headers=signed, timeout=10, json={
            "plan": plan, "success_url": f"{store}/success", "cancel_url": store}).json()["id"]
        requests.post(f"{simulator}/simulator/checkout/sessions/{session}/complete",
                      timeout=10).raise_for_status()
        mine = requests.get(f"{store}/v1/me/entitlements?wait_for={session}&timeout_s=25",
                            headers=signed, timeout=30).json()
        assert mine["plan"] == plan

    def visit_portal(self) -> None:
        """Stripe's page about the customer, and back to the shop."""
        self.browser.click("#portal")
        self.browser.wait_url(self.stack["SIMULATOR_URL"])
        self.browser.wait_text("Payment method")
        self.keep("portal")
        self.browser.click("#back")
        self.browser.wait_url(self.stack["STORE_URL"] + "/account")

    def focused(self, attribute: str) -> str | None:
        return self.browser.driver.switch_to.active_element.get_attribute(attribute)

    def stripe(self, path: str, **query) -> list[dict]:
        answer = requests.get(self.stack["STRIPE_API_BASE"] + path, params=query, timeout=10,
                              auth=(self.stack["STRIPE_SECRET_KEY"], ""))
        return answer.json()["data"]

    def customer(self) -> str:
        return next(each["id"] for each in self.stripe("/v1/customers", limit=100)
                    if each["metadata"].get("user_id") == self.user)


@pytest.fixture(params=["desktop", "phone"])
def shopper(stack, browser, request):
    if request.param == "phone":
        browser.be_phone()
    person = Shopper(browser, stack, request.param)
    yield person
    # The next person begins as a guest.
    person.open("/icon.svg")
    browser.driver.execute_script("sessionStorage.clear()")


def test_a_guest_becomes_a_member_changes_the_plan_and_leaves(shopper):
    page = shopper.browser
    shopper.open("/")
    page.wait_text("$19.00")
    shopper.keep("plans")
    shopper.open("/account")
    page.find("#name")
    shopper.keep("sign-in")
    shopper.sign_in()
    assert shopper.plan() == "Free"
    shopper.keep("account-free")
    shopper.open("/premium")
    page.find("#closed")
    shopper.keep("closed")

    shopper.open("/")
    page.click("[data-plan=professional]")
    shopper.pay_at_checkout()
    page.wait_url(shopper.stack["STORE_URL"] + "/success")
    landed = time.monotonic()
    page.click("main a[href='/premium']")
    page.find("#features")
    opened_s = time.monotonic() - landed
    shopper.keep("members")
    assert opened_s < OPENS_WITHIN_S

    shopper.open("/account")
    shopper.wait_plan("Professional")
    assert "then it renews" in page.text_of("#valid")
    assert page.text_of("#price") == "$19.00 a month"
    shopper.keep("account-professional")

    shopper.open("/")
    page.click("a[href*='change=enterprise']")
    due = page.text_of("#amount-due")
    cents = int(due.replace("$", "").replace(".", ""))
    assert UPGRADE_CENTS <= cents <= UPGRADE_CENTS + SECONDS_CENTS
    assert "Unused time on Professional" in page.text_of("#proration")
    shopper.keep("proration")
    page.click("#confirm")
    page.wait_text("You have Enterprise now.")
    assert shopper.plan() == "Enterprise"
    invoices = shopper.stripe("/v1/invoices", customer=shopper.customer())
    assert [(each["status"], each["amount_paid"]) for each in invoices] == [("paid", cents),
                                                                           ("paid", 1900)]
    shopper.keep("account-enterprise")

    shopper.visit_portal()
    page.click("#cancel")
    page.wait_text("You keep your plan until the date below.")
    assert page.text_of("#ending") == "ends" and "then it ends" in page.text_of("#valid")
    assert shopper.plan() == "Enterprise"
    shopper.keep("account-ends")
    page.click("#resume")
    page.wait_text("Your plan goes on as before.")
    assert page.all("#ending") == []

    page.click("#cancel-now")
    page.find("dialog #confirm")
    shopper.keep("cancel-now")
    page.click("dialog #confirm")
    page.wait_text("You have the free plan again.")
    assert shopper.plan() == "Free"
    shopper.open("/premium")
    page.find("#closed")
    assert shopper.stripe("/v1/subscriptions", customer=shopper.customer()) == []


def test_a_card_is_paid_with_on_the_store_s_own_page(shopper):
    page = shopper.browser
    shopper.is_signed_in_at("/")
    page.click("a[href*='plan=professional']")
    page.find("#subscribe")
    shopper.type_card(DECLINED)
    page.click("#subscribe")
    page.wait_text("Your card was declined.")
    shopper.keep("card-declined")
    page.driver.refresh()
    page.find("#subscribe")
    shopper.type_card(ASKS_THE_BANK)
    page.click("#subscribe")
    page.driver.switch_to.frame(page.find("dialog iframe"))
    page.find("#complete")
    page.driver.switch_to.default_content()
    shopper.keep("card-bank")
    page.driver.switch_to.frame(page.find("dialog iframe"))
    page.click("#complete")
    page.driver.switch_to.default_content()
    page.wait_url(shopper.stack["STORE_URL"] + "/premium")
    page.find("#features")
    charges = shopper.stripe("/v1/charges", customer=shopper.customer())
    assert [each["amount"] for each in charges if each["paid"]] == [1900]


def test_who_leaves_checkout_has_bought_nothing_and_can_go_on(shopper):
    page = shopper.browser
    shopper.is_signed_in_at("/")
    page.click("[data-plan=enterprise]")
    first = page.wait_url(shopper.stack["SIMULATOR_URL"] + "/c/pay/")
    page.click("#back")
    page.wait_text("Nothing was bought")
    shopper.keep("cancel")
    page.click("main a[href='/']")
    page.click("[data-plan=enterprise]")
    assert page.wait_url(shopper.stack["SIMULATOR_URL"] + "/c/pay/") == first
    shopper.pay_at_checkout()
    page.wait_text("Your plan is active.")
    shopper.keep("success")


def test_a_page_from_before_the_purchase_leads_to_a_change_and_not_to_a_second_one(shopper):
    page = shopper.browser
    shopper.is_signed_in_at("/")
    page.find("[data-plan=enterprise]")
    shopper.buy_elsewhere("professional")
    page.click("[data-plan=enterprise]")
    page.find("#amount-due")
    assert shopper.plan() == "Professional"
    page.click("#decline")
    page.wait(lambda: page.all("dialog") == [], "dialog's end")
    assert len(shopper.stripe("/v1/subscriptions", customer=shopper.customer())) == 1


def test_the_same_plan_is_paid_by_the_year_and_the_keyboard_is_enough(shopper):
    page = shopper.browser
    shopper.is_signed_in_at("/")
    shopper.buy_elsewhere("professional")
    shopper.open("/account")
    page.find("#pay-by-year")
    for _ in range(20):
        page.press("\ue004")
        if shopper.focused("id") == "pay-by-year":
            break
    page.press("\ue007")
    due = page.text_of("#amount-due")
    assert "Unused time on Professional" in page.text_of("#proration")
    shopper.keep("pay-by-year")
    assert shopper.focused("id") == "confirm"
    page.press("\ue007")
    page.wait_text("You pay by the year now.")
    assert page.text_of("#price").endswith(" a year") and shopper.plan() == "Professional"
    latest = shopper.stripe("/v1/invoices", customer=shopper.customer())[0]
    assert (latest["status"], f"${latest['amount_paid'] / 100:.2f}") == ("paid", due)
    assert page.all("#pay-by-year") == [] and page.find("#pay-by-month")
    shopper.keep("account-by-year")


def test_the_keyboard_alone_buys(shopper):
    page = shopper.browser
    shopper.open("/")
    page.find("[data-plan=professional]")
    page.press("\ue004")
    assert shopper.focused("class") == "skip"
    for _ in range(12):
        page.press("\ue004")
        if shopper.focused("data-plan") == "professional":
            break
    page.press("\ue007")
    page.find("#name")
    page.press("\ue00c")  # Escape: not now.
    page.wait(lambda: page.all("dialog") == [], "dialog's end")
    page.press("\ue007")
    shopper.say_name()
    page.wait_url(shopper.stack["SIMULATOR_URL"] + "/c/pay/")


def test_the_store_says_what_is_away(shopper, breakable):
    page = shopper.browser
    shopper.is_signed_in_at("/")
    page.find("[data-plan=professional]")
    breakable.stop("checkout")
    page.click("[data-plan=professional]")
    page.wait_text("We do not know yet whether it happened")
    shopper.keep("checkout-away")
    shopper.open("/account")
    page.wait_text("it cannot be changed right now")
    assert shopper.plan().lower() == "free"
    breakable.stop("entitlements")
    shopper.open("/premium")
    page.wait_text("The shop is not available right now.")
    assert page.all("#features") == []
