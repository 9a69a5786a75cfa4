# SPDX-License-Identifier: Apache-2.0
"""What one read of a user's entitlements costs, and how long a shop's service waits for it.

Rows: the service on a table of ready documents; the same HTTP server that answers every user with
one constant 200; and, without HTTP, the select alone on one connection, one after another. The
document is one that the service derived from a first checkout, given to every user. The server has
core 0; PostgreSQL and the generator have core 1. One server at a time is up; rows take turns.

Reads are spread evenly over all users, so nothing but PostgreSQL's own memory caches them. Every
answer is looked at: it must be a 200 and name the user who was asked for and his plan.
"""

import sys
import time

import database
import report
import stack
import story
import undisturbed
from stack import BenchError, Server

FOREIGN_SHARE_MAX = 0.12
TOPIC = "bench.read"
USER_PREFIX = "reader_"
PATH = "/v1/users/{}/entitlements"
PLAN = '"plan":"professional"'
DERIVED_WITHIN_S = 30

SERVICE = "entitlements"
CONSTANT = "floor: constant 200"
SELECT = "floor: one connection's select"


def add_options(parser):
    parser.add_argument("--users", type=int, default=100_000, help="with a document (100,000)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4, help="measured in a round (4)")
    parser.add_argument("--warm-up", type=float, default=2, help="seconds before each (2)")
    parser.add_argument("--connections", type=int, default=64)


class Read:
    def __init__(self, options, environment):
        self.options = options
        self.environment = environment
        cores = stack.cores()
        self.server_core, self.load_core = cores[0], cores[-1]
        self.database_pid = stack.pid_of("postgres")
        self.token = stack.dev("token", "--service").splitlines()[-1]
        self.users = ["--users", options.users, "--user-prefix", USER_PREFIX]

    def make_documents(self):
        """One user's by the service itself, then the same for everybody."""
        database.empty(self.environment, TOPIC)
        for topic in (TOPIC, "entitlements.changes"):
            stack.load(["topic", topic, "create"], self.environment)
        stack.load(["fill", "--topic", TOPIC, "--users", 1, *story.options()], self.environment)
        server = self.start(SERVICE)
        try:
            self.wait_until_derived(server)
        finally:
            server.stop()
        with database.connect(self.environment) as connection:
            database.ask(connection, """
                insert into user_entitlements (user_id, document, valid_until, version,
                  published_version, catalog_revision)
                select %s || lpad(number::text, 9, '0'), document, valid_until, version, version,
                  catalog_revision
                from user_entitlements, generate_series(0, %s - 1) as number""",
                         USER_PREFIX, self.options.users)
            database.ask(connection, "vacuum analyze user_entitlements")

    def wait_until_derived(self, server):
        end = time.monotonic() + DERIVED_WITHIN_S
        with database.connect(self.environment) as connection:
            while True:
                events, = database.ask(connection, "select count(*) from events")
                if events == len(story.FIRST_CHECKOUT):
                    return
                if server.process.poll() is not None or time.monotonic() > end:
                    raise BenchError(f"no document was derived; see {server.log}")
                time.sleep(0.05)

    def start(self, row):
        if row == SERVICE:
            settings = database.service_settings(self.environment, TOPIC)
            server, is_ready = Server("entitlements", settings, self.server_core), stack.says_ready
        else:
            settings = self.environment | {"FLOOR_MODE": "constant", "LOG_LEVEL": "warning"}
            server, is_ready = Server("bench_floor", settings, self.server_core), stack.is_listening
        server.wait_until(is_ready)
        return server

    def measure(self, row):
        figures = self.select() if row == SELECT else self.ask(row)
        figures["summary"] = (f"{figures['answered_per_s']:,.0f}/s, "
                              f"{figures['server_cpu_us']:.1f} us, p99 {figures['p99_ms']:.2f} ms")
        return figures

    def ask(self, row):
        server = self.start(row)
        # Backends are born on their parent's core; the few processes that live longer do no reads.
        stack.pin(self.database_pid, self.load_core)
        try:
            figures = stack.load(
                ["read", "--url", server.url, "--path", PATH, *self.users,
                 *(["--expected", PLAN] if row == SERVICE else []),
                 "--connections", self.options.connections,
                 "--warm-up-s", self.options.warm_up, "--seconds", self.options.seconds,
                 "--server-pid", server.pid, "--database-pid", self.database_pid],
                self.environment | {"SERVICE_TOKEN": self.token}, self.load_core)
        finally:
            status = server.stop()
        busy = figures["cores_busy"][self.server_core]
        figures["foreign_share"] = max(0, busy - figures["server_cpu_s"] / figures["seconds"])
        figures["exact"] = (figures["wrong"] == 0 and figures["unanswered"] == 0 and status == 0
                            and set(figures["statuses"]) == {"200"})
        return figures

    def select(self):
        figures = stack.run(
            "bench_database_floor", ["select", *self.users, "--seconds", self.options.seconds],
            {"DATABASE_URL": self.environment["ENTITLEMENTS_DATABASE_URL"]}, self.server_core)
        return figures | {"exact": figures["wrong"] == 0, "foreign_share": 0,
                          "server_resident_peak_mb": 0, "body_bytes": 0, "generator_cpu_us": 0}


def print_rounds(options, results):
    report.table(
        f"Read: {options.connections} keep-alive connections, closed loop, random users of "
        f"{options.users:,}, {options.rounds} interleaved rounds of {options.seconds:g} s, medians",
        ["Row", "client or server CPU us per read (min..max)", "PostgreSQL CPU us per read",
         "reads/s", "p50 ms", "p99 ms", "RSS MB", "others on its core", "generator CPU us",
         "body bytes", "all exact"],
        [[row, report.spread(rounds, "server_cpu_us"),
          report.spread(rounds, "database_cpu_us"),
          f"{report.median(rounds, 'answered_per_s'):,.0f}",
          f"{report.median(rounds, 'p50_ms'):.2f}", f"{report.median(rounds, 'p99_ms'):.2f}",
          *([""] * 4 if row == SELECT else
            [f"{report.median(rounds, 'server_resident_peak_mb'):.0f}",
             f"{report.median(rounds, 'foreign_share'):.0%}",
             f"{report.median(rounds, 'generator_cpu_us'):.1f}", rounds[0]["body_bytes"]]),
          f"{sum(r['exact'] for r in rounds)}/{len(rounds)}"]
         for row, rounds in results.items()])


def run(options):
    with stack.running("kafka", "postgres") as environment:
        if len(stack.cores()) < 2:
            raise BenchError("two cores are needed: one for the server, one for its load")
        read = Read(options, environment)
        stack.pin(stack.pid_of("kafka"), read.load_core)
        read.make_documents()
        results = undisturbed.rounds(options.rounds, (SERVICE, CONSTANT, SELECT), lambda row:
                                     undisturbed.measure(lambda: read.measure(row), row,
                                                         FOREIGN_SHARE_MAX))
    print_rounds(options, results)
    report.write("read", vars(options), {"rows": results})
    exact = all(round_["exact"] for rounds in results.values() for round_ in rounds)
    if not exact:
        print("bench: some round was not exact: an answer other than 200, or about another user",
              file=sys.stderr)
    return exact
