# SPDX-License-Identifier: Apache-2.0
"""The simulated Stripe in its owner's hands: control routes that do what they are told or nothing,
and a state that outlives the process."""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest
import requests

from simulator import API_KEY, END_TIMEOUT_S, Simulator, binary
from stack import eventually

REFUSED = [
    ("PUT", "/objects", {"path": "v1/products", "body": {}}),
    ("PUT", "/objects", {"path": "/v1/products?limit=1", "body": {}}),
    ("PUT", "/objects", {"path": "/v1/products"}),
    ("POST", "/clock/advance", {}),
    ("POST", "/clock/advance", {"seconds": "5"}),
    ("POST", "/clock/advance", {"seconds": -5}),
    ("POST", "/clock/advance", {"secs": 5}),
    ("POST", "/clock/advance", {"seconds": 5, "to": 4_000_000_000}),
    ("POST", "/clock/advance", {"to": 1}),
    ("POST", "/deliveries/drain", {"all": "yes"}),
    ("POST", "/checkout/sessions/cs_1/settle", {}),
    ("POST", "/checkout/sessions/cs_1/settle", {"succeed": "no"}),
    ("POST", "/checkout/sessions/cs_1/complete", {"card": "pm_card_visa"}),
    ("POST", "/customers/cus_1/next-charge", {"outcome": 1}),
    ("POST", "/disputes", {}),
    ("POST", "/disputes", {"payment_intent": "pi_1", "inquiry": 1}),
    ("POST", "/disputes/du_1/close", {}),
    ("PUT", "/faults", {"duplicate_percent": 101}),
    ("PUT", "/faults", {"duplicates": 1}),
    ("POST", "/load", {}),
    ("POST", "/load", {"customers": 1, "prefix": "a&b=c"}),
    ("POST", "/reset", {"now": "yesterday"}),
    ("POST", "/reset", {"now": 1 << 62}),
    ("POST", "/reset", {"sead": 1}),
    ("POST", "/reset", [1]),
]


def post_customer(simulator, **headers: str) -> requests.Response:
    return requests.post(f"{simulator.url}/v1/customers", data={"email": "a@x"}, timeout=10,
                         auth=(API_KEY, ""), headers=headers)


def make_customer(simulator) -> dict:
    return post_customer(simulator).json()


@pytest.mark.parametrize(("method", "path", "body"), REFUSED, ids=str)
def test_what_a_route_does_not_take_is_refused_and_changes_nothing(simulator, method, path, body):
    made = make_customer(simulator)
    simulator.control(method, path, body, status=400)
    assert simulator.get(f"/v1/customers/{made['id']}").json() == made
    assert set(simulator.control("GET", "/faults").values()) == {0, 1}, "all off, and the seed"


def test_a_card_that_nobody_knows_pays_nothing(simulator, stripe):
    session = stripe.v1.checkout.sessions.create({
        "mode": "payment", "success_url": "https://shop.example/done",
        "line_items": [{"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 900,
                                                      "product_data": {"name": "Handbook"}}}]})
    path = f"/checkout/sessions/{session.id}/complete"
    simulator.control("POST", path, {"payment_method": "pm_card_vsia"}, status=400)
    paid = simulator.control("POST", path, {"payment_method": "pm_card_visa"})
    dispute = {"payment_intent": paid["payment_intent"]}
    simulator.control("POST", "/disputes", dispute | {"reason": "nonsense"}, status=400)
    simulator.control("POST", "/disputes", dispute)
    simulator.control("POST", "/disputes", dispute, status=400)


def test_every_route_is_listed_and_a_reset_goes_back_to_the_real_time(simulator):
    rows = simulator.control("GET", "/help")["routes"]
    assert len({(row["method"], row["path"]) for row in rows}) == len(rows) >= 20
    assert all(row["about"] for row in rows)
    simulator.control("POST", "/clock/advance", {"seconds": 10_000_000})
    assert abs(simulator.control("POST", "/reset")["now"] - time.time()) < 60


def test_ids_come_again_only_by_a_seed_that_was_given(simulator, tmp_path):
    def ids_after_reset(**body) -> tuple[str, int]:
        told = simulator.control("POST", "/reset", body)
        return make_customer(simulator)["id"], told["seed"]

    first, seed = ids_after_reset()
    second, another = ids_after_reset()
    assert first != second and seed != another
    assert ids_after_reset(seed=seed) == (first, seed)
    assert ids_after_reset(seed=seed) == (first, seed)

    def first_id(**settings: str) -> str:
        fresh = Simulator(tmp_path / "fresh.log", **settings)
        try:
            return make_customer(fresh)["id"]
        finally:
            fresh.discard()

    assert first_id() != first_id()
    assert first_id(SIMULATOR_SEED="7") == first_id(SIMULATOR_SEED="7")


def restarted(simulator, folder: Path) -> Simulator:
    return Simulator(simulator.log, SIMULATOR_STATE_FILE=str(folder / "state.json"))


def test_what_was_written_outlives_a_kill(simulator, tmp_path):
    state = tmp_path / "state.json"
    made = make_customer(simulator)
    eventually(lambda: made["id"] in state.read_text(), what="a written state")
    simulator.process.kill()
    simulator.process.wait()
    state.with_name("state.json.draft").write_text('{"format":1,"obj')  # As if it died writing.
    again = restarted(simulator, tmp_path)
    try:
        assert again.get(f"/v1/customers/{made['id']}").json() == made
        assert make_customer(again)["id"] != made["id"]
        assert again.end() == 0
        assert json.loads(state.read_text())["format"] == 1
    finally:
        again.discard()


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_an_answer_under_a_key_outlives_the_process(simulator, tmp_path, end):
    first = post_customer(simulator, **{"Idempotency-Key": "buy-1"})
    if end == "kill":
        state = tmp_path / "state.json"
        eventually(lambda: first.json()["id"] in state.read_text(), what="a written state")
    getattr(simulator.process, end)()
    simulator.process.wait()
    again = restarted(simulator, tmp_path)
    try:
        answer = post_customer(again, **{"Idempotency-Key": "buy-1"})
        assert (answer.status_code, answer.text) == (200, first.text)
        assert answer.headers["Idempotent-Replayed"] == "true"
        other = post_customer(again, **{"Idempotency-Key": "buy-2"})
        assert other.json()["id"] != first.json()["id"]
    finally:
        again.discard()


def test_a_torn_state_is_refused_by_name_and_left_alone(simulator, tmp_path):
    state = tmp_path / "state.json"
    make_customer(simulator)
    assert simulator.end() == 0
    torn = state.read_bytes()[:-100]
    state.write_bytes(torn)
    done = subprocess.run([binary()], capture_output=True, text=True, check=False,
                          timeout=END_TIMEOUT_S, env={
                              "PATH": os.environ["PATH"], "SIMULATOR_STATE_FILE": str(state),
                              "HTTP_LISTEN": "127.0.0.1:0", "ADMIN_LISTEN": "127.0.0.1:0"})
    assert done.returncode != 0
    assert f"{state} cannot be read" in done.stderr
    assert state.read_bytes() == torn
