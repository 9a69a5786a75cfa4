# SPDX-License-Identifier: Apache-2.0
"""The simulator's hosted Checkout page, in a real browser, by a buyer who sees only the page."""

from urllib.parse import parse_qs, urlsplit

import pytest

from browser import Browser
from simulator import Shop

SCRIPT = "<script>document.title='taken'</script><img src=x onerror=alert(1)>"
VISA = "4242424242424242"
DAY_S = 24 * 3600


@pytest.fixture
def shop(simulator, receiver):
    return Shop(simulator, receiver)


@pytest.fixture
def page(browser):
    return CheckoutPage(browser)


class CheckoutPage:
    def __init__(self, browser: Browser):
        self.browser = browser

    def open(self, session: dict) -> None:
        self.browser.open(session["url"])

    def enter(self, number: str, email: str | None = "ada@shop.example") -> None:
        if email:
            self.browser.type("#email", email)
        self.browser.type("#number", number)
        self.browser.type("#expiry", "1234")
        self.browser.type("#cvc", "123")
        self.browser.type("#name", "Ada Lovelace")

    def pay(self, number: str, **more) -> None:
        self.enter(number, **more)
        self.browser.click("#pay")

    def fault(self) -> str:
        return self.browser.text_of("#fault")


def test_a_card_is_paid_and_the_shop_is_told_before_the_buyer_is_back(shop, page):
    shop.receiver.refusals = 3
    session = shop.session("subscription")
    page.open(session)
    page.browser.wait_text("Subscribe to Professional")
    assert "$19.00 per month" in page.browser.text()
    page.enter(VISA)
    page.browser.picture("checkout")
    page.browser.click("#pay")
    address = page.browser.wait_url(shop.receiver.pages + "/success")
    assert parse_qs(urlsplit(address).query) == {"session_id": [session["id"]]}
    assert "checkout.session.completed" in shop.receiver.visits[-1].webhooks
    paid = shop.read(session)
    assert (paid["status"], paid["payment_status"]) == ("complete", "paid")
    assert paid["customer_details"]["email"] == "ada@shop.example"
    assert paid["customer_details"]["name"] == "Ada Lovelace"
    assert shop.get(f"/v1/customers/{paid['customer']}")["email"] == "ada@shop.example"


def test_the_buyer_goes_back_after_ten_seconds_although_the_shop_does_not_answer(shop, page):
    shop.receiver.refusals = 1_000_000
    page.open(shop.session("payment"))
    page.pay(VISA)
    page.browser.wait_url(shop.receiver.pages + "/success")
    assert shop.receiver.visits[-1].webhooks == []


@pytest.mark.parametrize(("number", "says"), [
    ("4000000000000002", "Your card was declined."),
    ("4000000000009995", "Your card has insufficient funds."),
    ("4000000000000069", "Your card has expired."),
    ("4000000000000341", "Your card was declined."),
])
@pytest.mark.parametrize("mode", ["payment", "subscription"])
def test_a_declined_card_says_so_and_another_one_pays(shop, page, mode, number, says):
    session = shop.session(mode)
    page.open(session)
    page.pay(number)
    assert page.fault() == says
    page.browser.picture("checkout-declined")
    assert shop.read(session)["status"] == "open"
    page.pay(VISA)
    page.browser.wait_url(shop.receiver.pages + "/success")
    assert shop.read(session)["payment_status"] == "paid"
    assert len(shop.get("/v1/payment_intents")["data"]) == 1


@pytest.mark.parametrize("number", ["4000002500003155", "4000002760003184"])
@pytest.mark.parametrize("mode", ["payment", "subscription"])
def test_3d_secure_is_a_page_of_its_own_that_can_be_failed_and_passed(shop, page, mode, number):
    session = shop.session(mode)
    page.open(session)
    page.pay(number)
    page.browser.wait_url(session["url"] + "/authenticate")
    page.browser.wait_text("Test Shop asks for $19.00")
    page.browser.picture("authenticate")
    page.browser.click("#fail")
    assert "unable to authenticate" in page.fault()
    assert shop.get("/v1/subscriptions")["data"] == []
    page.pay(number)
    page.browser.wait_url(session["url"] + "/authenticate")
    page.browser.click("#complete")
    page.browser.wait_url(shop.receiver.pages + "/success")
    assert shop.read(session)["payment_status"] == "paid"
    if mode == "subscription":
        assert [each["status"] for each in shop.get("/v1/subscriptions")["data"]] == ["active"]


