# SPDX-License-Identifier: Apache-2.0
"""The commands of ./dev: one function each, and the table that names them."""

import argparse
import contextlib
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import build
import checks
import events
import identity
import packages
import paths
import services
import settings as stored
import shell
import stack
import suites
from shell import DevError, say
from store import STORE

Arguments = argparse.Namespace
BENCH_TARGETS = ("bench_load", "bench_floor", "bench_database_floor")


def up(arguments: Arguments) -> int:
    names = [name for name in (arguments.only or "").split(",") if name]
    settings = stack.up(names, changes_of(arguments.set))
    # The page to open comes first.
    for process in sorted(stack.named(names), key=lambda each: each.name != STORE.name):
        is_http = process.name not in stack.INFRASTRUCTURE
        where = settings.url(process.name) if is_http else settings.address(process.name)
        say(f"  {process.name:16} {where}")
    if not names:
        say("Try:")
        for example in sorted(paths.EXAMPLES.glob("*.json")):
            say(f"  ./dev send-event {example.relative_to(paths.ROOT)}")
        say("  ./dev status; ./dev logs -f; ./dev help")
    return 0


def changes_of(words: list[str]) -> dict[str, str]:
    for word in words:
        if "=" not in word:
            raise DevError(f"--set wants NAME=VALUE, not {word!r}")
    return dict(word.split("=", 1) for word in words)


def down(_: Arguments) -> int:
    stack.down()
    return 0


def start(arguments: Arguments) -> int:
    stack.start(arguments.names)
    return 0


def stop(arguments: Arguments) -> int:
    stack.stop(arguments.names)
    return 0


def kill(arguments: Arguments) -> int:
    stack.kill(arguments.names)
    return 0


def status(arguments: Arguments) -> int:
    return 0 if stack.status(arguments.names) else 1


def logs(arguments: Arguments) -> int:
    settings = stored.load()
    files = [settings.log(process.name) for process in stack.named(arguments.names)]
    present = [str(file) for file in files if file.exists()]
    if not present:
        raise DevError(f"there are no logs in {settings.home / 'logs'} yet")
    follow = ["-F"] if arguments.follow else []
    return subprocess.call(["tail", "-n", str(arguments.lines), *follow, *present])


def reset(arguments: Arguments) -> int:
    if sys.stdin.isatty() and not arguments.yes:
        answer = input(f"Delete the stack in {paths.home()} with all its data? [y/N] ")
        if answer.strip().lower() not in ("y", "yes"):
            say("nothing was deleted")
            return 1
    stack.reset()
    return 0


def env(_: Arguments) -> int:
    for name, value in stack.environment(stored.load()).items():
        quoted = value.replace("'", "'\\''")
        say(f"export {name}='{quoted}'")
    return 0


def token(arguments: Arguments) -> int:
    if bool(arguments.user) == arguments.service:
        raise DevError("name a user, or ask for --service")
    settings = stored.load()
    say(identity.service_token(settings) if arguments.service
        else identity.user_token(settings, arguments.user, arguments.ttl_s))
    return 0


def send_event(arguments: Arguments) -> int:
    return 0 if events.send(stored.load(), arguments.file, arguments.secret_index) else 1


def operator(arguments: Arguments) -> int:
    program = paths.binary(services.preset(), "operator")
    if not program.exists():
        raise DevError(f"{program} is not there: this version has no operator, or it is not built")
    environment = dict(os.environ)
    if not asks_for_help(arguments):
        environment |= stack.environment(stored.load())
    os.execve(program, [str(program), *arguments.rest], environment)


def entitlements(arguments: Arguments) -> int:
    if not arguments.rest:
        raise DevError("name a command of it, e.g. rebuild --dry-run; the service itself is "
                       "started by ./dev up")
    service = next(row for row in services.SERVICES if row.name == "entitlements")
    program = paths.binary(services.preset(), service.name)
    if not program.exists():
        raise DevError(f"{program} is not built yet: ./dev up builds it")
    environment = dict(os.environ)
    if not asks_for_help(arguments):
        environment |= services.environment(service, stored.load())
    os.execve(program, [str(program), *arguments.rest], environment)


def asks_for_help(arguments: Arguments) -> bool:
    return bool({"-h", "--help"} & set(arguments.rest))


def build_preset(arguments: Arguments) -> int:
    packages.ensure("build", *(["fuzz"] if arguments.preset == "fuzz" else []))
    build.build(arguments.preset)
    return 0


def test(arguments: Arguments) -> int:
    preset = arguments.preset or os.environ.get("TOLLGATE_PRESET") or "dev"
    result = suites.run(arguments.suites, preset, arguments.seconds)
    say(result.closing_line())
    return 0 if result.is_good() else 1


def check(_: Arguments) -> int:
    result = checks.run()
    say(result.closing_line())
    return 0 if result.is_good() else 1


def bench(arguments: Arguments) -> int:
    program = paths.ROOT / "tests" / "bench" / "bench.py"
    if not program.exists():
        raise DevError("there is no tests/bench/bench.py")
    command = [sys.executable, str(program), *arguments.rest]
    # A question or a wrong word is answered before anything is built.
    understood = subprocess.call([*command, "--only-parse"], cwd=paths.ROOT)
    if understood != 0 or asks_for_help(arguments):
        return understood
    packages.ensure("build", "run", "test")
    build.build("release", (*(service.target for service in services.SERVICES), *BENCH_TARGETS))
    return subprocess.call(command, cwd=paths.ROOT)


