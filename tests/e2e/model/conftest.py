# SPDX-License-Identifier: Apache-2.0
"""A stack of its own: here processes are killed and frozen while a whole shop's events come in."""

import os
from pathlib import Path

import pytest

from stack import ROOT, Stack
from tollgate import Tollgate

HOME = Path(os.environ.get("TOLLGATE_MODEL_HOME") or ROOT / ".local" / "e2e-model")


@pytest.fixture(scope="session")
def shop():
    stack = Stack(HOME)
    if HOME.exists():
        stack.dev("reset", "--yes")
    try:
        stack.up()
        yield Tollgate(stack)
    finally:
        stack.dev("down")
