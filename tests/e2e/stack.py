# SPDX-License-Identifier: Apache-2.0
"""A stack of ./dev under a home of its own, and the one place where the tests wait."""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The first start may have to build everything.
UP_TIMEOUT_S = 3600
COMMAND_TIMEOUT_S = 180
POLL_S = 0.03


def eventually(predicate: Callable, seconds: float = 30, what: str = ""):
    """The predicate's first true value; fails when there is none for so many seconds.

    Exceptions of a server that is away count as false: tests break servers on purpose.
    """
    deadline = time.monotonic() + seconds
    last: object = None
    while True:
        try:
            last = predicate()
            if last:
                return last
        except (OSError, LookupError, EOFError) as error:
            last = error
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or 'the fact'}; last: {last!r}")
        time.sleep(POLL_S)


class Stack:
    def __init__(self, home: Path):
        self.home = home
        self._environment: dict[str, str] = {}

    def dev(self, *words: str, check: bool = True,
            timeout_s: float = COMMAND_TIMEOUT_S) -> subprocess.CompletedProcess:
        done = subprocess.run([ROOT / "dev", *words], capture_output=True, text=True, check=False,
                              timeout=timeout_s, stdin=subprocess.DEVNULL,
                              env=os.environ | {"TOLLGATE_HOME": str(self.home)})
        if check and done.returncode != 0:
            raise AssertionError(f"./dev {shlex.join(words)} ended with {done.returncode}\n"
                                 f"{done.stdout}{done.stderr}")
        return done

    def up(self, *words: str) -> None:
        self.dev("up", *words, timeout_s=UP_TIMEOUT_S)
        self._environment = self.read_environment()

    def read_environment(self) -> dict[str, str]:
        words = shlex.split(self.dev("env").stdout)
        return dict(word.split("=", 1) for word in words if word != "export")

    def __getitem__(self, name: str) -> str:
        """A line of ./dev env."""
        return self._environment[name]

    def start(self, *names: str) -> None:
        """Returns when they are ready."""
        self.dev("start", *names)

    def stop(self, *names: str) -> None:
        self.dev("stop", *names)

    def kill(self, *names: str) -> None:
        self.dev("kill", *names)

    def mend(self) -> None:
        """Starts whatever a test has left broken."""
        self.start(*self.states())

    def states(self) -> dict[str, str]:
        rows = (line.split() for line in self.dev("status", check=False).stdout.splitlines())
        return {name: state for name, _, state in rows}

    def pid(self, name: str) -> int:
        return int(self.dev("status", name, check=False).stdout.split()[1])

    @contextmanager
    def frozen(self, name: str):
        """Inside, the process is there and does nothing, as in a long pause of its machine."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def logs(self) -> list[Path]:
        return sorted((self.home / "logs").glob("*.log"))

    def log(self, name: str) -> str:
        return (self.home / "logs" / f"{name}.log").read_text(errors="replace")

    def binary(self, name: str) -> Path:
        preset = os.environ.get("TOLLGATE_PRESET") or "release"
        return ROOT / ".local" / "build" / preset / "bin" / name

    def webhook_secrets(self) -> list[str]:
        return self["STRIPE_WEBHOOK_SECRETS"].split(",")

    def user_token(self, user: str, *words: str) -> str:
        return self.dev("token", user, *words).stdout.splitlines()[-1]

    def service_token(self) -> str:
        return self["SERVICE_TOKENS"].partition(":")[2]
