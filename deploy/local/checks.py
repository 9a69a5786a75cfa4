# SPDX-License-Identifier: Apache-2.0
"""./dev check: what can be said about the source without running it."""

import dataclasses
import hashlib
import json
import os
import shlex
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import build
import packages
import shell
from paths import LOCAL, ROOT, build_dir
from shell import DevError, output_of, say
from tally import Tally

PRESET = "dev"
STAMPS = LOCAL / "clang-tidy"
GNU_OPTIONS = ("-fcoroutines", "-fpch-preprocess", "-Winvalid-pch")
LOOKED_AT = ("libs", "services")
STEP_TIMEOUT_S = 300
CLANG_TIDY_TIMEOUT_S = 600
BATCH_FILES = 8


def run() -> Tally:
    packages.ensure("build", "check")
    result = Tally()
    steps = [("clang-format", check_format), ("tidy", lambda: script("tests/tidy.py")),
             ("openapi", lambda: script("tests/openapi_lint.py")), ("clang-tidy", clang_tidy)]
    for name, step in steps:
        say(f"{name} ...")
        try:
            findings = step()
        except DevError as error:
            findings = str(error)
        if findings is None:
            continue
        say(findings + f"\n{name}: failed" if findings else f"{name}: passed")
        result.count(name, not findings)
    for failure in result.failures:
        say(f"FAILED {failure}")
    return result


def sources(*patterns: str) -> list[str]:
    """Files of the working copy, new ones too, that git does not ignore."""
    listed = output_of(["git", "ls-files", "--cached", "--others", "--exclude-standard",
                        *patterns], cwd=ROOT)
    if listed.returncode != 0:
        raise DevError(f"git cannot list the sources: {listed.stderr.strip()}")
    return sorted({name for name in listed.stdout.splitlines() if (ROOT / name).exists()})


def check_format() -> str:
    done = output_of(["clang-format-14", "--dry-run", "-Werror", *sources("*.cpp", "*.hpp")],
                     STEP_TIMEOUT_S, cwd=ROOT)
    return done.stderr + done.stdout if done.returncode != 0 else ""


def script(name: str) -> str | None:
    """What the script finds wrong; None when this working copy has no such script."""
    if not (ROOT / name).exists():
        return None
    done = output_of([sys.executable, ROOT / name], STEP_TIMEOUT_S, cwd=ROOT)
    return (done.stdout + done.stderr or "failed silently") if done.returncode != 0 else ""


@dataclasses.dataclass(frozen=True)
class Unit:
    """A source file as clang-tidy is to see it."""
    file: str
    options: tuple[str, ...]
    stamp: Path  # Made when it has passed.


def clang_tidy() -> str:
    """What ships: libs and services. A file unchanged since it passed is not looked at again.

    The build comes first: it makes the generated headers, and Ninja's list of what each includes.
    """
    build.build(PRESET)
    STAMPS.mkdir(parents=True, exist_ok=True)
    included = inclusions(build_dir(PRESET))
    units = []
    for entry in json.loads((build_dir(PRESET) / "compile_commands.json").read_text()):
        if any(Path(entry["file"]).is_relative_to(ROOT / folder) for folder in LOOKED_AT):
            units.append(Unit(entry["file"], clang_options(entry),
                              STAMPS / fingerprint(entry, included)))
    return tidy_units([unit for unit in units if not unit.stamp.exists()])


def clang_options(entry: dict) -> tuple[str, ...]:
    """g++'s options as clang understands them: the precompiled header is included as its text."""
    words = shlex.split(entry["command"])
    words = words[1:words.index("-o")]
    for position, word in enumerate(words):
        if word.endswith("cmake_pch.hxx"):
            words[position] = str(STAMPS / f"{Path(word).parent.stem}.hxx")
            shutil.copyfile(word, words[position])
    # clang need not know all of g++'s warnings, and RapidJSON's iterators compare as C++17 did.
    return (*(word for word in words if word not in GNU_OPTIONS), "-Wno-unknown-warning-option",
            "-Wno-ambiguous-reversed-operator")


def tidy_units(todo: list[Unit]) -> str:
    progress = shell.Progress(f"clang-tidy over {len(todo)} files")
    findings, done = [], 0
    with ThreadPoolExecutor(build.jobs()) as pool:
        running = {pool.submit(tidy_batch, batch): batch for batch in batches(todo)}
        try:
            for future in as_completed(running):
                done += len(running[future])
                progress.draw(f"[{done}/{len(todo)}]")
                findings += future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    progress.end(f"{len(findings)} with findings")
    return "\n".join(findings)


def batches(todo: list[Unit]) -> list[list[Unit]]:
    """Neighbours that are compiled alike: most of the work is in the headers that they share."""
    alike: dict[tuple, list[Unit]] = {}
    for unit in todo:
        alike.setdefault((Path(unit.file).parent, unit.options), []).append(unit)
    return [units[first:first + BATCH_FILES] for units in alike.values()
            for first in range(0, len(units), BATCH_FILES)]


def tidy_batch(units: list[Unit]) -> list[str]:
    """The findings, one text a file. A batch that does not pass is halved until each culprit stands
    alone: files that cannot be compiled as one pass in smaller company."""
    done = output_of(["clang-tidy-14", "--quiet", "--warnings-as-errors=*",
                      f"--config-file={ROOT / '.clang-tidy'}", one_source(units), "--",
                      *units[0].options], CLANG_TIDY_TIMEOUT_S, cwd=ROOT)
    if done.returncode == 0:
        for unit in units:
            unit.stamp.touch()
        return []
    if len(units) == 1:
        return [done.stdout + done.stderr]
    half = len(units) // 2
    return tidy_batch(units[:half]) + tidy_batch(units[half:])


def one_source(units: list[Unit]) -> str:
    if len(units) == 1:
        return units[0].file
    text = "".join(f'#include "{unit.file}"\n' for unit in units)
    source = STAMPS / f"{hashlib.sha256(text.encode()).hexdigest()}.cpp"
    source.write_text(text)
    return str(source)


def inclusions(folder: Path) -> dict[str, list[str]]:
    """Object file -> our own files that it was made of, from Ninja's dependency log."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    log = output_of(["ninja", "-C", folder, "-t", "deps"], STEP_TIMEOUT_S).stdout
    for line in log.splitlines():
        if line.startswith("    "):
            path = os.path.join(folder, line.strip())
            if path.startswith(f"{ROOT}/"):
                current.append(path)
        elif ": #deps" in line:
            current = found.setdefault(line.partition(":")[0], [])
    return found


def fingerprint(entry: dict, included: dict[str, list[str]]) -> str:
    """Changes with the rules, the command, the file, and whatever of ours it includes."""
    text = hashlib.sha256(entry["command"].encode())
    for path in [ROOT / ".clang-tidy", *sorted(included.get(entry.get("output", ""), []))]:
        text.update(str(path).encode())
        text.update(Path(path).read_bytes() if Path(path).exists() else b"")
    text.update(Path(entry["file"]).read_bytes())
    return text.hexdigest()
