# SPDX-License-Identifier: Apache-2.0
"""Stripe's official npm packages, installed below .local/ when npm is there: its SDK for Node and
its command line, whose binary is inside the package of the platform."""

import shutil
import subprocess
from pathlib import Path

import pytest

from stack import ROOT

FOLDER = ROOT / ".local" / "node"
SDK = "stripe@23.1.0"  # Speaks the version whose shapes the simulator keeps.
CLI = "@stripe/cli@1.52.0"
INSTALL_TIMEOUT_S = 300


def node_sdk() -> Path:
    """The folder in which `stripe` can be required."""
    install(SDK, FOLDER / "node_modules" / "stripe")
    return FOLDER


def stripe_cli() -> Path:
    install(CLI, FOLDER / "node_modules" / "@stripe" / "cli")
    found = list((FOLDER / "node_modules" / "@stripe").glob("cli-*/bin/stripe"))
    if not found:
        pytest.skip(f"{CLI} has no binary for this platform")
    return found[0]


def install(package: str, made: Path) -> None:
    if made.exists():
        return
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip(f"{package} needs node and npm, which this machine lacks")
    FOLDER.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["npm", "install", "--prefix", FOLDER, "--no-audit", "--no-fund",
                           package], capture_output=True, text=True, check=False,
                          timeout=INSTALL_TIMEOUT_S)
    if done.returncode != 0:
        pytest.skip(f"{package} cannot be installed: {done.stderr.strip()[-200:]}")
