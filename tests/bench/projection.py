# SPDX-License-Identifier: Apache-2.0
"""How fast events become entitlements, and how much of that is more than storing them.

A topic is filled with the twelve events of a first checkout for every user, shuffled in windows of
a thousand. Then the service is started on an empty database; its time runs from the first event
that it records to the last, all on one database connection. The floor stores the same events on
the same server: all columns of `events` and one object upsert an event, batches of the same size by
the same library, and only the time inside its transactions counts. A second, lower floor upserts
each object once a batch, which needs to know beforehand which of its events is the last.
"""

import sys
import time

import database
import report
import stack
import story
import undisturbed
from meter import Meter
from stack import BenchError, Server

# A round counts as disturbed when others took more than this share of all cores.
FOREIGN_SHARE_MAX = 0.12
FILLED_TOPIC = "bench.projection"
CHANGES_TOPIC = "entitlements.changes"
LOOK_S = 0.25
SLOWEST_EVENTS_PER_S = 500

SERVICE = "entitlements"
FLOOR = "floor: an upsert an event"
LOWEST = "floor: an upsert an object"


def add_options(parser):
    parser.add_argument("--users", type=int, default=100_000, help="twelve events each (100,000)")
    parser.add_argument("--rounds", type=int, default=3)


class Projection:
    def __init__(self, options, environment):
        self.options = options
        self.environment = environment
        self.story = ["--users", options.users, *story.options()]

    def fill(self):
        for topic in (FILLED_TOPIC, CHANGES_TOPIC):
            stack.load(["topic", topic, "create"], self.environment)
        filled = stack.load(["fill", "--topic", FILLED_TOPIC, *self.story], self.environment)
        self.published = filled["published"]
        counted = stack.load(["topic", FILLED_TOPIC, "count"], self.environment)
        if not self.published == counted == self.options.users * len(story.FIRST_CHECKOUT):
            raise BenchError(f"{self.published} events published, {counted} in the topic")
        print(f"{self.published:,} events of {filled['bytes'] / self.published / 1000:.1f} KB in "
              f"the topic after {filled['seconds']:.0f} s", file=sys.stderr, flush=True)

    def measure(self, row):
        database.empty(self.environment, FILLED_TOPIC)
        meter = Meter()
        figures = self.project() if row == SERVICE else self.store(row)
        used = figures.pop("used", None) or meter.read()
        figures["postgres_cpu_s"] = used["cpu_s"]["postgres"]
        figures["broker_cpu_s"] = used["cpu_s"]["kafka"]
        figures["foreign_share"] = meter.read()["foreign_share"]
        self.judge(row, figures)
        for name in ("client", "postgres", "broker"):
            figures[f"{name}_cpu_us"] = figures[f"{name}_cpu_s"] * 1e6 / self.published
        figures["cpu_us"] = figures["client_cpu_us"] + figures["postgres_cpu_us"]
        figures["summary"] = (f"{figures['events_per_s']:,.0f}/s, client "
                              f"{figures['client_cpu_us']:.1f} us, PostgreSQL "
                              f"{figures['postgres_cpu_us']:.1f} us")
        return figures

    def project(self):
        meter = Meter()
        server = Server("entitlements", database.service_settings(self.environment, FILLED_TOPIC))
        try:
            self.wait_until_applied(server)
            used = meter.read()
            process = stack.load(["usage", server.pid], {})["processes"][str(server.pid)]
        finally:
            status = server.stop()
        return {"used": used, "client_cpu_s": process["cpu_s"], "exit_status": status,
                "resident_peak_mb": process["resident_peak_mb"]} | self.time_recorded()

    def wait_until_applied(self, server):
        end = time.monotonic() + stack.READY_WITHIN_S + self.published / SLOWEST_EVENTS_PER_S
        with database.connect(self.environment) as connection:
            while True:
                applied, = database.ask(connection, "select coalesce(sum(next_position), 0) "
                                        "from consumer_offsets where topic = %s", FILLED_TOPIC)
                if applied >= self.published:
                    return
                if server.process.poll() is not None or time.monotonic() > end:
                    raise BenchError(f"{applied} of {self.published} events applied; "
                                     f"see {server.log}")
                time.sleep(LOOK_S)

    def time_recorded(self):
        """`recorded_at` is the begin of a transaction, so the last batch lies outside the time."""
        with database.connect(self.environment) as connection:
            seconds, events = database.ask(connection, """
                select extract(epoch from last.at - first.at)::float8,
                  (select count(*) from events where recorded_at < last.at)
                from (select min(recorded_at) as at from events) as first,
                  (select max(recorded_at) as at from events) as last""")
        return {"seconds": seconds, "events_per_s": events / seconds}

    def store(self, row):
        upsert_per = "event" if row == FLOOR else "object"
        figures = stack.run("bench_database_floor",
                            ["facts", "--upsert-per", upsert_per, *self.story],
                            {"DATABASE_URL": self.environment["ENTITLEMENTS_DATABASE_URL"]})
        return figures | {"exit_status": 0, "resident_peak_mb": 0,
                          "events_per_s": figures["events"] / figures["seconds"]}

    def judge(self, row, figures):
        """Fast is worth nothing if an event is missing or one too many, or a user has no plan."""
        with database.connect(self.environment) as connection:
            figures["events"], = database.ask(connection, "select count(*) from events")
            figures["professional"], = database.ask(connection, """
                select count(*) from user_entitlements
                where document->'answer'->>'plan' = 'professional' and version > 0""")
        users = self.options.users if row == SERVICE else 0
        figures["exact"] = (figures["events"] == self.published and figures["exit_status"] == 0
                            and figures["professional"] == users)


