# SPDX-License-Identifier: Apache-2.0
"""Words: names that say nothing, work left over, things that only one machine has."""

import re

from .source import Fault, Rule

EMPTY_WORDS = {"common", "util", "utils", "core", "manager", "helper", "helpers", "misc", "impl"}
TYPE = re.compile(r"\b(?:class|struct|enum class|enum|union|concept|using)\s+(\w+)")
EMPTY_TYPE = re.compile(r"(Impl|Data|Info|Manager|Helper|Helpers|Util|Utils|Common|Core)$")
LEFT_OVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MACHINE = re.compile(
    r"(?<![\w.$}/-])/((work|root)/[\w.-]+|home/\w+|Users/\w+|tmp/[\w.-]+)"
    r"|\b[\w-]+\.(internal|corp|lan)\b"
)
# A document by name and number, as in `NOTES.md 3.4`; standards have shorter names (RFC 9112).
DOCUMENT = re.compile(r"\b([A-Z]{5,})(?:\.md)? (?:section )?\d+(?:\.\d+)*\b|\b([A-Z]{5,})\.md\b")
OWN_INPUTS = "tests/tidy_rules/"  # the rules themselves must spell what they forbid


def check_empty_names(tree):
    for source in tree:
        folders = source.path.split("/")[:-1] + [source.stem]
        for word in {word for part in folders for word in re.split(r"[_\-.]", part.lower())}:
            if word in EMPTY_WORDS and (source.is_cpp or source.is_python):
                yield Fault(source.path, 1, f"'{word}' in a path")
        for name in TYPE.finditer(source.code if source.is_cpp else ""):
            if EMPTY_TYPE.search(name[1]):
                yield Fault(source.path, source.line_of(name.start()), f"type {name[1]}")


def check_left_overs(tree):
    for source in tree:
        if source.path.startswith(OWN_INPUTS):
            continue
        for word in LEFT_OVER.finditer(source.text):
            yield Fault(source.path, source.line_of(word.start()), word.group())


def check_machine_paths(tree):
    for source in tree:
        if source.path.startswith(OWN_INPUTS) or "Dockerfile" in source.path:
            continue
        for found in MACHINE.finditer(source.text):
            yield Fault(source.path, source.line_of(found.start()), found.group())


def check_documents(tree):
    for source in tree.cpp() + tree.python():
        for position, comment in source.comments:
            for found in DOCUMENT.finditer(comment):
                name = f"{found[1] or found[2]}.md"
                known = any(path.endswith(name) for path in tree.sources)
                foreign = re.search(r"\bits $|'s $", comment[: found.start()])
                if not known and not foreign and not source.path.startswith(OWN_INPUTS):
                    line = source.line_of(position + found.start())
                    yield Fault(source.path, line, f"refers to {found.group()}")


RULES = [
    Rule(
        "empty_names",
        "name it for what it holds or does",
        check_empty_names,
        [{"libs/base/string_utils.hpp": ""}, {"libs/common/a.hpp": ""},
         {"libs/base/a.hpp": "class PoolManager {};"}, {"libs/base/a.hpp": "struct UserInfo {"}],
        [{"libs/base/utf8.hpp": "class Pool {}; // the class PoolManager is gone"}],
    ),
    Rule(
        "left_overs",
        "do it, or open an issue and say nothing here",
        check_left_overs,
        [{"libs/a.cpp": "// TODO: more"}, {"dev": "# FIXME"}],
        [{"dev": "mktemp -d stack.XXXXXX"}],
    ),
    Rule(
        "machine_paths",
        "derive it from the tree, a setting or mktemp; other machines do not have it",
        check_machine_paths,
        [{"dev": "cd /root/main"}, {"tests/a.py": 'open("/tmp/a.json")'},
         {"README.md": "mirror.build.internal"}],
        [{"dev": 'cd "$HOME/work/x" && mktemp -d && ls /usr/lib'},
         {"a.md": "see https://example.com/root/work"}],
    ),
    Rule(
        "documents",
        "no such document in the tree: give the source itself (a Stripe page, an RFC) or the fact",
        check_documents,
        [{"libs/a.hpp": "// the limits of NOTES.md 3.4"}, {"libs/a.hpp": "// see NOTES 9"}],
        [{"libs/a.hpp": "// RFC 9112, ARCHITECTURE.md; librdkafka's CONFIGURATION.md",
          "ARCHITECTURE.md": ""}],
    ),
]
