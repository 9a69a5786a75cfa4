# SPDX-License-Identifier: Apache-2.0
"""A stack of its own: here processes are killed and frozen while a whole shop's events come in."""

import os
from pathlib import Path

import pytest

from listed_events import ListedEvents
from stack import ROOT, Stack
from tollgate import Tollgate

HOME = Path(os.environ.get("TOLLGATE_MODEL_HOME") or ROOT / ".local" / "e2e-model")


@pytest.fixture(scope="session")
def stripe():
    with ListedEvents() as listed:
        yield listed


@pytest.fixture(scope="session")
def shop(stripe):
    """It meets one Stripe only: what was listed up to a moment is not asked of another one."""
    stack = Stack(HOME)
    if HOME.exists():
        stack.dev("reset", "--yes")
    try:
        stack.up("--set", f"STRIPE_API_BASE={stripe.url}", "--set", "SWEEP_INTERVAL_S=1")
        yield Tollgate(stack)
    finally:
        stack.dev("down")
