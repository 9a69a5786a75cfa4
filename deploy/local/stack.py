# SPDX-License-Identifier: Apache-2.0
"""A stack: its table of processes, and bringing them up and down. The tests and benchmarks start
theirs by the same functions as a person."""

import contextlib
import os
import shutil

import build
import kafka
import packages
import processes
import services
import settings as stored
from paths import DEFAULT_HOME, ROOT, home
from postgres import POSTGRES
from processes import Process
from settings import Settings
from shell import DevError, locked, say
from store import STORE

# In the order in which ./dev status prints them.
PROCESSES: tuple[Process, ...] = (
    *map(services.process, services.SERVICES),
    STORE,
    kafka.KAFKA,
    POSTGRES,
)
INFRASTRUCTURE = (kafka.KAFKA.name, POSTGRES.name)


def named(names: list[str]) -> list[Process]:
    """The rows of these names, all of them for none."""
    known = {process.name: process for process in PROCESSES}
    for name in names:
        if name not in known:
            raise DevError(f"there is no process {name!r}; there are: {' '.join(known)}")
    return [process for process in PROCESSES if not names or process.name in names]


def busy():
    """Two ./dev that change the same stack take turns."""
    home().mkdir(parents=True, exist_ok=True)
    return locked(home() / "lock", f"the stack in {home()}")


def waves(wanted: list[Process]) -> list[list[Process]]:
    numbers = sorted({process.wave for process in wanted})
    return [[process for process in wanted if process.wave == number] for number in numbers]


def own_services(wanted: list[Process]) -> list[services.Service]:
    names = {process.name for process in wanted}
    return [service for service in services.SERVICES if service.name in names]


def up(names: list[str], changes: dict[str, str]) -> Settings:
    """Installs, builds and starts what is missing; returns when all that is asked for is ready."""
    wanted = named(names)
    own = own_services(wanted)
    packages.ensure(*(("build", "run") if own else ("run",)))
    if own:
        build.build(services.preset(), (*(service.target for service in own), services.OPERATOR))
    with busy():
        settings = stored.load_or_make()
        if changes:
            settings = stored.override(settings, changes)
        start_all(wanted, settings)
    return settings


def start_all(wanted: list[Process], settings: Settings) -> None:
    if kafka.KAFKA in wanted:
        kafka.download()
    for wave in waves(wanted):
        if own_services(wave) and kafka.KAFKA in wanted and kafka.KAFKA not in wave:
            services.apply_topics(settings)
        started = [processes.ensure_started(process, settings) for process in wave]
        processes.wait_ready(started, settings)
        for item in started:
            item.process.set_up(settings)


def stop_all(wanted: list[Process], settings: Settings) -> None:
    for wave in reversed(waves(wanted)):
        processes.stop(wave, settings)


def start(names: list[str]) -> None:
    """Starts single processes of a stack that was made before; builds nothing."""
    with busy():
        start_all(named(names), stored.load())


def stop(names: list[str]) -> None:
    with busy():
        stop_all(named(names), stored.load())


def kill(names: list[str]) -> None:
    with busy():
        settings = stored.load()
        for process in named(names):
            processes.kill(process, settings)


def down() -> None:
    if not stored.exists():
        say(f"there is no stack in {home()}")
        return
    stop([])
    say("stopped")


def reset() -> None:
    """Down, and the stack's folder goes; builds and downloads stay."""
    if stored.exists():
        # A damaged settings file must not keep anyone from starting over.
        with contextlib.suppress(DevError):
            stop([])
    still = [process.name for process in PROCESSES if is_recorded_alive(process)]
    if still:
        raise DevError(f"{' '.join(still)} could not be stopped; nothing was deleted")
    refuse_foreign_folder()
    shutil.rmtree(home(), ignore_errors=False) if home().exists() else None
    say(f"deleted {home()}")


def is_recorded_alive(process: Process) -> bool:
    bare = Settings(home(), {}, {})
    return processes.running(process, bare) is not None


def refuse_foreign_folder() -> None:
    """TOLLGATE_HOME may be mistyped: only a folder that ./dev made is deleted."""
    if not home().exists() or home() == DEFAULT_HOME:
        return
    made_here = {"settings.json", "lock", "logs", "run", "kafka", "postgres"}
    if ROOT.is_relative_to(home()) or not set(os.listdir(home())) & made_here:
        raise DevError(f"{home()} does not look like a stack's home; not deleted")


def status(names: list[str]) -> bool:
    """Prints a line a process; true when all of them are ready."""
    wanted = named(names)
    settings = stored.load() if stored.exists() else None
    states = [processes.state(process, settings) if settings else ("-", "stopped")
              for process in wanted]
    for process, (pid, state) in zip(wanted, states, strict=True):
        say(f"{process.name} {pid} {state}")
    return all(state == "ready" for _, state in states)


def environment(settings: Settings) -> dict[str, str]:
    """What ./dev env prints."""
    lines: dict[str, str] = {}
    for service in services.SERVICES:
        lines |= services.exported(service, settings)
    lines["STORE_URL"] = settings.url(STORE.name)
    for database in stored.DATABASES:
        lines[f"{database.upper()}_DATABASE_URL"] = settings.database_url(database)
    return lines | settings.values()
