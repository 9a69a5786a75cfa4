# SPDX-License-Identifier: Apache-2.0
"""Buying through checkout, from the frontend's side, with a simulated Stripe behind."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from storefront import SHOP, Storefront
from stack import eventually

# A checkout that was killed keeps its partitions until its session in the consumer group ends.
EVENT_WAIT_S = 40


def test_plans_are_public_and_shared_with_the_shops_pages(checkout):
    answer = requests.get(f"{checkout.url}/v1/plans", headers={"Origin": SHOP}, timeout=5)
    assert [plan["id"] for plan in answer.json()["data"]] == ["free", "professional", "enterprise"]
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    stranger = requests.get(f"{checkout.url}/v1/plans", timeout=5,
                            headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers
    asked = requests.options(f"{checkout.url}/v1/checkout-sessions", timeout=5,
                             headers={"Origin": SHOP, "Access-Control-Request-Method": "POST"})
    assert asked.status_code == 204 and "POST" in asked.headers["Access-Control-Allow-Methods"]
    foreign = requests.options(f"{checkout.url}/v1/checkout-sessions", timeout=5, headers={
        "Origin": "https://evil.example", "Access-Control-Request-Method": "POST"})
    assert "Access-Control-Allow-Origin" not in foreign.headers
    assert asked.headers["Access-Control-Allow-Origin"] == SHOP


def test_the_same_request_gets_the_same_open_session(shop):
    first = shop.buy()
    assert first.status_code == 201, first.text
    assert first.json()["status"] == "open" and first.json()["url"].endswith(first.json()["id"])
    again = shop.buy()
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(shop.at_stripe("customer")) == len(shop.at_stripe("checkout.session")) == 1
    session, = shop.at_stripe("checkout.session")
    assert session["client_reference_id"] == shop.user
    assert session["success_url"] == f"{SHOP}/done?id={{CHECKOUT_SESSION_ID}}"


def test_another_plan_expires_the_open_session(shop):
    first = shop.buy("professional").json()
    second = shop.buy("enterprise")
    assert second.status_code == 201
    states = {each["id"]: each["status"] for each in shop.at_stripe("checkout.session")}
    assert states == {first["id"]: "expired", second.json()["id"]: "open"}
    assert shop.ask("GET", f"/v1/checkout-sessions/{first['id']}").json()["status"] == "expired"


def test_parallel_requests_to_two_processes_make_one_customer_and_one_session(
        stack, sandbox, checkout_at):
    sandbox.control("PUT", "/faults", {"api_latency_ms": 30})
    processes = [checkout_at(), checkout_at()]
    shop = Storefront(stack, sandbox, processes[0])
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: shop.buy(at=processes[number % 2]), range(8)))
    assert {answer.status_code for answer in answers} <= {200, 201}, [a.text for a in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(shop.at_stripe("customer")) == len(shop.at_stripe("checkout.session")) == 1


def test_a_paid_session_shows_at_once_and_bars_a_second_purchase(shop):
    session = shop.buy().json()["id"]
    waited = []
    waiting = threading.Thread(target=lambda: waited.append(
        shop.ask("GET", f"/v1/checkout-sessions/{session}?wait_s=30")))
    begun = time.monotonic()
    waiting.start()
    shop.pay(session)
    waiting.join()
    assert waited[0].json()["status"] == "paid", waited[0].text
    assert time.monotonic() - begun < 25
    subscription, = shop.at_stripe("subscription")
    assert waited[0].json()["subscription"] == subscription["id"]

    refused = shop.buy("enterprise")
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["code"] == "already_subscribed"
    assert problem["subscription"] == subscription["id"]
    assert problem["call"] == f"PATCH /v1/subscriptions/{subscription['id']}"


def test_things_are_bought_at_the_catalogues_price(shop):
    body = {"items": [{"product": "handbook", "quantity": 2}], "success_url": f"{SHOP}/done",
            "cancel_url": f"{SHOP}/"}
    answer = shop.ask("POST", "/v1/checkout-sessions", body)
    assert answer.status_code == 201, answer.text
    session, = shop.at_stripe("checkout.session")
    assert (session["mode"], session["amount_total"]) == ("payment", 5800)
    assert session["metadata"]["tollgate_items"] == "handbook:2"
    shop.pay(session["id"])
    assert shop.at_stripe("payment_intent")[0]["metadata"]["tollgate_items"] == "handbook:2"
    assert shop.ask("POST", "/v1/checkout-sessions", body).status_code == 201, "bought once more"


def test_wrong_requests_are_refused_before_stripe_is_asked(shop):
    def code(**fields) -> tuple[int, str]:
        answer = shop.buy(fields=fields)
        return answer.status_code, answer.json()["code"]

    def asked() -> int:
        """But for the look for double purchases, which goes on beside."""
        return sum(call["path"] != "/v1/subscriptions" for call in shop.requests())

    before = asked()
    assert code(plan="gold") == (422, "unknown_plan")
    assert code(plan="free") == (422, "plan_not_for_sale")
    assert code(success_url="https://evil.example/") == (422, "redirect_not_allowed")
    assert code(cancel_url="https://shop.example.evil.example/") == (422, "redirect_not_allowed")
    assert code(quantity=0) == (422, "invalid_quantity")
    assert code(quantity="1") == (400, "invalid_body")
    assert code(amount=1) == (400, "invalid_body")
    assert code(items=[{"product": "handbook"}]) == (422, "invalid_body")
    assert code(plan="", items=[{"product": "handbook"}], quantity=3) == (422, "invalid_body")
    anonymous = requests.post(f"{shop.checkout.url}/v1/checkout-sessions", json={}, timeout=5)
    assert anonymous.status_code == 401
    assert asked() == before


def test_redirects_go_to_the_session(shop):
    answer = shop.ask("POST", "/v1/checkout-sessions?redirect=true",
                      {"plan": "professional", "success_url": SHOP, "cancel_url": SHOP})
    assert answer.status_code == 303
    assert answer.headers["Location"] == shop.at_stripe("checkout.session")[0]["url"]
    nonsense = shop.ask("POST", "/v1/checkout-sessions?redirect=perhaps",
                        {"plan": "professional", "success_url": SHOP, "cancel_url": SHOP})
    assert (nonsense.status_code, nonsense.json()["code"]) == (400, "invalid_query")


def test_sessions_of_others_are_not_found(stack, shop):
    session = shop.buy().json()["id"]
    stranger = Storefront(stack, shop.simulator, shop.checkout)
    assert stranger.ask("GET", f"/v1/checkout-sessions/{session}").status_code == 404
    assert shop.ask("GET", "/v1/checkout-sessions/cs_test_none").status_code == 404


def test_a_clients_key_names_one_request(shop):
    first = shop.buy(key="k1")
    assert shop.buy(key="k1").json()["id"] == first.json()["id"]
    other = shop.buy("enterprise", key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    shop.pay(first.json()["id"])
    assert shop.buy(key="k1").json()["status"] == "complete"
    assert shop.buy(key="k 1").status_code == 400


def test_an_events_customer_is_used(stack, sandbox, shop):
    answer = requests.post(f"{sandbox.url}/v1/customers", {"metadata[user_id]": shop.user},
                           headers={"Authorization": "Bearer sk_test_x"}, timeout=5)
    eventually(lambda: rows(stack, "select 1 from customers where user_id = %s", shop.user),
               EVENT_WAIT_S, "the customer's row")
    assert shop.buy().status_code == 201
    assert [each["id"] for each in shop.at_stripe("customer")] == [answer.json()["id"]]


def rows(stack, query: str, *values) -> list:
    import psycopg2
    with psycopg2.connect(stack["CHECKOUT_DATABASE_URL"]) as connection:
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()


def test_stripe_away_is_503_at_once_and_over_when_it_is_back(stack, shop, checkout_at, sandbox):
    away = checkout_at(STRIPE_API_BASE="http://127.0.0.1:9")
    for _ in range(3):
        answer = shop.buy(at=away)
        assert (answer.status_code, answer.json()["code"]) == (503, "stripe_unavailable")
        assert int(answer.headers["Retry-After"]) >= 1
    took_s = []
    for _ in range(3):
        begun = time.monotonic()
        assert shop.buy(at=away).status_code == 503
        took_s.append(time.monotonic() - begun)
    assert min(took_s) < 0.4, "nobody waits for a server that is known to be away"
    assert shop.buy().status_code == 201, "another process goes on with what was begun"


def test_faults_of_stripe_make_nothing_twice(stack, shop, sandbox):
    sandbox.control("PUT", "/faults",
                      {"api_error_percent": 15, "api_rate_limit_percent": 10, "seed": 7})
    buyers = [Storefront(stack, sandbox, shop.checkout) for _ in range(10)]

    def buy(buyer: Storefront) -> str:
        answer = eventually(lambda: (got := buyer.buy()).status_code in (200, 201) and got, 90)
        return answer.json()["id"]

    with ThreadPoolExecutor(5) as pool:
        bought = list(pool.map(buy, buyers))
    sandbox.control("PUT", "/faults", {})
    for buyer, session in zip(buyers, bought, strict=True):
        assert len(buyer.at_stripe("customer")) == 1
        assert [each["id"] for each in buyer.at_stripe("checkout.session")
                if each["status"] == "open"] == [session]


def test_a_user_who_asks_too_often_waits(stack, sandbox, checkout_at):
    shop = Storefront(stack, sandbox, checkout_at(USER_REQUESTS_PER_MINUTE="8"))
    answers = [shop.ask("GET", "/v1/subscriptions") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
