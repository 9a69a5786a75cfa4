# SPDX-License-Identifier: Apache-2.0
"""Servers that outlive ./dev: start, watch and end them. Knows nothing of what they serve.

A started process is recorded in <home>/run with its start time, so that a process id which the
kernel has given to somebody else meanwhile is never taken for ours, and never killed.
"""

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import ports
import shell
from settings import Settings
from shell import DevError

POLL_S = 0.05
# So long after its start a process that does not answer yet is `starting`, later it is `unready`.
STARTING_S = 60
LOG_BYTES_MAX = 64 * 1024 * 1024
# Besides its settings a server gets these from the caller, and nothing else.
PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS",
             "LSAN_OPTIONS", "MALLOC_ARENA_MAX")


def nothing(_: Settings) -> None:
    """Stands where a process has nothing to prepare or to set up."""


@dataclass(frozen=True)
class Process:
    """One row of the table of a stack's processes."""

    name: str
    wave: int  # Waves start one after the other, and stop in reverse.
    ports: tuple[str, ...]
    command: Callable[[Settings], list[str]]
    is_ready: Callable[[Settings], bool]
    environment: Callable[[Settings], dict[str, str]] = field(default=lambda _: {})
    prepare: Callable[[Settings], None] = nothing  # Before the start.
    set_up: Callable[[Settings], None] = nothing  # As soon as it is ready.
    why_unready: Callable[[Settings], str] = lambda _: ""
    binary: Callable[[], Path | None] = lambda: None  # A newer one calls for a restart.
    stop_signal: int = signal.SIGTERM
    stop_timeout_s: int = 20
    ready_timeout_s: int = 60


@dataclass(frozen=True)
class Record:
    """What tells a running process apart from every other one."""

    pid: int
    start_ticks: int
    boot_id: str
    fingerprint: str
    log_offset: int


@dataclass
class Started:
    process: Process
    child: subprocess.Popen | None  # None when an earlier ./dev started it.
    record: Record


def record_file(process: Process, settings: Settings) -> Path:
    return settings.home / "run" / f"{process.name}.json"