def test_a_bank_debit_settles_later(shop, page):
    session = shop.session("payment")
    page.open(session)
    page.browser.type("#email", "ada@shop.example")
    page.browser.click("input[value=us_bank_account]")
    page.browser.type("#account", "000123456789")
    page.browser.type("#holder", "Ada Lovelace")
    page.browser.click("#pay")
    page.browser.wait_url(shop.receiver.pages + "/success")
    assert shop.read(session)["payment_status"] == "unpaid"
    shop.simulator.control("POST", "/clock/advance", {"seconds": 5 * DAY_S})
    assert shop.read(session)["payment_status"] == "paid"


def test_any_number_of_clicks_charges_once(shop, page):
    session = shop.session("payment")
    page.open(session)
    page.enter(VISA)
    page.browser.driver.execute_script(
        "const pay = document.getElementById('pay');"
        "for (let i = 0; i < 5; ++i) { pay.click(); pay.form.requestSubmit(); }")
    page.browser.wait_url(shop.receiver.pages + "/success")
    assert len(shop.get("/v1/charges")["data"]) == 1
    assert shop.receiver.types().count("checkout.session.completed") == 1


def test_two_windows_of_one_session_charge_once(shop, page):
    session = shop.session("payment")
    page.open(session)
    page.enter(VISA)
    shop.simulator.control("POST", f"/checkout/sessions/{session['id']}/complete")
    page.browser.click("#pay")
    page.browser.wait_text("This order is complete")
    assert len(shop.get("/v1/charges")["data"]) == 1


def test_names_with_markup_are_shown_as_they_are(shop, page):
    customer = shop.post("/v1/customers", name=SCRIPT, email="<b>@shop.example")
    session = shop.session("payment", product=SCRIPT, description=SCRIPT, customer=customer["id"])
    page.open(session)
    page.browser.wait_text(SCRIPT)
    assert page.browser.text_of("#known-email") == "<b>@shop.example"
    assert page.browser.all("main script, section script, section img") == []
    page.pay(VISA, email=None)
    page.browser.wait_url(shop.receiver.pages + "/success")


def test_addresses_of_other_kinds_are_no_links(shop, page):
    session = shop.session("payment", success_url="javascript:document.title='taken'",
                           cancel_url="javascript:document.title='taken'")
    page.open(session)
    page.enter(VISA)
    assert page.browser.all("#back") == []
    page.browser.click("#pay")
    page.browser.wait_text("You can close this page.")
    assert page.browser.driver.title == "Thank you"


def test_a_trial_and_a_quantity_are_said_in_words(shop, page):
    page.open(shop.session("subscription", quantity=3,
                           **{"subscription_data[trial_period_days]": 14}))
    page.browser.wait_text("14 days free")
    text = page.browser.text()
    assert "Then $57.00 per month" in text and "Quantity 3 · $19.00 each" in text
    assert page.browser.text_of("#total") == "$0.00"
    page.browser.picture("checkout-trial")
    page.pay(VISA)
    page.browser.wait_url(shop.receiver.pages + "/success")
    assert [each["status"] for each in shop.get("/v1/subscriptions")["data"]] == ["trialing"]


