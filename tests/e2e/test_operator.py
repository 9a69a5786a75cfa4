# SPDX-License-Identifier: Apache-2.0
"""The operator's commands that speak to Stripe, run as people and scripts run them."""

import os
import subprocess

import pytest
import requests

from simulator import API_KEY, Simulator
from stack import ROOT

CATALOG = ROOT / "deploy" / "catalog.yaml"
COMMAND_TIMEOUT_S = 60
URL = "https://shop.example/webhooks/stripe"
CHANGES_DUE = 3


@pytest.fixture
def simulator(tmp_path):
    running = Simulator(tmp_path / "simulator.log")
    yield running
    running.discard()


@pytest.fixture
def operator(simulator):
    """Runs a command without a terminal; settings may be given by name."""
    preset = os.environ.get("TOLLGATE_PRESET") or "release"
    binary = ROOT / ".local" / "build" / preset / "bin" / "operator"

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess:
        environment = {"PATH": os.environ["PATH"], "STRIPE_SECRET_KEY": API_KEY,
                       "STRIPE_API_BASE": simulator.url, "CATALOG_FILE": str(CATALOG),
                       "LOG_LEVEL": "error"}
        return subprocess.run([binary, *arguments], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False,
                              timeout=COMMAND_TIMEOUT_S, env=environment | settings)

    return run


def prices(simulator, **filters: str) -> dict[str, dict]:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    listed = simulator.get(f"/v1/prices?limit=100&{query}").json()["data"]
    return {price["lookup_key"]: price for price in listed if price["lookup_key"]}


def posts(simulator) -> int:
    asked = simulator.control("GET", "/requests")["data"]
    return sum(call["method"] == "POST" and call["path"].startswith("/v1") for call in asked)


def test_the_catalogue_is_made_at_stripe_once(simulator, operator):
    refused = operator("catalog", "apply")
    assert refused.returncode == CHANGES_DUE and "--yes" in refused.stderr
    assert "+ price professional_monthly: 1900 usd every month" in refused.stdout
    assert posts(simulator) == 0

    assert operator("catalog", "apply", "--yes").returncode == 0
    made = prices(simulator, active="true")
    assert {key: (price["product"], price["unit_amount"]) for key, price in made.items()} == {
        "professional_monthly": ("prod_tollgate_professional", 1900),
        "professional_yearly": ("prod_tollgate_professional", 19000),
        "enterprise_monthly": ("prod_tollgate_enterprise", 9900),
        "enterprise_yearly": ("prod_tollgate_enterprise", 99000),
        "handbook": ("prod_tollgate_handbook", 2900)}
    assert made["handbook"]["recurring"] is None
    before = posts(simulator)
    again = operator("catalog", "apply")
    assert (again.returncode, posts(simulator)) == (0, before)
    assert "nothing to do" in again.stdout


def test_a_new_amount_takes_the_lookup_key_and_retires_the_old_price(simulator, operator, tmp_path):
    operator("catalog", "apply", "--yes")
    old = prices(simulator)["professional_monthly"]["id"]
    changed = tmp_path / "catalog.yaml"
    changed.write_text(CATALOG.read_text().replace("amount: 1900,", "amount: 2100,"))

    dry = operator("catalog", "apply", "--dry-run", CATALOG_FILE=str(changed))
    assert dry.returncode == CHANGES_DUE
    assert "1900 usd every month -> 2100 usd every month" in dry.stdout
    assert operator("catalog", "apply", "--yes", CATALOG_FILE=str(changed)).returncode == 0
    new = prices(simulator)["professional_monthly"]
    assert (new["unit_amount"], new["active"]) == (2100, True) and new["id"] != old
    retired = simulator.get(f"/v1/prices/{old}").json()
    assert (retired["active"], retired["lookup_key"]) == (False, None)
    assert "nothing to do" in operator("catalog", "apply", CATALOG_FILE=str(changed)).stdout


def test_faults_of_stripe_end_the_run_and_the_next_one_finishes(simulator, operator):
    simulator.control("PUT", "/faults", {"api_error_percent": 40, "seed": 7})
    attempts = [operator("catalog", "apply", "--yes").returncode]
    while attempts[-1] != 0 and len(attempts) < 8:
        attempts.append(operator("catalog", "apply", "--yes").returncode)
    simulator.control("PUT", "/faults", {})
    assert "nothing to do" in operator("catalog", "apply").stdout
    assert len(simulator.get("/v1/products?limit=100").json()["data"]) == 3
    active = simulator.get("/v1/prices?limit=100&active=true").json()["data"]
    assert len(active) == 5


def test_what_keeps_a_command_from_running_is_told_and_ends_it(simulator, operator, tmp_path):
    wrong = tmp_path / "catalog.yaml"
    wrong.write_text("plans: {gold: {prices: [{lookup_key: g, amount: 1.5, currency: usd}]}}")
    faulty = operator("catalog", "apply", "--yes", CATALOG_FILE=str(wrong))
    assert faulty.returncode == 2 and "amount must be a whole number" in faulty.stderr
    assert operator("catalog", "apply", STRIPE_SECRET_KEY="").returncode == 2
    assert operator("catalog", "apply", STRIPE_SECRET_KEY="nonsense").returncode == 2
    away = operator("catalog", "apply", STRIPE_API_BASE="http://127.0.0.1:1")
    assert away.returncode == 1 and "cannot be reached" in away.stderr
    simulator.control("PUT", "/objects", {"path": "/v1/products", "body": {"data": "nonsense"}})
    assert "Stripe sells" not in operator("catalog", "apply", "--dry-run").stdout


def test_a_webhook_endpoint_is_made_once_and_tells_its_secret_once(simulator, operator):
    made = operator("webhook-endpoint", "apply", "--url", URL)
    assert made.returncode == 0
    assert made.stdout.splitlines()[-1].startswith("whsec_")
    again = operator("webhook-endpoint", "apply", "--url", URL, "--yes")
    assert again.returncode == 0 and "nothing to do" in again.stdout
    assert "delete it at Stripe" in again.stdout, "what to do for one whose secret was lost"
    assert "whsec" not in again.stdout
    [endpoint] = simulator.get("/v1/webhook_endpoints").json()["data"]
    assert (endpoint["url"], endpoint["api_version"]) == (URL, "2026-10-28.endive")
    assert "customer.subscription.deleted" in endpoint["enabled_events"]
    assert operator("webhook-endpoint", "apply", "--url", "shop").returncode == 2


def test_a_customer_is_bound_by_hand(simulator, operator):
    made = requests.post(f"{simulator.url}/v1/customers", data={"email": "a@x"}, timeout=10,
                         auth=(API_KEY, "")).json()["id"]
    assert operator("customers", "bind", made, "usr_7").returncode == 0
    assert simulator.get(f"/v1/customers/{made}").json()["metadata"] == {"user_id": "usr_7"}
    taken = operator("customers", "bind", made, "usr_8")
    assert taken.returncode == CHANGES_DUE and "usr_7 -> usr_8" in taken.stdout
    assert operator("customers", "bind", made, "usr_8", "--yes").returncode == 0
    assert operator("customers", "bind", "cus_none", "usr_8").returncode == 1
