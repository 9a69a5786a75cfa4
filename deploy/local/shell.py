# SPDX-License-Identifier: Apache-2.0
"""Running programs to their end: with a log, a deadline and a sign of life on a terminal.

Programs that stay (servers) are processes.py's.
"""

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

LOG_TAIL_LINES = 30
LOCK_WAIT_S = 1800


class DevError(Exception):
    """Something a person can act on; printed without a stack trace."""


def say(text: str = "") -> None:
    print(text, flush=True)


def warn(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def tail(path: Path, lines: int = LOG_TAIL_LINES, offset: int = 0) -> str:
    """The last lines of a file, of what was written after `offset` only."""
    try:
        with path.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(offset, size - 64 * 1024))
            text = log.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def describe_exit(status: int) -> str:
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"exit status {status}"


class Progress:
    """One line that lives while something runs; only its end is printed when nobody watches."""

    def __init__(self, label: str):
        self.label_ = label
        self.begun_ = time.monotonic()
        self.watched_ = sys.stdout.isatty()
        self.drawn_ = 0.0
        if not self.watched_:
            say(f"{label} ...")

    def elapsed_s(self) -> float:
        return time.monotonic() - self.begun_

    def draw(self, detail: str = "") -> None:
        if not self.watched_ or time.monotonic() - self.drawn_ < 0.2:
            return
        self.drawn_ = time.monotonic()
        line = f"{self.label_} ... {detail} {self.elapsed_s():.0f} s".replace("  ", " ")
        print(f"\r\033[K{line[:120]}", end="", flush=True)

    def end(self, result: str) -> None:
        start = "\r\033[K" if self.watched_ else ""
        say(f"{start}{self.label_}: {result} ({self.elapsed_s():.1f} s)")


def run(label: str, argv: list, log: Path, timeout_s: float, *, env=None, cwd=None,
        own_session: bool = True) -> None:
    """Runs argv with its output in `log`; raises DevError with the end of the log on failure.

    own_session=False keeps the terminal for programs that ask for a password.
    """
    status = run_status(label, argv, log, timeout_s, env=env, cwd=cwd, own_session=own_session)
    if status != 0:
        raise DevError(f"{label} failed: {describe_exit(status)}\n{tail(log)}\n(whole log: {log})")


def run_status(label: str, argv: list, log: Path, timeout_s: float, *, env=None, cwd=None,
               own_session: bool = True) -> int:
    return run_together(label, [Program(argv, log, env)], timeout_s, cwd=cwd,
                        own_session=own_session)[0]


@dataclass
class Program:
    argv: list
    log: Path
    env: dict[str, str] | None = None


def run_together(label: str, programs: list[Program], timeout_s: float, *, cwd=None,
                 own_session: bool = True) -> list[int]:
    """Runs all of them at once and returns their exit statuses; one that is late ends them all."""
    progress = Progress(label)
    running: list[subprocess.Popen] = []
    try:
        for program in programs:
            program.log.parent.mkdir(parents=True, exist_ok=True)
            with program.log.open("wb") as output:
                running.append(start([str(part) for part in program.argv], env=program.env,
                                     stdin=subprocess.DEVNULL, stdout=output,
                                     stderr=subprocess.STDOUT, cwd=cwd,
                                     start_new_session=own_session))
        for program, process in zip(programs, running, strict=True):
            while process.poll() is None:
                if progress.elapsed_s() > timeout_s:
                    raise DevError(f"{label}: not finished after {timeout_s:.0f} s\n"
                                   f"{tail(program.log)}")
                progress.draw(step_of(program.log))
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.2 if progress.watched_ else 1)
    finally:
        for process in running:
            end_group(process, own_session)
    statuses = [process.returncode for process in running]
    progress.end(", ".join(sorted({describe_exit(each) for each in statuses if each})) or "done")
    return statuses


def start(argv: list[str], **options) -> subprocess.Popen:
    try:
        return subprocess.Popen(argv, **options)
    except FileNotFoundError as error:
        raise DevError(f"{argv[0]} is not installed or not built: {error}") from error
    except PermissionError as error:
        raise DevError(f"{argv[0]} cannot be started: {error}") from error


def step_of(log: Path) -> str:
    """Ninja's `[12/90]` of the last log line, if there is one."""
    found = re.match(r"\[\d+/\d+\]", tail(log, 1))
    return found.group(0) if found else ""


def end_group(process: subprocess.Popen, own_session: bool) -> None:
    """Ends what an interrupted or overdue program leaves behind."""
    if process.poll() is not None:
        return
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            if own_session:
                os.killpg(process.pid, signal_number)
            else:
                process.send_signal(signal_number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
            return


def output_of(argv: list, timeout_s: float = 30, **options) -> subprocess.CompletedProcess:
    """A short command whose text is wanted; never raises for a non-zero exit."""
    try:
        return subprocess.run([str(part) for part in argv], capture_output=True, text=True,
                              timeout=timeout_s, **options)
    except FileNotFoundError:
        return subprocess.CompletedProcess(argv, 127, "", f"{argv[0]}: not found")
    except subprocess.TimeoutExpired as error:
        raise DevError(f"{argv[0]}: no answer within {timeout_s:.0f} s") from error


@contextlib.contextmanager
def locked(path: Path, what: str):
    """Keeps a second ./dev out of `what`; waits for the first one and says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as lock:
        begun = time.monotonic()
        told = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() - begun > LOCK_WAIT_S:
                    raise DevError(f"another ./dev has been busy with {what} for too long "
                                   f"(lock: {path})") from None
                if not told:
                    warn(f"waiting for another ./dev that is busy with {what}")
                    told = True
                time.sleep(0.2)
        yield


@contextlib.contextmanager
def uninterrupted():
    """Puts Ctrl-C and SIGTERM off until the block has ended."""
    arrived = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda n, _: arrived.append(n)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if arrived:
            os.kill(os.getpid(), arrived[0])
