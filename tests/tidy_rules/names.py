# SPDX-License-Identifier: Apache-2.0
"""Words: names that say nothing, work left over, things that only one machine has."""

import re

from .source import Fault, Rule, matching_braces

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
# A namespace, or a type with its body: an enum's base and a class's bases may stand between.
SCOPE = re.compile(
    r"\bnamespace\b[ \t]*(?P<namespace>[\w:]*)\s*\{"
    r"|(?<!friend )\b(?:class|struct|union|enum(?:\s+class)?)\s+(?P<type>\w+)\s*"
    r"(?:final\s*)?(?::[^:;{}()][^;{}()]*)?\{"
    r"|\{"
)
METRIC = re.compile(r"[.>](?:counter|gauge|histogram)\(\s*\"(\w+)\"")
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


def types_of(source):
    """(qualified name, position) of each class, struct and enum that the file defines at namespace
    level, outside anonymous namespaces."""
    code = source.code
    braces = matching_braces(code)
    names, ends = [], []  # the namespaces around the position, and where each of them ends
    for head in SCOPE.finditer(code):
        while ends and head.start() > ends[-1]:
            ends.pop()
            names.pop()
        if head.end() - 1 not in braces or None in names:
            continue
        if head["type"]:
            yield "::".join([*names, head["type"]]), head.start()
        # None marks what may be defined in many files: in anonymous namespaces, types, functions.
        names.append(head["namespace"] if head["namespace"] and not head["type"] else None)
        ends.append(braces[head.end() - 1])


def check_repeated_types(tree):
    # What is linked together: libraries and services in one test binary, and its own files.
    for program in ("tests/unit/", "tests/integration/", "tests/bench/"):
        first = {}
        for source in tree.cpp("libs/", "services/", program):
            for name, position in types_of(source):
                before = first.setdefault(name, source.path)
                reported = program == "tests/unit/" or source.path.startswith(program)
                if before != source.path and reported:
                    line = source.line_of(position)
                    yield Fault(source.path, line, f"{name} is defined in {before} too")


def check_metric_names(tree):
    for source in tree.cpp("libs/", "services/"):
        for metric in METRIC.finditer(source.text):
            if not metric[1].startswith("tollgate_"):
                yield Fault(source.path, source.line_of(metric.start()), f"metric {metric[1]}")


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
        "repeated_types",
        "two types of one name in one namespace are one to the linker: rename one, or put what "
        "only its .cpp needs into an anonymous namespace",
        check_repeated_types,
        [{"services/a/x.cpp": "namespace t::a {\nstruct Change { int a; };\n}",
          "services/a/y.hpp": "namespace t::a { class Change final : public Row { }; }"},
         {"libs/a/x.cpp": "namespace t {\nnamespace {\nint a;\n}\nenum class Kind : int { a };\n}",
          "libs/b/y.cpp": "namespace t { enum class Kind { b }; }"}],
        [{"libs/a/x.cpp": "namespace t { namespace { struct Row { }; } struct A { }; }",
          "libs/a/y.cpp": "namespace t { namespace { struct Row { }; } struct B { }; }"},
         {"libs/a/x.cpp": "namespace t { void f() { struct Row { }; } }",
          "libs/a/y.cpp": "namespace t { void g() { struct Row { }; } }"},
         {"libs/a/x.hpp": "namespace t { class A { enum class Phase { a }; }; struct Row; }",
          "libs/a/y.hpp": "namespace t { class B { enum class Phase { a }; }; struct Row { }; }"},
         {"libs/a/x.hpp": "namespace t::a { struct Row { }; }",
          "libs/a/y.hpp": "namespace t::b { struct Row { }; }"}],
    ),
    Rule(
        "metric_names",
        "every metric's name begins with tollgate_",
        check_metric_names,
        [{"libs/a.cpp": 'm.counter("http_total", "Help.")'},
         {"libs/a.cpp": 'm->histogram(\n    "seconds")'}],
        [{"libs/a.cpp": 'm.counter("tollgate_http_total", "Help.")'}],
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
