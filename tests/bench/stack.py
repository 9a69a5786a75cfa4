# SPDX-License-Identifier: Apache-2.0
"""What is measured: a stack of the benchmarks' own, made by ./dev, and single servers beside it."""

import contextlib
import http.client
import json
import os
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".local" / "bench" / "stack"
BINARIES = ROOT / ".local" / "build" / "release" / "bin"
EVENTS = Path(__file__).resolve().parent / "events"
READY_WITHIN_S = 30
STOP_WITHIN_S = 15


class BenchError(Exception):
    """A benchmark cannot go on; the text says why."""


def dev(*words):
    """Runs ./dev on the benchmarks' own stack and returns what it prints."""
    environment = os.environ | {"TOLLGATE_HOME": str(HOME), "TOLLGATE_PRESET": "release"}
    done = subprocess.run([ROOT / "dev", *words], env=environment, text=True,
                          stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise BenchError(f"./dev {' '.join(words)} failed:\n{done.stdout}")
    return done.stdout


@contextlib.contextmanager
def running(*only):
    """A fresh stack of these processes (all when none is named); yields its environment."""
    if HOME.exists():
        dev("reset", "--yes")
    try:
        dev("up", *(["--only", ",".join(only)] if only else []))
        yield environment()
    finally:
        dev("reset", "--yes")


def environment():
    """The NAME='value' lines of ./dev env."""
    words = shlex.split(dev("env").replace("export ", ""))
    return dict(word.split("=", 1) for word in words)


def pid_of(name):
    for line in dev("status", name).splitlines():
        if line.split()[:1] == [name]:
            return int(line.split()[1])
    raise BenchError(f"./dev status does not name {name}")


def cores():
    return sorted(os.sched_getaffinity(0))


def pin(pid, core):
    """All threads of a process to one core."""
    subprocess.run(["taskset", "-acp", str(core), str(pid)], check=True, stdout=subprocess.DEVNULL)


def pinned(core):
    """What goes before a command that is to run on one core; nothing for None."""
    return ["taskset", "-c", str(core)] if core is not None else []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server of ours outside the stack, on one core if told, with its log beside the results."""

    def __init__(self, binary, settings, core=None):
        self.port, self.admin_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        settings = settings | {"HTTP_LISTEN": f"127.0.0.1:{self.port}",
                               "ADMIN_LISTEN": f"127.0.0.1:{self.admin_port}"}
        self.log = HOME.parent / f"{binary}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [*pinned(core), BINARIES / binary], env=os.environ | settings, stdout=log,
                stderr=subprocess.STDOUT)
        self.pid = self.process.pid  # taskset becomes the server

    def wait_until(self, is_ready):
        end = time.monotonic() + READY_WITHIN_S
        while not is_ready(self):
            if self.process.poll() is not None or time.monotonic() > end:
                raise BenchError(f"{self.process.args[-1]} is not ready; see {self.log}")
            time.sleep(0.05)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def is_listening(server):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", server.port)) == 0


def says_ready(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.admin_port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def load(words, environment, core=None):
    """Runs the load generator; its JSON, or its text for the topic commands."""
    return run("bench_load", words, environment, core)


def run(binary, words, environment, core=None):
    """Runs a program of ours to its end; the JSON that it prints, if any."""
    done = subprocess.run([*pinned(core), BINARIES / binary, *map(str, words)], text=True,
                          env=os.environ | environment, capture_output=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"{binary} {words[0]}: {done.stderr or done.stdout}")
    return json.loads(done.stdout) if done.stdout.strip() else None
