# SPDX-License-Identifier: Apache-2.0
"""./dev test: builds and runs the suites, each with the servers it needs and no others."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import build
import packages
import services
import settings as stored
import shell
import stack
import tally
from paths import LOCAL, ROOT, binary, build_dir
from shell import DevError, say
from tally import Tally

REPORTS = LOCAL / "reports"
# Unit tests wait for their timers more than they compute, so they wait at the same time.
UNIT_SHARDS = 8
# Deadlines of whole suites; sanitizers make everything a few times slower.
UNIT_TIMEOUT_S = 600
TIDY_TIMEOUT_S = 120
INTEGRATION_TIMEOUT_S = 1200
END_TO_END_TIMEOUT_S = 1800
FUZZ_SECONDS = 60
FUZZ_GRACE_S = 120


def run(names: list[str], preset: str, fuzz_seconds: int) -> Tally:
    """Runs the named suites, or all that need no time budget, and prints what failed."""
    chosen = names or ["unit", "integration", "e2e"]
    total = reported("build", lambda: prepare([name for name in chosen if name != "fuzz"], preset))
    for name in chosen if not total.failures else []:
        result = reported(name, lambda name=name: SUITES[name](preset, fuzz_seconds))
        skipped = f", {result.skipped} skipped" if result.skipped else ""
        say(f"{name}: {result.closing_line()}{skipped}")
        total += result
    for failure in total.failures:
        say(f"FAILED {failure}")
    return total


def reported(name: str, part: Callable[[], Tally]) -> Tally:
    """A part that cannot even run is one failure, and is said like all others."""
    try:
        return part()
    except DevError as error:
        shell.warn(f"dev: {error}")
        return Tally(failures=[name])


def prepare(names: list[str], preset: str) -> Tally:
    """One build for all suites but fuzz, which has a compiler of its own. Counts no test."""
    if not names:
        return Tally()
    sections = ["build", "test"] + (["run"] if names != ["unit"] else [])
    packages.ensure(*sections)
    targets = {"unit": ("unit_tests",), "integration": ("integration_tests",),
               "e2e": (*(service.target for service in services.SERVICES), services.OPERATOR)}
    build.build(preset, tuple(target for name in names for target in targets[name]))
    return Tally()


def googletest(name: str, preset: str, timeout_s: int, environment: dict[str, str],
               shards: int = 1) -> Tally:
    """One binary, as so many processes at once, each with its share of the tests."""
    program = binary(preset, f"{name}_tests")
    reports = [REPORTS / f"{name}-{preset}-{shard}.json" for shard in range(shards)]
    runs = []
    for shard, report in enumerate(reports):
        report.unlink(missing_ok=True)
        share = {"GTEST_TOTAL_SHARDS": str(shards), "GTEST_SHARD_INDEX": str(shard)}
        runs.append(shell.Program([program, f"--gtest_output=json:{report}", "--gtest_color=no"],
                                  report.with_suffix(".log"), os.environ | environment | share))
    statuses = shell.run_together(f"{name} tests ({preset})", runs, timeout_s, cwd=ROOT)
    result = Tally()
    for report, run, status in zip(reports, runs, statuses, strict=True):
        part = tally.of_googletest(report, run.log, program.name, status)
        if part.failures:
            show_failures(run.log)
        result += part
    return result


def show_failures(log: Path) -> None:
    """The output of the failed tests; of a crash, the end of the log."""
    shown, current = [], []
    for line in log.read_text(errors="replace").splitlines():
        current = [] if line.startswith("[ RUN ") else current
        current.append(line)
        if line.startswith("[  FAILED  ]") and "ms)" in line:
            shown, current = shown + current, []
    say("\n".join(shown) if shown else shell.tail(log, 60))
    say(f"(whole log: {log})")


def unit(preset: str, _: int) -> Tally:
    result = googletest("unit", preset, UNIT_TIMEOUT_S, {}, UNIT_SHARDS)
    log = REPORTS / "tidy.log"
    tidy = shell.run_status("tidy", [sys.executable, ROOT / "tests" / "tidy.py"], log,
                            TIDY_TIMEOUT_S, cwd=ROOT)
    if tidy != 0:
        say(shell.tail(log, 100))
    result.count("tests/tidy.py", tidy == 0)
    return result


def integration(preset: str, _: int) -> Tally:
    """Real Kafka and PostgreSQL in a stack of its own, which is gone afterwards."""
    with stack_of_its_own(LOCAL / "test"):
        settings = stack.up(list(stack.INFRASTRUCTURE), {})
        environment = stack.environment(settings)
        environment["DATABASE_URL"] = settings.database_url("entitlements")
        return googletest("integration", preset, INTEGRATION_TIMEOUT_S, environment)


@contextlib.contextmanager
def stack_of_its_own(home: Path):
    before = os.environ.get("TOLLGATE_HOME")
    os.environ["TOLLGATE_HOME"] = str(home)
    try:
        if home.exists():
            stack.reset()
        yield
    finally:
        with shell.uninterrupted():
            if stored.exists():
                shutil.copytree(home / "logs", REPORTS / f"{home.name}-logs", dirs_exist_ok=True)
                stack.reset()
        if before is None:
            del os.environ["TOLLGATE_HOME"]
        else:
            os.environ["TOLLGATE_HOME"] = before


def e2e(preset: str, _: int) -> Tally:
    """Its fixtures start stacks by ./dev up, of the preset under test."""
    report = REPORTS / f"e2e-{preset}.xml"
    report.unlink(missing_ok=True)
    REPORTS.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"TOLLGATE_PRESET": preset}
    environment.pop("TOLLGATE_HOME", None)
    command = [sys.executable, "-m", "pytest", "tests/e2e", f"--junitxml={report}",
               "-o", f"cache_dir={LOCAL / 'pytest'}"]
    process = shell.start(command, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL)
    try:
        status = process.wait(END_TO_END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return Tally(failures=[f"e2e not finished after {END_TO_END_TIMEOUT_S} s"])
    finally:
        shell.end_group(process, own_session=False)
    return tally.of_pytest(report, "pytest", status)


def fuzz(_: str, seconds: int) -> Tally:
    """Every libFuzzer target for the given time, as many at once as there are cores."""
    packages.ensure("build", "fuzz")
    build.build("fuzz")
    targets = sorted(path for path in (build_dir("fuzz") / "bin").glob("fuzz_*"))
    if not targets:
        raise DevError("there is no fuzz target in tests/fuzz")
    say(f"fuzzing {len(targets)} targets for {seconds} s each")
    result = Tally()
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        outcomes = pool.map(lambda target: fuzz_one(target, seconds), targets)
        for target, passed in zip(targets, outcomes, strict=True):
            result.count(target.name, passed)
    return result


def fuzz_one(target: Path, seconds: int) -> bool:
    folder = LOCAL / "fuzz" / target.name
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = ROOT / "tests" / "fuzz" / "corpus" / target.name.removeprefix("fuzz_")
    log = folder / "log"
    with log.open("wb") as output:
        done = subprocess.run([target, f"-max_total_time={seconds}", "-rss_limit_mb=2048",
                               "-print_final_stats=1", f"-artifact_prefix={folder}/", corpus,
                               *([seeds] if seeds.exists() else [])],
                              stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                              timeout=seconds + FUZZ_GRACE_S, check=False)
    say(f"{target.name}: {'no fault found' if done.returncode == 0 else 'FAULT FOUND'}")
    if done.returncode != 0:
        say(shell.tail(log, 60))
    return done.returncode == 0


SUITES: dict[str, Callable[[str, int], Tally]] = {
    "unit": unit, "integration": integration, "e2e": e2e, "fuzz": fuzz,
}
