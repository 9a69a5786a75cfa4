# SPDX-License-Identifier: Apache-2.0
"""Thirteen simulated months of many customers, told by a Stripe that loses, repeats, delays and
mixes up its webhooks: in the end entitlements says what Stripe's objects and the policy say.

TOLLGATE_TRUTH_SEED plays one run's stories again; TOLLGATE_TRUTH_CUSTOMERS makes it larger: 200.
"""

import os
import random
import time
from pathlib import Path

import pytest
import requests

from reference import expected_answer, in_order
from stack import ROOT, Stack, eventually
from tollgate import Tollgate
from truth import Truth

HOME = Path(os.environ.get("TOLLGATE_TRUTH_HOME") or ROOT / ".local" / "e2e-truth")

CUSTOMERS = int(os.environ.get("TOLLGATE_TRUTH_CUSTOMERS", "20"))
DAYS = 395
DAY_S = 86_400
EVENTS_PER_S = 300
PATIENCE_S = 120 + 4 * CUSTOMERS
SHOWN_MAX = 3
FAULTS = {"api_latency_ms": 5, "api_error_percent": 5, "api_rate_limit_percent": 5,
          "api_reset_percent": 5, "duplicate_percent": 20, "reorder_percent": 20,
          "delay_ms_max": 2000, "drop_percent": 10, "twin_percent": 5, "old_version_percent": 10,
          "forge_percent": 3}


@pytest.fixture
def shop():
    """Of its own: it meets this Stripe and no other from its first start on."""
    stack = Stack(HOME)
    if HOME.exists():
        stack.dev("reset", "--yes")
    try:
        stack.up("--set", "SWEEP_INTERVAL_S=2")
        yield Tollgate(stack)
    finally:
        stack.dev("down")


def test_after_thirteen_hostile_months_access_is_what_stripes_objects_say(shop):
    seed = int(os.environ.get("TOLLGATE_TRUTH_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"TOLLGATE_TRUTH_SEED={seed}")
    prefix = f"usr_truth_{seed}_"
    control(shop, "POST", "/reset", seed=seed, now=int(time.time()) - DAYS * DAY_S)
    control(shop, "PUT", "/faults", **FAULTS, seed=seed)
    control(shop, "POST", "/load", customers=CUSTOMERS, events_per_second=EVENTS_PER_S, days=DAYS,
            seed=seed, prefix=prefix)
    eventually(lambda: not control(shop, "GET", "/load")["running"], PATIENCE_S, "the last day")
    control(shop, "POST", "/clock/advance", to=int(time.time()))
    eventually(lambda: control(shop, "POST", "/deliveries/drain", all=True)["drained"], PATIENCE_S,
               "every delivery")
    control(shop, "PUT", "/faults")
    users = [f"{prefix}{number}" for number in range(CUSTOMERS)]
    wait_for_agreement(shop, users)


def control(shop, method: str, path: str, **body) -> dict:
    answer = requests.request(method, f"{shop.stack['SIMULATOR_URL']}/simulator{path}",
                              json=body or None, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


def wait_for_agreement(shop, users: list[str]) -> None:
    """What only Stripe can decide is asked in the background, so the last answers come late."""
    deadline = time.monotonic() + PATIENCE_S
    while faults := disagreements(shop, users):
        if time.monotonic() > deadline:
            raise AssertionError("\n".join([f"{len(faults)} of {len(users)} answers are wrong",
                                            *faults[:SHOWN_MAX]]))
        time.sleep(1)


def disagreements(shop, users: list[str]) -> list[str]:
    truth = Truth(control(shop, "GET", "/truth"))
    now = int(time.time())
    return [fault for user in users
            if (fault := fault_of(truth, user, shop.entitlements(user), now))]


def fault_of(truth: Truth, user: str, answer: dict, now: int) -> str:
    expected = expected_answer(user, truth.ledgers_of(user), now)
    for said in (answer, expected):
        said["grants"] = in_order(said["grants"])
        for grant in said["grants"]:
            # The objects do not say when a purchase was completed.
            if grant["reason"] == "purchase":
                del grant["from"]
    differing = [f"  {key}: {answer[key]}\n  instead of {expected[key]}"
                 for key in expected if answer[key] != expected[key]]
    return "\n".join([user, *differing, *truth.story_of(user)]) if differing else ""
