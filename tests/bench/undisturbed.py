# SPDX-License-Identifier: Apache-2.0
"""Rounds on a machine that is not ours alone: measured again while others take the processor."""

import sys

ATTEMPTS_MAX = 3


def measure(attempt, name, share_max):
    """`attempt()` gives figures with `exact` and `foreign_share`, what others took of the cores
    in question. The first attempt below the share counts, else the least disturbed of a few; one
    that is not exact counts at once."""
    attempts = []
    while len(attempts) < ATTEMPTS_MAX:
        figures = attempt()
        attempts.append(figures)
        print(f"  {name}: {figures['summary']}, others {figures['foreign_share']:.0%}",
              file=sys.stderr, flush=True)
        if figures["foreign_share"] <= share_max or not figures["exact"]:
            return figures
    return min(attempts, key=lambda figures: figures["foreign_share"])


def rounds(count, names, measure_row):
    """Every row in every round, each round beginning with another one, so that a slow minute of
    the machine meets all of them."""
    names = list(names)
    results = {name: [] for name in names}
    for number in range(count):
        print(f"round {number + 1} of {count}", file=sys.stderr, flush=True)
        shift = number % len(names)
        for name in [*names[shift:], *names[:shift]]:
            results[name].append(measure_row(name))
    return results
