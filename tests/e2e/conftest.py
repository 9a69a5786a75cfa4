# SPDX-License-Identifier: Apache-2.0
"""One stack for all tests, under a home of its own, and what it logged during a failed test."""

import itertools
import os
import time
from pathlib import Path

import pytest

from between import Between
from browser import Browser
from programs import Checkout, Ingress
from simulator import API_KEY, Receiver, Simulator, stripe_sdk
from stack import ROOT, Stack
from storefront import SHOP, Storefront, sell_catalogue
from tollgate import Tollgate

HOME = Path(os.environ.get("TOLLGATE_E2E_HOME") or ROOT / ".local" / "e2e")
LOG_CHARACTERS_SHOWN = 6000
FAR_MORE_REQUESTS = "100000"
LOG_OFFSETS = pytest.StashKey[dict[Path, int]]()


@pytest.fixture(scope="session")
def stack():
    running = Stack(HOME)
    if HOME.exists():
        running.dev("reset", "--yes")
    try:
        running.up()
        yield running
    finally:
        # The folder stays until the next run, so that logs can be looked at.
        running.dev("down")


@pytest.fixture(scope="session")
def tollgate(stack):
    return Tollgate(stack)


@pytest.fixture
def breakable(stack):
    """The stack for a test that breaks it: whole again afterwards, however the test ends."""
    yield stack
    stack.mend()


@pytest.fixture
def ingress_with(stack, tmp_path):
    """Makes ingresses with settings of their own, which end with the test."""
    made = []
    numbers = itertools.count(1)

    def make(**settings: str) -> Ingress:
        made.append(Ingress(stack, tmp_path / f"ingress-{next(numbers)}.log", **settings))
        return made[-1]

    yield make
    for ingress in made:
        ingress.discard()


@pytest.fixture
def ready_ingress(ingress_with):
    """Likewise, and waits until it is ready."""

    def make(**settings: str) -> Ingress:
        ingress = ingress_with(**settings)
        ingress.wait_listening()
        ingress.wait_ready()
        return ingress

    return make


@pytest.fixture
def simulator(tmp_path):
    """A simulated Stripe of the test's own, beside any stack."""
    running = Simulator(tmp_path / "simulator.log", SIMULATOR_RETRY_WAIT_MS="20",
                        SIMULATOR_STATE_FILE=str(tmp_path / "state.json"))
    yield running
    running.discard()


@pytest.fixture
def stripe(simulator):
    """The official SDK's client of that simulated Stripe."""
    sdk = stripe_sdk()
    client = sdk.StripeClient(API_KEY, base_addresses={"api": simulator.url},
                              max_network_retries=0)
    client.sdk = sdk
    return client


@pytest.fixture
def receiver():
    listening = Receiver()
    yield listening
    listening.close()


@pytest.fixture
def checkout_with(stack, tmp_path):
    """Makes ready checkouts with settings of their own, which end with the test."""
    made = []
    numbers = itertools.count(1)

    def make(**settings: str) -> Checkout:
        made.append(Checkout(stack, tmp_path / f"checkout-{next(numbers)}.log", **settings))
        made[-1].wait_listening()
        made[-1].wait_ready()
        return made[-1]

    yield make
    for checkout in made:
        checkout.end()


@pytest.fixture
def sandbox(stack, ready_ingress, tmp_path):
    """A simulated Stripe that sells the catalogue; its webhooks reach the stack's topic."""
    ingress = ready_ingress()
    running = Simulator(tmp_path / "sandbox.log", SIMULATOR_RETRY_WAIT_MS="20",
                        SIMULATOR_SEED=str(time.time_ns()),
                        SIMULATOR_WEBHOOK_URL=f"{ingress.url}/webhooks/stripe",
                        STRIPE_WEBHOOK_SECRETS=stack.webhook_secrets()[0])
    sell_catalogue(stack, running)
    yield running
    running.discard()


@pytest.fixture
def between(sandbox):
    """Stands between a checkout and that Stripe: STRIPE_API_BASE is its `url`."""
    standing = Between(sandbox)
    yield standing
    standing.close()


@pytest.fixture
def checkout_at(checkout_with, sandbox):
    """Makes checkouts that buy there, for pages of the shop."""

    def make(**settings: str) -> Checkout:
        return checkout_with(**({"STRIPE_API_BASE": sandbox.url, "REDIRECT_ORIGINS": SHOP,
                                 "CORS_ORIGINS": SHOP, "STRIPE_REQUESTS_PER_SECOND": "1000",
                                 "USER_REQUESTS_PER_MINUTE": FAR_MORE_REQUESTS} | settings))

    return make


@pytest.fixture
def checkout(checkout_at):
    return checkout_at()


@pytest.fixture
def shop(stack, sandbox, checkout):
    """The browser of a user who never bought anything."""
    return Storefront(stack, sandbox, checkout)


@pytest.fixture(scope="module")
def window():
    """One browser for all tests of a module."""
    opened = Browser()
    yield opened
    opened.close()


@pytest.fixture
def browser(window):
    window.be_desktop()
    yield window
    assert window.faults() == []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    item.stash[LOG_OFFSETS] = {log: log.stat().st_size for log in Stack(HOME).logs()}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if not report.failed:
        return
    offsets = item.stash.get(LOG_OFFSETS, {})
    logs = [(log, offsets.get(log, 0)) for log in Stack(HOME).logs()]
    if "tmp_path" in getattr(item, "funcargs", {}):
        logs += [(log, 0) for log in sorted(item.funcargs["tmp_path"].glob("*.log"))]
    for log, offset in logs:
        text = log.read_bytes()[offset:].decode(errors="replace")
        if text:
            report.sections.append((f"log of {log.stem}", text[-LOG_CHARACTERS_SHOWN:]))
