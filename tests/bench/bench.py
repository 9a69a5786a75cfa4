#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The benchmarks, usually run as `./dev bench [NAME] [OPTION …]`, which builds what is measured.

Each measures on a stack of its own, prints a markdown table with the floor measured in the same run
and writes every figure to .local/bench/<name>-<time>.json.
"""

import argparse
import signal
import sys

import end_to_end
import ingress
import projection
import read
import simulator
from stack import BenchError

BENCHMARKS = {"ingress": ingress, "projection": projection, "read": read,
              "end-to-end": end_to_end, "simulator": simulator}


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.split("\n\n")[0])
    names = parser.add_subparsers(dest="name", metavar="|".join(BENCHMARKS))
    for name, benchmark in BENCHMARKS.items():
        benchmark.add_options(names.add_parser(name, help=benchmark.__doc__.split("\n")[0]))
    # ./dev asks with this word whether the line is right before it builds anything.
    words = [word for word in sys.argv[1:] if word != "--only-parse"]
    lines = [parser.parse_args(line)
             for line in ([words] if words else [[name] for name in BENCHMARKS])]
    if "--only-parse" in sys.argv:
        return 0
    # SIGTERM unwinds like Ctrl-C, so that the stack is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    good = True
    for options in lines:
        try:
            good = BENCHMARKS[options.name].run(options) and good
        except BenchError as error:
            print(f"bench: {error}", file=sys.stderr)
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
