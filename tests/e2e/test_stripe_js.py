# SPDX-License-Identifier: Apache-2.0
"""The simulator's Stripe.js on a merchant's page, which has another origin, in a real browser."""

import json

import pytest

from simulator import Shop

VISA, DECLINED = "4242424242424242", "4000000000000002"
PAGE = """
<meta name="viewport" content="width=device-width">
<style>
  body { font: 16px system-ui, sans-serif; background: #f5f7fa; }
  main { display: grid; gap: 1rem; max-width: 26rem; margin: 3rem auto; padding: 1.5rem;
         border-radius: 12px; background: #fff; }
  p { margin: 0; font-weight: 600; }
  #card { padding: .7rem .8rem; border: 1px solid #b9c1ce; border-radius: 8px; }
  button { min-height: 44px; border: 0; border-radius: 8px; background: #1f4bd8; color: #fff; }
  pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8rem; }
</style>
<main><p>Card</p><div id="card"></div><button id="run">Pay</button><pre id="out"></pre></main>
<script src="SIMULATOR/v3/"></script>
<script>
  const stripe = Stripe("pk_test_shop");
  const card = stripe.elements().create("card");
  const changes = [];
  card.on("change", (event) => changes.push(event));
  card.on("ready", () => { out.textContent = "ready"; });
  card.mount("#card");
  run.onclick = async () => {
    const found = await (async () => { STEPS })();
    out.textContent = JSON.stringify({found, changes});
  };
</script>
"""


class CardPage:
    """A merchant's page that does `steps` when its button is pressed and shows what came of it."""

    def __init__(self, shop, browser):
        self.shop = shop
        self.browser = browser

    def open(self, steps: str) -> None:
        page = PAGE.replace("SIMULATOR", self.shop.simulator.url).replace("STEPS", steps)
        self.shop.receiver.documents["/card"] = page
        self.browser.open(self.shop.receiver.pages + "/card")
        self.browser.wait_text("ready")

    def type(self, number: str) -> None:
        from selenium.webdriver.common.keys import Keys
        self.browser.driver.execute_script("card.clear(); card.focus()")
        self.browser.press(number, Keys.TAB, "1234", Keys.TAB, "123")

    def run(self) -> dict:
        self.browser.driver.execute_script("out.textContent = ''")
        self.browser.click("#run")
        return self.outcome()

    def outcome(self) -> dict:
        return json.loads(self.browser.text_of("#out"))


@pytest.fixture
def shop(simulator, receiver):
    return Shop(simulator, receiver)


@pytest.fixture
def card(shop, browser):
    return CardPage(shop, browser)


def confirm(shop) -> tuple[dict, str]:
    intent = shop.post("/v1/payment_intents", amount=1900, currency="usd")
    secret = json.dumps(intent["client_secret"])
    return intent, f"return stripe.confirmCardPayment({secret}, {{payment_method: {{card}}}});"


def test_a_payment_method_is_made_of_what_was_typed(card):
    card.open("return stripe.createPaymentMethod("
              "{type: 'card', card, billing_details: {name: 'Ada'}});")
    incomplete = card.run()
    assert incomplete["found"]["error"]["type"] == "validation_error"
    card.type(VISA)
    outcome = card.run()
    method = card.shop.get(f"/v1/payment_methods/{outcome['found']['paymentMethod']['id']}")
    assert method["card"]["last4"] == "4242" and method["card"]["exp_year"] == 2034
    assert method["billing_details"]["name"] == "Ada"
    last = outcome["changes"][-1]
    assert (last["complete"], last["brand"], last["empty"]) == (True, "visa", False)


def test_a_declined_card_is_an_error_and_a_good_one_pays(shop, card):
    intent, steps = confirm(shop)
    card.open(steps)
    card.type(DECLINED)
    assert card.run()["found"]["error"]["code"] == "card_declined"
    card.type(VISA)
    card.browser.driver.execute_script("out.textContent = ''")
    card.browser.picture("stripe-js-card")
    assert card.run()["found"]["paymentIntent"]["status"] == "succeeded"
    assert shop.get(f"/v1/payment_intents/{intent['id']}")["status"] == "succeeded"


def test_3d_secure_stands_over_the_page_until_it_is_answered(shop, card):
    intent, steps = confirm(shop)
    card.open(steps)
    for answer in ("fail", "complete"):
        card.type("4000002760003184")
        card.browser.driver.execute_script("out.textContent = ''")
        card.browser.click("#run")
        card.browser.driver.switch_to.frame(card.browser.find("dialog iframe"))
        card.browser.wait_text("asks for $19.00")
        card.browser.driver.switch_to.default_content()
        card.browser.picture("stripe-js-authenticate")
        card.browser.driver.switch_to.frame(card.browser.find("dialog iframe"))
        card.browser.click(f"#{answer}")
        card.browser.driver.switch_to.default_content()
        found = card.outcome()["found"]
        assert card.browser.all("dialog") == []
        if answer == "fail":
            assert found["error"]["code"] == "payment_intent_authentication_failure"
    assert found["paymentIntent"]["status"] == "succeeded"
    assert shop.get(f"/v1/payment_intents/{intent['id']}")["amount_received"] == 1900


def test_a_card_is_saved_after_3d_secure(shop, card):
    intent = shop.post("/v1/setup_intents")
    secret = json.dumps(intent["client_secret"])
    card.open(f"return stripe.confirmCardSetup({secret}, {{payment_method: {{card}}}});")
    for answer, says in (("fail", "setup_intent_authentication_failure"), ("complete", None)):
        card.type("4000002760003184")
        card.browser.driver.execute_script("out.textContent = ''")
        card.browser.click("#run")
        card.browser.driver.switch_to.frame(card.browser.find("dialog iframe"))
        card.browser.click(f"#{answer}")
        card.browser.driver.switch_to.default_content()
        found = card.outcome()["found"]
        assert found.get("error", {}).get("code") == says
    assert found["setupIntent"]["status"] == "succeeded"
    assert shop.get(f"/v1/setup_intents/{intent['id']}")["payment_method"]


def test_a_secret_opens_its_own_intent_only(shop, card):
    one, two = (shop.post("/v1/payment_intents", amount=1900, currency="usd") for _ in range(2))
    wrong = json.dumps(two["id"] + "_secret_" + one["client_secret"].partition("_secret_")[2])
    card.open(f"return stripe.retrievePaymentIntent({wrong});")
    assert card.run()["found"]["error"]["code"] == "resource_missing"


def test_a_session_can_be_gone_to(shop, card):
    session = shop.session("payment")
    card.open(f"return stripe.redirectToCheckout({{sessionId: {json.dumps(session['id'])}}});")
    card.browser.click("#run")
    card.browser.wait_url(session["url"])
    card.browser.wait_text("Pay for Professional")
