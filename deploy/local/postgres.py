# SPDX-License-Identifier: Apache-2.0
"""The stack's PostgreSQL: a private cluster, on loopback only, with a role and database a service.

PostgreSQL refuses to run as root, so root hands it to the user `postgres` of Debian's package.
"""

import os
import shutil
import signal
import time
from pathlib import Path

import shell
import users
from ports import HOST
from processes import Process
from settings import DATABASES, Settings
from shell import DevError

USER = "postgres"
INITDB_TIMEOUT_S = 180
QUERY_TIMEOUT_S = 60
LEFTOVER_WAIT_S = 20


def programs() -> Path:
    """The folder of the newest installed server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"),
                   key=lambda path: int(path.parts[-3]))
    if not found:
        raise DevError("PostgreSQL's server is not installed: ./dev up installs postgresql-15")
    return found[-1].parent


def data(settings: Settings) -> Path:
    return settings.home / "postgres" / "data"


def give(path: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, USER, USER)


def prepare(settings: Settings) -> None:
    wait_for_leftovers(settings)
    if data(settings).exists():
        # Left by a crash. PostgreSQL would take a dead process that nobody has reaped (a container
        # without an init) for a living one; the wait above has shown that none is at work here.
        (data(settings) / "postmaster.pid").unlink(missing_ok=True)
        return
    partial = data(settings).with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    give(partial)
    password_file = partial.with_name("password")
    password_file.touch(mode=0o600)
    password_file.write_text(settings.secrets["postgres_password"])
    give(password_file)
    try:
        shell.run("making PostgreSQL's cluster",
                  [*users.unprivileged(USER, partial), programs() / "initdb", "-D", partial,
                   "-U", USER, "--encoding=UTF8", "--locale=C.UTF-8",
                   "--lc-collate=C", "--auth=scram-sha-256",
                   f"--pwfile={password_file}"],
                  settings.log("postgres-initdb"), INITDB_TIMEOUT_S, cwd="/")
    finally:
        password_file.unlink()
    partial.rename(data(settings))


def wait_for_leftovers(settings: Settings) -> None:
    """After a crash of the main process its children need a moment; a new one refuses till then."""
    deadline = time.monotonic() + LEFTOVER_WAIT_S
    while leftovers := working_in(data(settings)):
        if time.monotonic() > deadline:
            raise DevError("processes of a crashed PostgreSQL still use "
                           f"{data(settings)}: {' '.join(leftovers)}. End them and try again.")
        time.sleep(0.1)


def working_in(folder: Path) -> list[str]:
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/cwd") == str(folder):
                found.append(pid)
        except OSError:
            continue
    return found


def command(settings: Settings) -> list[str]:
    # No Unix socket: its path would have to be short, and nothing uses it.
    options = {
        "listen_addresses": HOST,
        "port": settings.ports["postgres"],
        "unix_socket_directories": "",
        "fsync": "on",
        "max_connections": 200,
        "shared_buffers": "256MB",
        "max_wal_size": "2GB",
        "log_checkpoints": "off",
        "logging_collector": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    folder = data(settings)
    flags = [flag for name, value in options.items() for flag in ("-c", f"{name}={value}")]
    folder.parent.mkdir(parents=True, exist_ok=True)
    return [*users.unprivileged(USER, folder.parent), str(programs() / "postgres"),
            "-D", str(folder), *flags]


def is_ready(settings: Settings) -> bool:
    answer = shell.output_of([programs() / "pg_isready", "-q", "-h", HOST,
                              "-p", str(settings.ports["postgres"])])
    return answer.returncode == 0


def make_databases(settings: Settings) -> None:
    """A role and a database of its own for every service that keeps data; those there stay."""
    statements = []
    for name in DATABASES:
        password = settings.secrets["database_passwords"][name]
        statements.append(
            f"select 'create role {name} login' where not exists "
            f"(select from pg_roles where rolname = '{name}') \\gexec\n"
            f"alter role {name} password '{password}';\n"
            f"select 'create database {name} owner {name}' where not exists "
            f"(select from pg_database where datname = '{name}') \\gexec\n")
    run_sql(settings, "".join(statements))


def run_sql(settings: Settings, script: str) -> None:
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8",
                   "PGPASSWORD": settings.secrets["postgres_password"]}
    done = shell.output_of([programs() / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", HOST,
                            "-p", str(settings.ports["postgres"]), "-U", USER, "-d", "postgres"],
                           QUERY_TIMEOUT_S, input=script, env=environment, cwd=settings.home)
    if done.returncode != 0:
        raise DevError(f"PostgreSQL refuses the set-up of the databases: {done.stderr.strip()}")


POSTGRES = Process(
    name="postgres",
    wave=1,
    ports=("postgres",),
    prepare=prepare,
    command=command,
    is_ready=is_ready,
    set_up=make_databases,
    # SIGTERM would wait for clients to leave; SIGINT ends their sessions and shuts down cleanly.
    stop_signal=signal.SIGINT,
    stop_timeout_s=30,
    ready_timeout_s=120,
)
