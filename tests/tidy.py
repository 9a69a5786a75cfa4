#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what a compiler does not: layers, borders, sizes, names. One rule is one function below
tests/tidy_rules/, with inputs that it must refuse and inputs that it must let pass; those are tried
on every run, so a rule that has gone blind fails too.

    tests/tidy.py              all rules over the tree; the last line is `N passed, N failed`
    tests/tidy.py --self-test  the rules' own inputs only
    tests/tidy.py --list       what is checked
"""

import argparse
import pathlib
import sys

from tidy_rules import borders, files, language, layers, names, sizes
from tidy_rules.source import Tree

RULES = [
    rule
    for module in (layers, borders, language, sizes, names, files)
    for rule in module.RULES
]


def self_test(rule):
    """Yields one sentence for each input of its own that the rule judges wrongly."""
    if not rule.refuses or not rule.passes:
        yield f"rule {rule.name} needs an input to refuse and one to pass"
    for sources in rule.refuses:
        if not list(rule.check(Tree(sources))):
            yield f"rule {rule.name} is blind: it let pass {sources}"
    for sources in rule.passes:
        for fault in rule.check(Tree(sources)):
            yield f"rule {rule.name} is wrong: it refused {fault} in {sources}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        for rule in RULES:
            print(f"{rule.name:22} {rule.instead}")
        return 0

    tree = Tree({}) if options.self_test else Tree.read(pathlib.Path(__file__).parent.parent)
    failed = 0
    for rule in RULES:
        complaints = list(self_test(rule))
        for fault in rule.check(tree):
            complaints.append(f"{fault} [{rule.name}]: {rule.instead}")
        failed += bool(complaints)
        for complaint in complaints:
            print(complaint)
    print(f"{len(RULES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
