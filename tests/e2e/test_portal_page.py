# SPDX-License-Identifier: Apache-2.0
"""The simulator's customer portal, in a real browser: card, plan, cancelling and thinking again."""

import pytest
import requests

from simulator import Shop

SCRIPT = "<img src=x onerror=\"document.title='taken'\">"
MASTERCARD, DECLINED = "5555555555554444", "4000000000000002"


class PortalPage:
    """Of a buyer with a subscription to Basic, whose shop offers Professional as well."""

    def __init__(self, shop, browser):
        self.shop = shop
        self.browser = browser
        self.basic = self.price("Basic", 900)
        self.professional = self.price("Professional", 1900)
        self.customer = self.buyer(name="Ada Lovelace", email="ada@shop.example")
        self.subscription = self.subscribe(self.customer)

    def price(self, name: str, amount: int) -> dict:
        product = self.shop.post("/v1/products", name=name)
        return self.shop.post("/v1/prices", **{
            "product": product["id"], "currency": "usd", "unit_amount": amount,
            "recurring[interval]": "month"})

    def buyer(self, **customer) -> dict:
        made = self.shop.post("/v1/customers", **customer)
        method = self.shop.post("/v1/payment_methods/pm_card_visa/attach", customer=made["id"])
        return self.shop.post(f"/v1/customers/{made['id']}",
                              **{"invoice_settings[default_payment_method]": method["id"]})

    def subscribe(self, customer: dict) -> dict:
        return self.shop.post("/v1/subscriptions", **{"customer": customer["id"],
                                                      "items[0][price]": self.basic["id"]})

    def configuration(self, **features) -> dict:
        offered = {"enabled": "true", "default_allowed_updates][": "price"}
        update = {f"features[subscription_update][{name}]": value
                  for name, value in offered.items()}
        for position, price in enumerate((self.basic, self.professional)):
            product = f"features[subscription_update][products][{position}]"
            update |= {f"{product}[product]": price["product"], f"{product}[prices][]": price["id"]}
        return self.shop.post("/v1/billing_portal/configurations", **update | features)

    def session(self, configuration: dict | None = None, **more) -> dict:
        if configuration:
            more["configuration"] = configuration["id"]
        return self.shop.post("/v1/billing_portal/sessions", **{
            "customer": self.customer["id"],
            "return_url": self.shop.receiver.pages + "/account"} | more)

    def open(self, configuration: dict | None = None, **more) -> dict:
        session = self.session(configuration, **more)
        self.browser.open(session["url"])
        self.browser.wait_text("Payment method")
        return session

    def now(self) -> dict:
        return self.shop.get(f"/v1/subscriptions/{self.subscription['id']}")

    def default_card(self) -> dict:
        customer = self.shop.get(f"/v1/customers/{self.customer['id']}")
        method = customer["invoice_settings"]["default_payment_method"]
        return self.shop.get(f"/v1/payment_methods/{method}")["card"]

    def enter_card(self, number: str) -> None:
        self.browser.type("#number", number)
        self.browser.type("#expiry", "1234")
        self.browser.type("#cvc", "123")


@pytest.fixture
def shop(simulator, receiver):
    return Shop(simulator, receiver)


@pytest.fixture
def portal(shop, browser):
    return PortalPage(shop, browser)


def test_a_subscription_is_cancelled_and_thought_of_again(portal):
    portal.open()
    portal.browser.wait_text("Renews on")
    portal.browser.click("#cancel")
    portal.browser.picture("portal-cancel")
    portal.browser.click("#confirm-cancel")
    portal.browser.wait_text("Ends on")
    assert portal.now()["cancel_at_period_end"]
    portal.browser.picture("portal-ending")
    portal.browser.click("#resume")
    portal.browser.wait_text("Renews on")
    assert not portal.now()["cancel_at_period_end"]
    assert portal.now()["status"] == "active"


