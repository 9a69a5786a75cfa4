# SPDX-License-Identifier: Apache-2.0
"""What one accepted event costs the ingress, and how long Stripe waits for its 200.

Rows: the whole ingress (verify, publish with acks=all, 200); the same HTTP server that only
verifies; the same server that answers 200 and nothing else. Only Kafka of the stack runs beside
them. The server has core 0, generator and broker have core 1. One server at a time is up; the rows
take turns within a round, so that a slow minute of the machine meets all of them.

Bodies are distinct, 4.6 KB, and signed as they are sent: patching and SHA-256 take the generator 2
to 3 us of the 8 us that a request costs it, so it saturates beyond 100,000 requests a second, far
above any server here. At the fixed rate the next request is signed before it is due, and latency
counts from the moment it was due.
"""

import itertools
import sys

import report
import stack
import undisturbed
from stack import BenchError, Server

TEMPLATES = ("customer_subscription_updated", "invoice_paid")
# A round counts as disturbed when others took more than this share of the server's core.
FOREIGN_SHARE_MAX = 0.12

INGRESS = "webhook-ingress"
ROWS = {
    INGRESS: ("webhook-ingress", {}, stack.says_ready),
    "floor: verify": ("bench_floor", {"FLOOR_MODE": "verify"}, stack.is_listening),
    "floor: constant 200": ("bench_floor", {"FLOOR_MODE": "constant"}, stack.is_listening),
}


def add_options(parser):
    parser.add_argument("--rounds", type=int, default=7, help="saturated rounds (7)")
    parser.add_argument("--seconds", type=float, default=4, help="measured in such a round (4)")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rate", type=int, default=1000, help="requests a second, open loop")
    parser.add_argument("--rate-rounds", type=int, default=3)
    parser.add_argument("--rate-seconds", type=float, default=10)
    parser.add_argument("--warm-up", type=float, default=2, help="seconds before each (2)")


class Ingress:
    """The rows on one stack."""

    def __init__(self, options, environment):
        self.options = options
        # One secret, as an endpoint has when none is being rotated: each costs one more SHA-256.
        secret = environment["STRIPE_WEBHOOK_SECRETS"].split(",")[0]
        self.environment = environment | {"STRIPE_WEBHOOK_SECRETS": secret}
        cores = stack.cores()
        self.server_core, self.load_core = cores[0], cores[-1]
        self.broker_pid = stack.pid_of("kafka")
        stack.pin(self.broker_pid, self.load_core)
        self.serial = itertools.count(1)

    def measure(self, row, rate, seconds):
        """One server, one fresh topic, one load."""
        binary, settings, is_ready = ROWS[row]
        topic = f"bench.ingress.{next(self.serial)}"
        self.load("topic", topic, "create")
        settings = settings | {"STRIPE_EVENTS_TOPIC": topic, "LOG_LEVEL": "warning"}
        server = Server(binary, self.environment | settings, self.server_core)
        try:
            server.wait_until(is_ready)
            figures = self.load(
                "webhooks", "--url", server.url + "/webhooks/stripe",
                *itertools.chain(*(("--template", stack.EVENTS / f"{name}.json.in")
                                   for name in TEMPLATES)),
                "--connections", self.options.connections, "--rate", rate,
                "--warm-up-s", self.options.warm_up, "--seconds", seconds,
                "--server-pid", server.pid, "--broker-pid", self.broker_pid)
        finally:
            status = server.stop()
        figures["exit_status"] = status
        figures["records"] = self.load("topic", topic, "count")
        self.load("topic", topic, "remove")
        busy = figures["cores_busy"][self.server_core]
        figures["foreign_share"] = max(0, busy - figures["server_cpu_s"] / figures["seconds"])
        figures["summary"] = (f"{figures['answered_per_s']:,.0f}/s, "
                              f"{figures['server_cpu_us']:.1f} us, p99 {figures['p99_ms']:.2f} ms")
        self.judge(row, figures)
        return figures

    def load(self, *words):
        return stack.load(words, self.environment, self.load_core)

    def judge(self, row, figures):
        """Fast is worth nothing if an event is missing or one too many."""
        expected = figures["accepted"] if row == INGRESS else 0
        figures["exact"] = (figures["records"] == expected and figures["errors"] == 0
                            and figures["unanswered"] == 0 and figures["exit_status"] == 0
                            and set(figures["statuses"]) == {"200"})

    def rounds(self, count, rate, seconds):
        return undisturbed.rounds(count, ROWS, lambda row: undisturbed.measure(
            lambda: self.measure(row, rate, seconds), row, FOREIGN_SHARE_MAX))


def exactness(row, rounds):
    exact = sum(round_["exact"] for round_ in rounds)
    if row != INGRESS:
        return f"no record, {exact}/{len(rounds)}"
    return f"{exact}/{len(rounds)}, {sum(round_['records'] for round_ in rounds):,} records"


def print_saturated(options, results):
    report.table(
        f"Ingress, closed loop: {options.connections} keep-alive connections, {options.rounds} "
        f"interleaved rounds of {options.seconds:g} s, medians",
        ["Server", "CPU us per event (min..max)", "events/s", "p50 ms", "p99 ms", "RSS MB",
         "others on its core", "broker CPU us", "generator CPU us", "200s = records"],
        [[row, report.spread(rounds, "server_cpu_us"),
          f"{report.median(rounds, 'answered_per_s'):,.0f}",
          f"{report.median(rounds, 'p50_ms'):.2f}", f"{report.median(rounds, 'p99_ms'):.2f}",
          f"{report.median(rounds, 'server_resident_peak_mb'):.0f}",
          f"{report.median(rounds, 'foreign_share'):.0%}",
          f"{report.median(rounds, 'broker_cpu_us'):.1f}",
          f"{report.median(rounds, 'generator_cpu_us'):.1f}", exactness(row, rounds)]
         for row, rounds in results.items()])


def print_fixed_rate(options, results):
    report.table(
        f"Ingress, open loop: {options.rate}/s offered, latency from the due time, "
        f"{options.rate_rounds} rounds of {options.rate_seconds:g} s, medians",
        ["Server", "answered/s", "p50 ms (min..max)", "p95 ms", "p99 ms (min..max)", "max ms",
         "sent late p99 ms", "CPU us per event", "200s = records"],
        [[row, f"{report.median(rounds, 'answered_per_s'):,.0f}",
          report.spread(rounds, "p50_ms", 2), f"{report.median(rounds, 'p95_ms'):.2f}",
          report.spread(rounds, "p99_ms", 2), f"{report.median(rounds, 'max_ms'):.1f}",
          f"{report.median(rounds, 'send_lag_p99_ms'):.2f}",
          f"{report.median(rounds, 'server_cpu_us'):.1f}", exactness(row, rounds)]
         for row, rounds in results.items()])


def run(options):
    with stack.running("kafka") as environment:
        if len(stack.cores()) < 2:
            raise BenchError("two cores are needed: one for the server, one for its load")
        ingress = Ingress(options, environment)
        saturated = ingress.rounds(options.rounds, 0, options.seconds)
        print_saturated(options, saturated)
        fixed = ingress.rounds(options.rate_rounds, options.rate, options.rate_seconds)
        print_fixed_rate(options, fixed)
    report.write("ingress", vars(options), {"saturated": saturated, "fixed_rate": fixed})
    exact = all(round_["exact"] for results in (saturated, fixed)
                for rounds in results.values() for round_ in rounds)
    if not exact:
        print("bench: some round was not exact: an answer other than 200, or records missing or "
              "too many", file=sys.stderr)
    return exact