@dataclass(frozen=True)
class Command:
    name: str
    help: str
    run: Callable[[Arguments], int]
    options: tuple[tuple[tuple[str, ...], dict], ...] = ()
    passes_on: bool = False  # The rest of the line is another program's.


def option(*names: str, **details) -> tuple[tuple[str, ...], dict]:
    return names, details


NAMES = option("names", nargs="*", metavar="NAME", help="processes; all when none is named")
SOME_NAMES = option("names", nargs="+", metavar="NAME", help="processes")

COMMANDS = (
    Command("up", "install, build and start everything that is missing", up, (
        option("--only", metavar="NAME,…",
               help="just these processes, e.g. postgres,kafka; topics and tables are made when "
                    "the first service starts"),
        option("--set", action="append", default=[], metavar="NAME=VALUE",
               help="a setting for all services, kept with the stack; empty takes it back"))),
    Command("status", "a line a process: name, pid, state; 0 only if all are ready", status,
            (NAMES,)),
    Command("down", "stop the stack; nothing is lost", down),
    Command("start", "start processes that were stopped", start, (SOME_NAMES,)),
    Command("stop", "stop processes", stop, (SOME_NAMES,)),
    Command("kill", "end processes as a crash would (SIGKILL)", kill, (SOME_NAMES,)),
    Command("logs", "the last lines of the logs", logs, (
        NAMES, option("-f", "--follow", action="store_true", help="go on as they grow"),
        option("-n", "--lines", type=int, default=20, help="how many lines (20)"))),
    Command("reset", "stop the stack and delete its data, settings and logs", reset, (
        option("-y", "--yes", action="store_true", help="do not ask"),)),
    Command("env", "the stack's URLs and settings as export lines", env),
    Command("token", "a JWT for a user, or the service token", token, (
        option("user", nargs="?", help="becomes the subject"),
        option("--service", action="store_true", help="the service token"),
        option("--ttl-s", type=int, default=identity.USER_TOKEN_TTL_S,
               help="seconds until the JWT expires"))),
    Command("send-event", "sign a file as Stripe would and post it to the ingress", send_event, (
        option("file", help="the event's JSON, - for standard input"),
        option("--secret-index", type=int, default=0, help="which webhook secret signs (0)"))),
    Command("operator", "the operator with this stack's settings", operator, passes_on=True),
    Command("entitlements", "a command of entitlements with this stack's settings: rebuild, replay",
            entitlements, passes_on=True),
    Command("build", "build everything of a preset", build_preset, (
        option("preset", nargs="?", default="release", choices=build.PRESETS),)),
    Command("test", "build and run tests; unit, integration and e2e when none is named", test, (
        option("suites", nargs="*", metavar="SUITE", help=" ".join(suites.SUITES)),
        option("--preset", help="dev, asan, tsan or release (dev, or TOLLGATE_PRESET)"),
        option("--seconds", type=int, default=suites.FUZZ_SECONDS,
               help="how long each fuzz target runs (60)"))),
    Command("bench", "measure a release build", bench, passes_on=True),
    Command("check", "format, tidy, OpenAPI lint, clang-tidy", check),
)


def overview() -> str:
    rows = "\n".join(f"  {command.name:12} {command.help}" for command in COMMANDS)
    return (f"usage: ./dev COMMAND [OPTION …]\n\n{rows}\n\n"
            "./dev COMMAND --help tells more. TOLLGATE_HOME=<folder> makes it about another stack, "
            "on free ports;\nTOLLGATE_PRESET=<preset> runs and tests another build.")


def parse(command: Command, words: list[str]) -> Arguments:
    if command.passes_on:
        return Arguments(rest=words)
    parser = argparse.ArgumentParser(prog=f"./dev {command.name}", description=command.help)
    for names, details in command.options:
        parser.add_argument(*names, **details)
    arguments = parser.parse_args(words)
    for suite in getattr(arguments, "suites", []):
        if suite not in suites.SUITES:
            parser.error(f"there is no suite {suite!r}; there are: {' '.join(suites.SUITES)}")
    return arguments


def main(words: list[str]) -> int:
    if not words or words[0] in ("help", "-h", "--help"):
        say(overview())
        return 0 if words else 2
    command = next((command for command in COMMANDS if command.name == words[0]), None)
    if not command:
        shell.warn(f"dev: there is no command {shlex.quote(words[0])}; ./dev help lists them")
        return 2
    # SIGTERM unwinds like Ctrl-C, so that nothing half-made stays behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        return command.run(parse(command, words[1:]))
    except DevError as error:
        shell.warn(f"dev: {error}")
    except PermissionError as error:
        shell.warn(f"dev: {error}. Was ./dev run by another user here before?")
    except KeyboardInterrupt:
        shell.warn("\ndev: interrupted")
        return 128 + signal.SIGINT
    return 1


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        sys.exit(main(sys.argv[1:]))
