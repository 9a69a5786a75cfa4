# SPDX-License-Identifier: Apache-2.0
"""Where things lie. Builds and downloads are shared; a stack's own files are below its home."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
DOWNLOADS = LOCAL / "downloads"
LOGS = LOCAL / "logs"
EXAMPLES = ROOT / "deploy" / "examples"

DEFAULT_HOME = LOCAL / "stack"


def home() -> Path:
    """The home of the stack that this call is about; TOLLGATE_HOME moves it."""
    moved = os.environ.get("TOLLGATE_HOME", "")
    return Path(moved).absolute() if moved else DEFAULT_HOME


def build_dir(preset: str) -> Path:
    return LOCAL / "build" / preset


def binary(preset: str, name: str) -> Path:
    return build_dir(preset) / "bin" / name
