# SPDX-License-Identifier: Apache-2.0
"""Stripe's own Node SDK and command line against the simulated Stripe. The Python SDK is in
test_simulator.py."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from node_packages import node, node_sdk, stripe_cli
from simulator import API_KEY, Receiver, Simulator
from stack import eventually
from stripe_events import sign

RUN_TIMEOUT_S = 60
TRIGGERS = ("customer.created", "customer.subscription.deleted", "checkout.session.completed",
            "invoiceitem.created", "invoice.payment_failed", "invoice.voided", "invoice.deleted")
# Their calls name parameters that the pinned version has no more.
OLDER_TRIGGERS = ("payment_intent.succeeded", "setup_intent.succeeded", "charge.refunded",
                  "promotion_code.created")
OLDER_VERSION = "2025-03-31.basil"


@pytest.fixture
def simulator(tmp_path):
    running = Simulator(tmp_path / "simulator.log")
    yield running
    running.discard()


@pytest.fixture
def receiver():
    listening = Receiver()
    yield listening
    listening.close()


def test_the_node_sdk_buys_changes_cancels_and_refunds(simulator, receiver):
    folder = node_sdk()
    done = subprocess.run([node(), Path(__file__).with_name("node_sdk.mjs"), simulator.url,
                           receiver.url], capture_output=True, text=True, check=False,
                          timeout=RUN_TIMEOUT_S,
                          env=os.environ | {"STRIPE_NODE_FOLDER": str(folder)})
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    secret = seen.pop("secret")
    assert seen == {"quantity": 3, "status": "canceled", "refunded": 1900,
                    "refused": "charge_already_refunded", "customers": 1}
    assert {"checkout.session.completed", "customer.subscription.deleted",
            "charge.refunded"} <= set(receiver.types())
    for body, signature in receiver.received:
        at = int(signature.split(",")[0].removeprefix("t="))
        assert sign(body, secret, timestamp=at) == signature


def trigger(simulator, home: Path, event: str, *options: str) -> None:
    done = subprocess.run([stripe_cli(), "trigger", event, "--api-base", simulator.url,
                           "--api-key", API_KEY, *options], capture_output=True, text=True,
                          check=False, timeout=RUN_TIMEOUT_S,
                          env={"HOME": str(home), "PATH": os.environ["PATH"]})
    assert done.returncode == 0, done.stdout + done.stderr
    made = eventually(lambda: simulator.get("/v1/events?limit=100").json()["data"])
    assert event in {one["type"] for one in made}


@pytest.mark.parametrize("event", TRIGGERS)
def test_the_cli_triggers_events(simulator, tmp_path, event):
    trigger(simulator, tmp_path, event)


@pytest.mark.parametrize("event", OLDER_TRIGGERS)
def test_the_cli_triggers_events_in_an_older_version(simulator, tmp_path, event):
    trigger(simulator, tmp_path, event, "--api-version", OLDER_VERSION)
