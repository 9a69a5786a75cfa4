# SPDX-License-Identifier: Apache-2.0
"""CMake and Ninja: configure when needed, build the targets that are asked for."""

import hashlib
import os
from pathlib import Path

import shell
from paths import ROOT, build_dir
from shell import DevError

PRESETS = ("release", "dev", "asan", "tsan", "fuzz")
CONFIGURE_TIMEOUT_S = 300
BUILD_TIMEOUT_S = 3600
# What one compilation of a file full of templates may take.
COMPILATION_BYTES = 1536 * 1024 * 1024


def jobs() -> int:
    return max(1, min(len(os.sched_getaffinity(0)), available_bytes() // COMPILATION_BYTES))


def available_bytes() -> int:
    """What can be had without swapping; the page cache counts, which `free` memory leaves out."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            return int(value.split()[0]) * 1024
    return 0


def build(preset: str, targets: tuple[str, ...] = ()) -> None:
    """Builds these targets, or all; a build that is up to date costs a fraction of a second."""
    if preset not in PRESETS:
        raise DevError(f"there is no preset {preset!r}: choose one of {', '.join(PRESETS)}")
    folder = build_dir(preset)
    with shell.locked(folder.with_suffix(".lock"), f"building preset {preset}"):
        configure(preset, folder)
        shell.run(f"building {' '.join(targets) or 'everything'} ({preset})",
                  ["cmake", "--build", folder, "--parallel", str(jobs()),
                   *(["--target", *targets] if targets else [])],
                  folder.with_suffix(".log"), BUILD_TIMEOUT_S, cwd=ROOT)


def configure(preset: str, folder: Path) -> None:
    """Only for a new folder or changed presets: Ninja itself notices changed CMakeLists.txt."""
    stamp = folder / "presets.sha256"
    now = hashlib.sha256((ROOT / "CMakePresets.json").read_bytes()).hexdigest()
    known = stamp.read_text() if stamp.exists() else ""
    if known == now and (folder / "build.ninja").exists():
        return
    shell.run(f"configuring ({preset})", ["cmake", "--preset", preset, "--fresh"],
              folder.with_suffix(".log"), CONFIGURE_TIMEOUT_S, cwd=ROOT)
    stamp.write_text(now)
