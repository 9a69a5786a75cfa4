# SPDX-License-Identifier: Apache-2.0
"""Medians, the markdown table and the JSON file of a benchmark."""

import datetime
import json
import os
import statistics
import subprocess

from stack import HOME, ROOT


def median(rounds, figure):
    return statistics.median(round_[figure] for round_ in rounds)


def spread(rounds, figure, digits=1):
    """`median (smallest..largest)`"""
    values = [round_[figure] for round_ in rounds]
    middle = statistics.median(values)
    return f"{middle:.{digits}f} ({min(values):.{digits}f}..{max(values):.{digits}f})"


def table(title, head, rows):
    print(f"\n### {title}\n")
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)


def machine():
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
    return {"cores": len(os.sched_getaffinity(0)), "processor": model,
            "kernel": os.uname().release}


def revision():
    done = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], text=True,
                          capture_output=True, check=False)
    return done.stdout.strip()


def write(name, options, results):
    now = datetime.datetime.now(datetime.UTC)
    path = HOME.parent / f"{name}-{now:%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"benchmark": name, "at": f"{now:%Y-%m-%dT%H:%M:%SZ}", "revision": revision(),
                "machine": machine(), "options": options, "results": results}
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"\nAll figures: {path.relative_to(ROOT)}", flush=True)