def print_rounds(options, results):
    report.table(
        f"Projection: {options.users:,} users with twelve events each, from a full topic, one "
        f"connection, {options.rounds} interleaved rounds, medians, nothing pinned",
        ["Row", "events/s (min..max)", "client CPU us per event", "PostgreSQL CPU us per event",
         "broker CPU us per event", "RSS peak MB", "others on all cores", "events, users exact"],
        [[row, report.spread(rounds, "events_per_s", 0),
          report.spread(rounds, "client_cpu_us"), report.spread(rounds, "postgres_cpu_us"),
          f"{report.median(rounds, 'broker_cpu_us'):.1f}",
          f"{report.median(rounds, 'resident_peak_mb'):.0f}" if row == SERVICE else "",
          f"{report.median(rounds, 'foreign_share'):.0%}",
          f"{sum(r['exact'] for r in rounds)}/{len(rounds)}, {rounds[0]['events']:,} events, "
          f"{rounds[0]['professional']:,} professional"]
         for row, rounds in results.items()])


def print_shares(results):
    """What storing alone takes of what the whole takes, in pairs of one round."""
    shares = {}
    for row in (FLOOR, LOWEST):
        shares[row] = [{"time": ours["events_per_s"] / floor["events_per_s"] * 100,
                        "cpu": floor["cpu_us"] / ours["cpu_us"] * 100}
                       for ours, floor in zip(results[SERVICE], results[row])]
    print()
    for row, pairs in shares.items():
        print(f"Of `{row}` the service reaches {report.spread(pairs, 'time', 0)} % in events/s and "
              f"{report.spread(pairs, 'cpu', 0)} % in processor time with PostgreSQL's.")
    return shares


def run(options):
    with stack.running("kafka", "postgres") as environment:
        projection = Projection(options, environment)
        projection.fill()
        results = undisturbed.rounds(options.rounds, (SERVICE, FLOOR, LOWEST), lambda row:
                                     undisturbed.measure(lambda: projection.measure(row), row,
                                                         FOREIGN_SHARE_MAX))
    print_rounds(options, results)
    shares = print_shares(results)
    report.write("projection", vars(options), {"rows": results, "shares_of_floor": shares})
    exact = all(round_["exact"] for rounds in results.values() for round_ in rounds)
    if not exact:
        print("bench: some round was not exact: events missing or too many, or users without "
              "their plan", file=sys.stderr)
    return exact
