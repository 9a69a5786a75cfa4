# SPDX-License-Identifier: Apache-2.0
"""Counting what passed and what failed, from the reports of the test runners."""

import json
import re
import xml.etree.ElementTree
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Tally:
    passed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.passed + other.passed, self.skipped + other.skipped,
                     self.failures + other.failures)

    def count(self, name: str, passed: bool) -> None:
        if passed:
            self.passed += 1
        else:
            self.failures.append(name)

    def closing_line(self) -> str:
        return f"{self.passed} passed, {len(self.failures)} failed"

    def is_good(self) -> bool:
        return self.passed > 0 and not self.failures


def of_googletest(report: Path, log: Path, name: str, exit_status: int) -> Tally:
    """From the JSON report; from the log when the binary died before it could write one."""
    if not report.exists():
        passed = len(re.findall(r"^\[ +OK \]", log.read_text(errors="replace"), re.MULTILINE))
        return Tally(passed, failures=[f"{name} ended before its last test"])
    tally = Tally()
    for suite in json.loads(report.read_text())["testsuites"]:
        for case in suite["testsuite"]:
            if case["result"] == "SKIPPED":
                tally.skipped += 1
            elif case["status"] == "RUN":
                tally.count(f"{suite['name']}.{case['name']}", "failures" not in case)
    if exit_status != 0 and not tally.failures:
        # All tests passed and yet: a sanitizer's report at the end, for example.
        tally.failures.append(f"{name} ended with status {exit_status}")
    return tally


def of_pytest(report: Path, name: str, exit_status: int) -> Tally:
    if not report.exists():
        return Tally(failures=[f"{name} ended without a report"])
    tally = Tally()
    for case in xml.etree.ElementTree.parse(report).iter("testcase"):
        if case.find("skipped") is not None:
            tally.skipped += 1
        else:
            broken = case.find("failure") is not None or case.find("error") is not None
            tally.count(f"{case.get('classname')}.{case.get('name')}", not broken)
    if exit_status != 0 and not tally.failures:
        tally.failures.append(f"{name} ended with status {exit_status}")
    return tally
