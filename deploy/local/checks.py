# SPDX-License-Identifier: Apache-2.0
"""./dev check: what can be said about the source without running it."""

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
DATABASE = STAMPS / "compile_commands.json"
GNU_OPTIONS = ("-fcoroutines", "-fpch-preprocess", "-Winvalid-pch")
LOOKED_AT = ("libs", "services")
STEP_TIMEOUT_S = 300
CLANG_TIDY_FILE_TIMEOUT_S = 600


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


def clang_tidy() -> str:
    """What ships: libs and services. A file unchanged since it passed is not looked at again.

    The build comes first: it makes the generated headers, and Ninja's list of what each includes.
    """
    build.build(PRESET)
    STAMPS.mkdir(parents=True, exist_ok=True)
    included = inclusions(build_dir(PRESET))
    todo = {}
    for entry in write_clang_database(build_dir(PRESET)):
        if not any(Path(entry["file"]).is_relative_to(ROOT / folder) for folder in LOOKED_AT):
            continue
        stamp = STAMPS / fingerprint(entry, included)
        if not stamp.exists():
            todo[entry["file"]] = stamp
    return tidy_files(todo)


def write_clang_database(folder: Path) -> list[dict]:
    """The compile commands as clang understands them; returns those of our own files.

    g++'s options are dropped, and its precompiled header is included as the text it is made of.
    """
    entries = [entry for entry in json.loads((folder / "compile_commands.json").read_text())
               if not Path(entry["file"]).is_relative_to(LOCAL)]
    for entry in entries:
        words = [word for word in shlex.split(entry["command"]) if word not in GNU_OPTIONS]
        for position, word in enumerate(words):
            if word.endswith("cmake_pch.hxx"):
                words[position] = str(STAMPS / f"{Path(word).parent.stem}.hxx")
                shutil.copyfile(word, words[position])
        entry["command"] = shlex.join(words)
    DATABASE.write_text(json.dumps(entries, indent=1))
    return entries


def tidy_files(todo: dict[str, Path]) -> str:
    progress = shell.Progress(f"clang-tidy over {len(todo)} files")
    findings, done = [], 0
    with ThreadPoolExecutor(build.jobs()) as pool:
        running = {pool.submit(tidy_file, file): stamp for file, stamp in todo.items()}
        try:
            for future in as_completed(running):
                done += 1
                progress.draw(f"[{done}/{len(todo)}]")
                if future.result():
                    findings.append(future.result())
                else:
                    running[future].touch()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    progress.end(f"{len(findings)} with findings")
    return "\n".join(findings)


def tidy_file(file: str) -> str:
    # clang need not know all of g++'s warnings, and RapidJSON's iterators compare as C++17 did.
    done = output_of(["clang-tidy-14", "-p", DATABASE.parent, "--quiet", "--warnings-as-errors=*",
                      "--extra-arg=-Wno-unknown-warning-option",
                      "--extra-arg=-Wno-ambiguous-reversed-operator", file],
                     CLANG_TIDY_FILE_TIMEOUT_S, cwd=ROOT)
    return done.stdout + done.stderr if done.returncode != 0 else ""


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