def test_the_plan_is_changed_among_those_that_the_shop_offers(portal):
    portal.open(portal.configuration())
    portal.browser.picture("portal")
    assert "Basic" in portal.browser.text_of("#plans h3")
    portal.browser.click("#change-plan")
    portal.browser.wait(lambda: portal.browser.text_of("#plans h3") == "Professional", "the plan")
    assert portal.now()["items"]["data"][0]["price"]["id"] == portal.professional["id"]
    portal.shop.simulator.control("POST", "/deliveries/drain")
    assert "customer.subscription.updated" in portal.shop.receiver.types()


def test_a_new_card_becomes_the_default(portal):
    portal.open()
    assert "4242" in portal.browser.text_of("#card")
    portal.browser.click("#update-card")
    portal.browser.click("#save-card")
    assert portal.browser.text_of("#number-wrong") == "Enter the card's number."
    portal.enter_card(MASTERCARD)
    portal.browser.picture("portal-card")
    portal.browser.click("#save-card")
    portal.browser.wait(lambda: "4444" in portal.browser.text_of("#card"), "the new card")
    card = portal.default_card()
    assert (card["brand"], card["last4"]) == ("mastercard", "4444")


def test_a_card_that_is_refused_says_so_and_the_old_one_stays(portal):
    portal.open()
    portal.browser.click("#update-card")
    portal.enter_card(DECLINED)
    portal.browser.click("#save-card")
    assert portal.browser.text_of("#fault") == "Your card was declined."
    assert portal.default_card()["last4"] == "4242"


def test_a_failed_renewal_asks_for_a_card(portal):
    portal.shop.simulator.control("POST", f"/customers/{portal.customer['id']}/next-charge",
                                  {"outcome": "decline"})
    portal.shop.simulator.control("POST", "/clock/advance", {"seconds": 32 * 24 * 3600})
    portal.open()
    portal.browser.wait_text("Please update your card.")
    portal.browser.picture("portal-past-due")


def test_a_session_may_be_made_for_one_thing_and_leads_back_after_it(portal):
    back = portal.shop.receiver.pages + "/done"
    portal.open(**{"flow_data[type]": "subscription_cancel",
                   "flow_data[subscription_cancel][subscription]": portal.subscription["id"],
                   "flow_data[after_completion][type]": "redirect",
                   "flow_data[after_completion][redirect][return_url]": back})
    portal.browser.click("#confirm-cancel")
    portal.browser.wait_url(back)
    assert portal.now()["cancel_at_period_end"]


def test_the_way_back_leads_to_the_shop(portal):
    portal.open()
    portal.browser.click("#back")
    portal.browser.wait_url(portal.shop.receiver.pages + "/account")


def test_a_session_opens_its_own_customer_only_and_what_the_shop_allows(portal):
    other = portal.subscribe(portal.buyer(name="Grace Hopper"))
    closed = portal.configuration(**{"features[subscription_cancel][enabled]": "false",
                                     "features[payment_method_update][enabled]": "false"})
    session = portal.open(closed)
    assert portal.browser.all("#cancel, #update-card") == []

    def act(**wanted):
        return requests.post(f"{portal.shop.simulator.url}/p/session/{session['id']}/actions",
                             json=wanted, timeout=10).status_code

    own = portal.subscription["id"]
    foreign_price = portal.price("Secret", 1)["id"]
    assert act(action="cancel", subscription=other["id"]) == 404
    assert act(action="cancel", subscription=own) == 403
    assert act(action="change_plan", subscription=own, price=foreign_price) == 403
    assert act(action="set_card", payment_method="pm_card_visa") == 403
    assert act(action="delete", subscription=own) == 400
    assert portal.now()["status"] == "active"


def test_names_with_markup_are_shown_as_they_are(portal):
    portal.shop.post(f"/v1/customers/{portal.customer['id']}", name=SCRIPT)
    portal.open(return_url="javascript:document.title='taken'")
    assert portal.browser.text_of("#who") == SCRIPT
    assert portal.browser.all("#back, header img, main img") == []


def test_an_address_without_a_session_says_so(portal):
    portal.browser.open(portal.session()["url"] + "x")
    portal.browser.wait_text("There is no such page")
