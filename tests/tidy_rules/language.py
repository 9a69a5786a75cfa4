# SPDX-License-Identifier: Apache-2.0
"""Traps of the language: coroutines under g++ 12, names that nobody uses, sleeping tests,
assertions that cannot fail."""

import ast
import re

from .source import Fault, Rule, matching_braces

OPENING, CLOSING = "([{", ")]}"
# Braced temporaries without a destructor that matters; g++ 12 gets these right.
TRIVIAL = re.compile(r"(chrono::\w+|seconds|milliseconds|microseconds|minutes|hours|_view|Time)$")
WAITERS = re.compile(r"wait|poll|eventually|until|retry|pace")
CPP_SLEEP = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w.:])sleep\s*\(")
CONSTANT_CPP = re.compile(
    r"\b(?:EXPECT|ASSERT)_(?:TRUE\(\s*(?:true|1)\s*\)|FALSE\(\s*(?:false|0)\s*\)"
    r"|(?:EQ|GE|LE)\(\s*([\w.()]+)\s*,\s*\1\s*\)|GE\([^;]*,\s*0u\s*\))"
)


def end_of_expression(code, begin):
    """Where the awaited expression that begins there ends: at a `;`, a `,` or a closing bracket of
    its own level."""
    depth = 0
    for position in range(begin, len(code)):
        letter = code[position]
        if letter in OPENING:
            depth += 1
        elif letter in CLOSING:
            if depth == 0:
                return position
            depth -= 1
        elif letter in ";," and depth == 0:
            return position
    return len(code)


def begin_of_expression(code, end):
    """Where the expression that holds code[end] begins: behind a `;`, a `,`, a brace or an opening
    bracket of its own level."""
    depth = 0
    for position in range(end - 1, -1, -1):
        letter = code[position]
        if letter in ")]":
            depth += 1
        elif letter in "([" and depth > 0:
            depth -= 1
        elif letter in "([{}" or (letter in ";," and depth == 0):
            return position + 1
    return 0


def lambda_at(code, position):
    """The capture list of a lambda whose `[` stands there, or None for a subscript or attribute."""
    before = code[:position].rstrip()[-1:]
    if before.isalnum() or before in set("_)]") or code[position : position + 2] == "[[":
        return None
    return code[position + 1 : code.find("]", position)].strip()


def temporaries(code, begin, end):
    """(position, what) of braced temporaries and capturing lambdas in code[begin:end]."""
    braces = matching_braces(code[begin:end])
    position = begin
    while position < end:
        letter = code[position]
        if letter == "[" and (captures := lambda_at(code, position)) is not None:
            if captures:
                yield position, f"a lambda capturing [{captures}]"
            body = code.find("{", position, end)
            position = begin + braces.get(body - begin, end - begin)
        elif letter == "{":
            name = re.search(r"[\w:>]*$", code[begin:position].rstrip()).group()
            if not TRIVIAL.search(name):
                yield position, f"a braced temporary {name}{{…}}"
            position = begin + braces.get(position - begin, end - begin)
        position += 1


def check_co_await(tree):
    for source in tree.cpp():
        for awaited in re.finditer(r"\bco_await\b", source.code):
            end = end_of_expression(source.code, awaited.end())
            for position, what in temporaries(source.code, awaited.end(), end):
                yield Fault(source.path, source.line_of(position), f"co_await holds {what}")


def check_co_await_choice(tree):
    for source in tree.cpp():
        for choice in re.finditer(r"\?", source.code):
            begin = begin_of_expression(source.code, choice.start())
            end = end_of_expression(source.code, choice.end())
            if re.search(r"\bco_await\b", source.code[begin:end]):
                yield Fault(source.path, source.line_of(choice.start()), "co_await beside a ?:")


def check_detached(tree):
    for source in tree.cpp():
        if source.path.startswith("tests/"):
            continue
        for spawn in re.finditer(r"\basio::detached\b", source.code):
            yield Fault(source.path, source.line_of(spawn.start()), spawn.group())


def check_sleeps(tree):
    for source in tree:
        if not source.path.startswith("tests/"):
            continue
        for line, what in python_sleeps(source) if source.is_python else cpp_sleeps(source):
            yield Fault(source.path, line, what)


def python_sleeps(source):
    waiters = [f for f in source.functions if WAITERS.search(f.name)]
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "sleep":
            if not any(f.line <= node.lineno < f.line + f.lines for f in waiters):
                yield node.lineno, ast.unparse(node)


def cpp_sleeps(source):
    if not source.is_cpp:
        return
    waiters = [f for f in source.functions if WAITERS.search(f.name)]
    for sleep in CPP_SLEEP.finditer(source.code):
        if not any(f.begin <= sleep.start() < f.end for f in waiters):
            yield source.line_of(sleep.start()), sleep.group()


def check_constant_assertions(tree):
    for source in tree.cpp("tests/"):
        for assertion in CONSTANT_CPP.finditer(source.code):
            yield Fault(source.path, source.line_of(assertion.start()), assertion.group())
    for source in tree.python():
        for node in ast.walk(ast.parse(source.text)):
            if isinstance(node, ast.Assert) and isinstance(node.test, (ast.Constant, ast.Tuple)):
                yield Fault(source.path, node.lineno, ast.unparse(node))


def check_using(tree):
    for source in tree.cpp():
        for using in re.finditer(r"^using (?:\w*::)+(\w+);", source.code, re.MULTILINE):
            if source.path.endswith(".cpp") and not re.search(
                    rf"\b{using[1]}\b", source.code[:using.start()] + source.code[using.end():]):
                yield Fault(source.path, source.line_of(using.start()), f"{using[1]} is not used")


RULES = [
    Rule(
        "co_await",
        "g++ 12 destroys it twice: give it a name on the line before",
        check_co_await,
        [{"libs/a.cpp": "void f() { co_await g(Record{1, 2}); }"},
         {"libs/a.cpp": "void f() {\n  co_await g(\n      x,\n      {1, 2});\n}"},
         {"libs/a.cpp": "void f() { auto r = co_await run([&] { return 1; }); }"},
         {"libs/a.cpp": "void f() { co_return co_await run([](int) { h(); }, Opt{.a = 1}); }"}],
        [{"libs/a.cpp": "void f() { Record r{1, 2}; co_await g(r, list[3]); }"},
         {"libs/a.cpp": "void f() { if (co_await g()) { h({1}); } }"},
         {"libs/a.cpp": "void f() { co_await wait(std::chrono::seconds{5}, std::string_view{}); }"},
         {"libs/a.cpp": "void f() { co_await post([](int a) { return Pair{a, 1}; }); } // {1}"}],
    ),
    Rule(
        "co_await_choice",
        "g++ 12 destroys temporaries of the choice twice: write an if, or name what was awaited",
        check_co_await_choice,
        [{"libs/a.cpp": "void f() { auto a = b ? co_await g() : Text{}; }"},
         {"libs/a.cpp": "void f() { h(1, (co_await g()) ? Text{} : other); }"},
         {"libs/a.cpp": "void f() { co_return c ? d : co_await g(x, y); }"}],
        [{"libs/a.cpp": "void f() { auto a = co_await g(); h(a ? 1 : 2); co_await g(); }"},
         {"libs/a.cpp": "void f() { if (co_await g()) { h(b ? 1 : 2); } } // why? co_await"}],
    ),
    Rule(
        "detached",
        "it swallows what a coroutine throws: spawn with end_process_on_failure of base",
        check_detached,
        [{"libs/a.cpp": "void f() { asio::co_spawn(io, g(), boost::asio::detached); }"}],
        [{"libs/a.cpp": "void f() { asio::co_spawn(io, g(), end_process_on_failure); }"},
         {"tests/unit/a_test.cpp": "void f() { asio::co_spawn(io, g(), asio::detached); }"}],
    ),
    Rule(
        "sleeps",
        "wait for a fact with a deadline (a function named wait_… may sleep between two looks)",
        check_sleeps,
        [{"tests/e2e/test_a.py": "def test_a():\n    time.sleep(1)\n"},
         {"tests/unit/a_test.cpp": "TEST(A, B) { std::this_thread::sleep_for(1s); }"}],
        [{"tests/e2e/stack.py": "def wait_for(x):\n  while not x():\n    time.sleep(0.1)\n"},
         {"libs/base/a.cpp": "void f() { std::this_thread::sleep_for(1s); }"}],
    ),
    Rule(
        "constant_assertions",
        "assert something that the code under test decides",
        check_constant_assertions,
        [{"tests/unit/a_test.cpp": "TEST(A, B) { EXPECT_TRUE(true); }"},
         {"tests/e2e/test_a.py": "def test_a():\n    assert True\n"}],
        [{"tests/unit/a_test.cpp": "TEST(A, B) { EXPECT_TRUE(f()); EXPECT_EQ(a, b); }"},
         {"tests/e2e/test_a.py": "def test_a():\n    assert f()\n"}],
    ),
    Rule(
        "using",
        "a name that a .cpp file takes is one that it says",
        check_using,
        [{"libs/a.cpp": "using b::C;\nint f(); // C"}],
        [{"libs/a.cpp": "using b::C;\nusing D = int;\nC f();"},
         {"libs/a.hpp": "using b::C;"}],
    ),
]
