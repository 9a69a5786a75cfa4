# SPDX-License-Identifier: Apache-2.0
"""What one signed webhook of the simulated Stripe costs, from the change that it tells to its 200.

The simulator has core 0 and makes buyers' stories as fast as it can; the receiver, which answers
200 and does nothing else, has core 1. The floor is the same number of requests posted to
the same receiver by the load generator, which signs bodies that it has ready.
"""

import json
import sys
import time
import urllib.request

import report
import stack
from stack import BenchError, Server

SIMULATOR = "stripe_simulator"
FLOOR = "floor: load generator"
SECRET = "whsec_simulator_benchmark"
API_KEY = "sk_test_benchmark"
EVENTS_PER_S_MAX = 20_000
ENDS_WITHIN_S = 300
FLOOR_TEMPLATE = "customer_subscription_created.json.in"


def add_options(parser):
    parser.add_argument("--customers", type=int, default=400, help="who live a story each (400)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--floor-seconds", type=float, default=3, help="of a floor's round (3)")


def post(url, body, kind="application/json"):
    request = urllib.request.Request(url, body.encode(), {
        "Content-Type": kind, "Authorization": f"Bearer {API_KEY}"})
    with urllib.request.urlopen(request, timeout=ENDS_WITHIN_S) as answer:
        return json.load(answer)


def load_of(simulator):
    with urllib.request.urlopen(simulator.url + "/simulator/load", timeout=10) as answer:
        return json.load(answer)


def cpu_s(server):
    return stack.load(["usage", server.pid], {})["processes"][str(server.pid)]["cpu_s"]


def wait_until_over(simulator):
    end = time.monotonic() + ENDS_WITHIN_S
    while load_of(simulator)["running"]:
        if time.monotonic() > end:
            raise BenchError(f"the load did not end; see {simulator.log}")
        time.sleep(0.2)


def live(simulator, customers):
    """A whole load; how many events it made, all of which were delivered."""
    control = simulator.url + "/simulator"
    post(control + "/load", json.dumps({"customers": customers,
                                        "events_per_second": EVENTS_PER_S_MAX}))
    wait_until_over(simulator)
    quiet = post(control + "/deliveries/drain", '{"all": true}')
    if not quiet["drained"] or quiet["given_up"]:
        raise BenchError(f"not every webhook arrived; see {simulator.log}")
    return load_of(simulator)["events"]


def measure_simulator(options, receiver):
    simulator = Server(SIMULATOR, {"LOG_LEVEL": "warning"}, stack.cores()[0])
    try:
        simulator.wait_until(stack.says_ready)
        post(simulator.url + "/v1/webhook_endpoints",
             f"url={receiver.url}/webhooks/stripe&enabled_events[]=*",
             "application/x-www-form-urlencoded")
        used, begun = cpu_s(simulator), time.monotonic()
        events = live(simulator, options.customers)
        seconds = time.monotonic() - begun
        used = cpu_s(simulator) - used
    finally:
        simulator.stop()
    return {"events": events, "cpu_us": used / events * 1e6, "per_s": events / seconds,
            "per_core_s": events / used}


def measure_floor(options, receiver):
    figures = stack.load(
        ["webhooks", "--url", receiver.url + "/webhooks/stripe",
         "--template", stack.EVENTS / FLOOR_TEMPLATE, "--connections", 16, "--rate", 0,
         "--warm-up-s", 1, "--seconds", options.floor_seconds, "--server-pid", receiver.pid,
         "--broker-pid", receiver.pid],
        {"STRIPE_WEBHOOK_SECRETS": SECRET}, stack.cores()[0])
    return {"events": figures["accepted"], "cpu_us": figures["generator_cpu_us"],
            "per_s": figures["answered_per_s"], "per_core_s": 1e6 / figures["generator_cpu_us"]}


def run(options):
    receiver = Server("bench_floor", {"FLOOR_MODE": "constant", "STRIPE_WEBHOOK_SECRETS": SECRET,
                                      "LOG_LEVEL": "warning"}, stack.cores()[-1])
    rows = {SIMULATOR: [], FLOOR: []}
    try:
        receiver.wait_until(stack.is_listening)
        for number in range(options.rounds):
            rows[SIMULATOR].append(measure_simulator(options, receiver))
            rows[FLOOR].append(measure_floor(options, receiver))
            print(f"  round {number + 1}: {rows[SIMULATOR][-1]['cpu_us']:.0f} us an event",
                  file=sys.stderr, flush=True)
    finally:
        receiver.stop()
    report.table(
        f"Simulated Stripe: the stories of {options.customers} buyers, each event signed and "
        f"delivered to one endpoint, {options.rounds} rounds, medians",
        ["Row", "CPU us per event (min..max)", "events/s", "events/s of one core", "events"],
        [[row, report.spread(rounds, "cpu_us"), f"{report.median(rounds, 'per_s'):,.0f}",
          f"{report.median(rounds, 'per_core_s'):,.0f}", f"{report.median(rounds, 'events'):,.0f}"]
         for row, rounds in rows.items()])
    report.write("simulator", vars(options), {"rows": rows})
    return True
