# SPDX-License-Identifier: Apache-2.0
"""The simulator's dashboard: what a person sees of a shop's objects and events, and can do."""

import pytest

from simulator import Shop
from stack import eventually

SCRIPT = "<img src=x onerror=\"document.title='taken'\">"


class Dashboard:
    def __init__(self, shop, browser):
        self.shop = shop
        self.browser = browser

    def open(self, section: str = "") -> None:
        self.browser.open("about:blank")
        self.browser.open(f"{self.shop.simulator.url}/{section}")
        self.browser.find("main h1")

    def open_row(self, text: str) -> None:
        """The first row that says so."""
        def is_clicked() -> bool:  # The list may be drawn anew between finding and clicking.
            for each in self.browser.all(".row > button"):
                if text in each.text:
                    each.click()
                    return True
            return False

        self.browser.wait(is_clicked, f"row with {text!r}")
        self.browser.find(".row .open pre")

    def answers(self) -> list[str]:
        return [each.text for each in self.browser.all(".open td .badge")]


@pytest.fixture
def shop(simulator, receiver):
    return Shop(simulator, receiver)


@pytest.fixture
def dashboard(shop, browser):
    return Dashboard(shop, browser)


def subscribe(shop, **customer) -> dict:
    buyer = shop.post("/v1/customers", **customer)
    session = shop.session("subscription", customer=buyer["id"])
    shop.simulator.control("POST", f"/checkout/sessions/{session['id']}/complete")
    shop.simulator.control("POST", "/deliveries/drain")
    return buyer


def test_an_event_shows_its_deliveries_and_can_be_sent_again(shop, dashboard):
    shop.receiver.refusals = 2
    shop.post("/v1/customers", name="Ada Lovelace", email="ada@shop.example")
    eventually(shop.receiver.types, what="the event delivered")
    dashboard.open()
    dashboard.open_row("customer.created")
    dashboard.browser.wait(lambda: len(dashboard.answers()) == 3, "three attempts")
    assert dashboard.answers() == ["200", "503", "503"]
    dashboard.browser.click("#resend")
    dashboard.browser.wait(lambda: len(dashboard.answers()) == 4, "a fourth attempt")
    assert shop.receiver.types() == ["customer.created"] * 2
    dashboard.browser.picture("dashboard-event")


def test_lists_tell_of_customers_subscriptions_events_and_sessions(shop, dashboard):
    for name in ("Ada Lovelace", "Grace Hopper", "Katherine Johnson"):
        subscribe(shop, name=name, email=f"{name.split()[0].lower()}@shop.example")
    shop.session("payment")
    for section, says in {"#events": "customer.subscription.created", "#sessions": "open",
                          "#customers": "grace@shop.example", "#subscriptions": "$19.00 per month",
                          }.items():
        dashboard.open(section)
        dashboard.browser.wait_text(says)
        dashboard.browser.picture(f"dashboard-{section[1:]}")
    dashboard.open_row("Ada Lovelace")
    assert '"object": "subscription"' in dashboard.browser.text_of(".open pre")


def test_what_happens_meanwhile_appears_without_a_click(shop, dashboard):
    dashboard.open("#customers")
    dashboard.browser.wait_text("Nothing here yet.")
    shop.post("/v1/customers", name="Ada Lovelace")
    dashboard.browser.wait_text("Ada Lovelace")


def test_long_lists_have_pages(shop, dashboard):
    for number in range(30):
        shop.post("/v1/customers", name=f"Buyer {number}")
    dashboard.open("#customers")
    dashboard.browser.wait_text("Buyer 29")
    assert "Buyer 0\n" not in dashboard.browser.text()
    dashboard.browser.click("#more")
    dashboard.browser.wait_text("Buyer 0\n")
    assert len(dashboard.browser.all(".row")) == 30


def test_the_clock_is_advanced_and_a_card_that_will_be_declined_makes_it_past_due(shop, dashboard):
    subscribe(shop, name="Ada Lovelace")
    dashboard.open("#customers")
    dashboard.open_row("Ada Lovelace")
    dashboard.browser.click("#next-decline")
    dashboard.browser.wait_text("Noted: it is declined.")
    assert "active $19.00 per month" in dashboard.browser.text()
    dashboard.browser.picture("dashboard-customer")
    dashboard.open("#subscriptions")
    dashboard.browser.wait_text("active")
    dashboard.browser.click("#advance button:last-child")
    dashboard.browser.wait_text("past due")


def test_faults_are_set_and_taken_back(shop, dashboard):
    dashboard.open("#faults")
    dashboard.browser.type("#duplicate_percent", "40")
    dashboard.browser.type("#api_rate_limit_percent", "100")
    dashboard.browser.click("#set-faults")
    dashboard.browser.wait_text("In force.")
    faults = shop.simulator.control("GET", "/faults")
    assert (faults["duplicate_percent"], faults["drop_percent"]) == (40, 0)
    assert shop.simulator.get("/v1/customers").status_code == 429
    dashboard.browser.picture("dashboard-faults")
    dashboard.open("#customers")
    assert "rate limit" in dashboard.browser.text_of("#fault")
    dashboard.open("#faults")
    dashboard.browser.click("#no-faults")
    dashboard.browser.wait_text("In force.")
    assert shop.simulator.get("/v1/customers").status_code == 200


def test_names_with_markup_are_shown_as_they_are(shop, dashboard):
    shop.post("/v1/customers", name=SCRIPT, email="<b>@shop.example")
    dashboard.open("#customers")
    dashboard.open_row(SCRIPT)
    assert dashboard.browser.all("main img") == []
    assert dashboard.browser.driver.title == "Simulated Stripe"


def test_nothing_delivered_is_said_where_no_endpoint_takes_the_type(shop, dashboard):
    [endpoint] = shop.get("/v1/webhook_endpoints")["data"]
    shop.post(f"/v1/webhook_endpoints/{endpoint['id']}", **{"enabled_events[]": "price.created"})
    shop.post("/v1/customers")
    dashboard.open()
    dashboard.open_row("no endpoint")
    dashboard.browser.wait_text("No attempt to deliver it is remembered.")