def recorded(process: Process, settings: Settings) -> Record | None:
    try:
        return Record(**json.loads(record_file(process, settings).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def running(process: Process, settings: Settings) -> Record | None:
    """The record if that very process still runs."""
    record = recorded(process, settings)
    return record if record and is_alive(record) else None


def is_alive(record: Record) -> bool:
    return record.boot_id == boot_id() and start_ticks(record.pid) == record.start_ticks


def boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def start_ticks(pid: int) -> int | None:
    """Field 22 of /proc/<pid>/stat; None for one that is gone or dead and waiting to be reaped."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def age_s(record: Record) -> float:
    uptime_s = float(Path("/proc/uptime").read_text().split()[0])
    return uptime_s - record.start_ticks / os.sysconf("SC_CLK_TCK")


def state(process: Process, settings: Settings) -> tuple[str, str]:
    """The process id (or `-`) and `ready`, `starting`, `unready`, `died` or `stopped`."""
    record = running(process, settings)
    if not record:
        return "-", "died" if recorded(process, settings) else "stopped"
    if process.is_ready(settings):
        return str(record.pid), "ready"
    return str(record.pid), "starting" if age_s(record) < STARTING_S else "unready"


def fingerprint(argv: list[str], environment: dict[str, str], binary: Path | None) -> str:
    built = ""
    if binary and binary.exists():
        facts = binary.stat()
        built = f"{facts.st_ino} {facts.st_size} {facts.st_mtime_ns}"
    text = json.dumps([argv, environment, built], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def ensure_started(process: Process, settings: Settings) -> Started:
    """Starts it unless the same program with the same settings runs already."""
    argv = process.command(settings)
    environment = process.environment(settings)
    mark = fingerprint(argv, environment, process.binary())
    record = running(process, settings)
    if record and record.fingerprint == mark:
        return Started(process, None, record)
    if record:
        shell.say(f"{process.name}: changed, starting it anew")
        stop([process], settings)
    for name in process.ports:
        ports.require_free(settings.ports[name], process.name,
                           f"Stop that process, or give {process.name} another port in "
                           f"{settings.home}/settings.json, or run a second stack on free ports: "
                           "TOLLGATE_HOME=.local/second ./dev up")
    process.prepare(settings)
    return spawn(process, settings, argv, environment, mark)


def spawn(process: Process, settings: Settings, argv: list[str], environment: dict[str, str],
          mark: str) -> Started:
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    file = record_file(process, settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    log = open_log(settings.log(process.name))
    # Between the start and its record nothing may interrupt, or nobody would know the process.
    with log, shell.uninterrupted():
        child = shell.start(argv, env=passed_on | environment, stdin=subprocess.DEVNULL,
                            stdout=log, stderr=subprocess.STDOUT, cwd=settings.home,
                            start_new_session=True)
        record = Record(child.pid, start_ticks(child.pid) or 0, boot_id(), mark, log.tell())
        partial = file.with_suffix(".partial")
        partial.write_text(json.dumps(record.__dict__))
        partial.replace(file)
    return Started(process, child, record)


def open_log(path: Path):
    """For appending; one that has grown too long is put aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
        path.replace(path.with_suffix(".log.1"))
    log = path.open("ab")
    log.seek(0, os.SEEK_END)
    return log


def wait_ready(started: list[Started], settings: Settings) -> None:
    """Returns when all are ready; raises with the log's end for one that dies or takes too long."""
    begun = time.monotonic()
    waiting = list(started)
    doing = "starting" if any(item.child for item in started) else "looking at"
    progress = shell.Progress(f"{doing} " + " ".join(item.process.name for item in started))
    while waiting:
        for item in list(waiting):
            process = item.process
            if process.is_ready(settings):
                waiting.remove(item)
            elif not is_alive(item.record):
                raise DevError(death_notice(item, settings))
            elif time.monotonic() - begun > process.ready_timeout_s:
                raise DevError(f"{process.name} is not ready after {process.ready_timeout_s} s. "
                               f"{process.why_unready(settings)}\n{log_end(item, settings)}")
        progress.draw(" ".join(item.process.name for item in waiting))
        time.sleep(POLL_S)
    progress.end("ready")


def death_notice(item: Started, settings: Settings) -> str:
    status = item.child.poll() if item.child else None
    how = shell.describe_exit(status) if status is not None else "ended"
    return (f"{item.process.name} died at its start: {how}. Its last lines:\n"
            f"{log_end(item, settings)}")


def log_end(item: Started, settings: Settings) -> str:
    log = settings.log(item.process.name)
    return f"{shell.tail(log, offset=item.record.log_offset)}\n(whole log: {log})"


def stop(processes: list[Process], settings: Settings) -> None:
    """Ends them side by side: the polite signal, and SIGKILL to those that outstay their time."""
    begun = time.monotonic()
    leaving = [(process, record) for process in processes
               if (record := running(process, settings))]
    killed = set()
    for process, record in leaving:
        send(record, process.stop_signal)
    while leaving:
        for process, record in list(leaving):
            if not is_alive(record):
                leaving.remove((process, record))
            elif (process.name not in killed
                  and time.monotonic() - begun > process.stop_timeout_s):
                killed.add(process.name)
                shell.warn(f"{process.name} did not end within {process.stop_timeout_s} s: killed")
                send(record, signal.SIGKILL)
        time.sleep(POLL_S)
    for process in processes:
        record_file(process, settings).unlink(missing_ok=True)


def kill(process: Process, settings: Settings) -> None:
    """SIGKILL, as a crash would; returns when it is gone."""
    record = running(process, settings)
    if not record:
        raise DevError(f"{process.name} does not run")
    send(record, signal.SIGKILL)
    while is_alive(record):
        time.sleep(POLL_S)


def send(record: Record, number: int) -> None:
    """Signals that very process: the descriptor keeps its id from passing to another meanwhile."""
    try:
        descriptor = os.pidfd_open(record.pid)
    except ProcessLookupError:
        return
    try:
        if is_alive(record):
            signal.pidfd_send_signal(descriptor, number)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise DevError(f"process {record.pid} belongs to another user: run ./dev as the one who "
                       "started the stack") from error
    finally:
        os.close(descriptor)
