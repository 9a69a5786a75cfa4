# SPDX-License-Identifier: Apache-2.0
"""How long it takes from Stripe's signed webhook to an entitlement that a shop's service can read.

For each fresh user a completed checkout session and a created subscription are posted at once, and
GET /v1/users/{user_id}/entitlements is polled until the plan is `professional`. A user's time runs
from the moment the pair was due (open loop, so a stall is counted for all whom it delays) to the
first answer that says so; polling adds at most its pace.
"""

import sys

import report
import stack


def add_options(parser):
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=int, default=500, help="webhooks a second, two for a user")
    parser.add_argument("--seconds", type=float, default=15, help="measured in a round (15)")
    parser.add_argument("--warm-up", type=float, default=5, help="seconds before each (5)")


def measure(environment, rate, seconds, warm_up):
    token = stack.dev("token", "--service").splitlines()[-1]
    figures = stack.load(
        ["end-to-end", "--ingress-url", environment["INGRESS_URL"] + "/webhooks/stripe",
         "--entitlements-url", environment["ENTITLEMENTS_URL"],
         "--first-template", stack.EVENTS / "checkout_session_completed.json.in",
         "--second-template", stack.EVENTS / "customer_subscription_created.json.in",
         "--rate", rate, "--seconds", seconds, "--warm-up-s", warm_up],
        environment | {"SERVICE_TOKEN": token})
    print(f"  p50 {figures['p50_ms']:.1f} ms, p99 {figures['p99_ms']:.1f} ms, "
          f"{figures['readable']} of {figures['users']} users readable",
          file=sys.stderr, flush=True)
    return figures


def run(options):
    with stack.running() as environment:
        # A few users first: the consumer may still be joining its group.
        measure(environment, rate=10, seconds=2, warm_up=0)
        rounds = [measure(environment, options.rate, options.seconds, options.warm_up)
                  for _ in range(options.rounds)]
    report.table(
        f"End to end: {options.rate} signed webhooks/s until readable, {options.rounds} rounds of "
        f"{options.seconds:g} s, medians, nothing pinned",
        ["p50 ms (min..max)", "p95 ms", "p99 ms (min..max)", "max ms", "users readable",
         "reads per user", "poll pace ms"],
        [[report.spread(rounds, "p50_ms"), f"{report.median(rounds, 'p95_ms'):.1f}",
          report.spread(rounds, "p99_ms"), f"{report.median(rounds, 'max_ms'):.1f}",
          f"{sum(r['readable'] for r in rounds):,} of {sum(r['users'] for r in rounds):,}",
          f"{sum(r['reads'] for r in rounds) / sum(r['users'] for r in rounds):.1f}",
          rounds[0]["poll_pace_ms"]]])
    report.write("end-to-end", vars(options), {"rounds": rounds})
    whole = all(round_["readable"] == round_["users"] for round_ in rounds)
    if not whole:
        print("bench: some users never became readable", file=sys.stderr)
    return whole