def test_a_promotion_code_makes_it_cheaper_and_can_be_taken_back(shop, page):
    coupon = shop.post("/v1/coupons", percent_off=25, duration="once")
    shop.post("/v1/promotion_codes", **{"promotion[type]": "coupon", "code": "AUTUMN",
                                        "promotion[coupon]": coupon["id"]})
    session = shop.session("payment", allow_promotion_codes="true")
    page.open(session)
    page.enter(VISA)
    page.browser.type("#promotion", "WINTER")
    page.browser.click("#apply-promotion")
    assert page.browser.text_of("#promotion-wrong") == "This promotion code is invalid."
    page.browser.type("#promotion", "AUTUMN")
    page.browser.click("#apply-promotion")
    page.browser.wait(lambda: page.browser.text_of("#total") == "$14.25", "the new total")
    page.browser.picture("checkout-promotion")
    page.browser.click("#remove-promotion")
    page.browser.wait(lambda: page.browser.text_of("#total") == "$19.00", "the old total")
    page.browser.type("#promotion", "AUTUMN")
    page.browser.click("#apply-promotion")
    page.browser.wait_text("AUTUMN")
    page.browser.click("#pay")
    page.browser.wait_url(shop.receiver.pages + "/success")
    assert shop.read(session)["amount_total"] == 1425
    assert [each["amount"] for each in shop.get("/v1/charges")["data"]] == [1425]


def test_what_is_over_says_so(shop, page):
    expired, complete = shop.session("payment"), shop.session("payment")
    shop.post(f"/v1/checkout/sessions/{expired['id']}/expire")
    shop.simulator.control("POST", f"/checkout/sessions/{complete['id']}/complete")
    page.open(expired)
    page.browser.wait_text("This page has expired")
    page.browser.picture("checkout-expired")
    page.open(complete)
    page.browser.wait_text("This order is complete")
    page.browser.picture("checkout-complete")
    page.browser.open(expired["url"] + "x")
    page.browser.wait_text("There is no such page")


def test_a_session_that_expires_while_it_is_open_says_so_when_paid(shop, page):
    session = shop.session("payment")
    page.open(session)
    page.enter(VISA)
    shop.simulator.control("POST", f"/checkout/sessions/{session['id']}/abandon")
    page.browser.click("#pay")
    page.browser.wait_text("This page has expired")


def test_back_leads_to_the_shop_and_the_keyboard_suffices(shop, page):
    from selenium.webdriver.common.keys import Keys
    session = shop.session("payment")
    page.open(session)
    page.browser.find("#email").click()
    page.browser.press("ada@shop.example", Keys.TAB, Keys.TAB)
    for text in (VISA, "1234", "123", "Ada"):
        page.browser.press(text, Keys.TAB)
    page.browser.driver.back()
    page.open(session)
    page.browser.click("#back")
    page.browser.wait_url(shop.receiver.pages + "/cancel")
    page.open(session)
    page.browser.find("#email").click()
    for text in ("ada@shop.example", "", VISA, "1234", "123"):
        page.browser.press(*text, Keys.TAB)
    page.browser.press("Ada", Keys.ENTER)
    page.browser.wait_url(shop.receiver.pages + "/success")


def test_faults_of_fields_are_named_before_anything_is_sent(shop, page):
    session = shop.session("payment")
    page.open(session)
    page.pay("4242424242424241", email="ada")
    assert page.browser.text_of("#email-wrong") == "Enter an e-mail address."
    assert page.browser.text_of("#number-wrong") == "The card's number is not valid."
    assert page.browser.driver.switch_to.active_element.get_attribute("id") == "email"
    assert shop.get("/v1/payment_intents")["data"] == []


def test_the_page_fits_a_phone(shop, page):
    page.browser.be_phone()
    page.open(shop.session("subscription", product="P" * 90))
    page.browser.find("#pay")
    assert not page.browser.is_wider_than_window()


def test_a_stripe_that_fails_half_the_time_is_asked_again(shop, page):
    session = shop.session("payment")
    shop.simulator.control("PUT", "/faults", {"api_error_percent": 30, "seed": 7})
    page.open(session)
    page.pay(VISA)
    page.browser.wait_url(shop.receiver.pages + "/success")
    shop.simulator.control("PUT", "/faults", {})
    assert len(shop.get("/v1/charges")["data"]) == 1
