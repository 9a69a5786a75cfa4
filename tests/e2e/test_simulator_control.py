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


def make_customer(simulator) -> dict:
    return requests.post(f"{simulator.url}/v1/customers", data={"email": "a@x"}, timeout=10,
                         auth=(API_KEY, "")).json()


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
