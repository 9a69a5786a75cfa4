# SPDX-License-Identifier: Apache-2.0
"""Limits of size: lines in a function, lines in a file, columns in a line."""

from .source import Fault, Rule

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 300
MAIN_LINES_MAX = 100  # main.cpp of a service composes and does nothing else
COLUMNS_MAX = 100
CODE = (".cpp", ".hpp", ".py", ".proto", ".sql", ".sh", ".cmake", "CMakeLists.txt")


def check_function_lines(tree):
    for source in tree:
        if not source.is_cpp and not source.is_python:
            continue
        for function in source.functions:
            if function.lines > FUNCTION_LINES_MAX:
                what = f"{function.name} has {function.lines} lines of {FUNCTION_LINES_MAX}"
                yield Fault(source.path, function.line, what)


def check_file_lines(tree):
    for source in tree:
        if not source.is_cpp and not source.is_python:
            continue
        composes = source.path.startswith("services/") and source.path.endswith("/main.cpp")
        limit = MAIN_LINES_MAX if composes else FILE_LINES_MAX
        lines = source.text.count("\n")
        if lines > limit:
            yield Fault(source.path, lines, f"{lines} lines of {limit}")


def check_columns(tree):
    for source in tree:
        if not source.path.endswith(CODE):
            continue
        for number, line in enumerate(source.lines, 1):
            if len(line) > COLUMNS_MAX and " " in line.strip().lstrip("/# "):
                yield Fault(source.path, number, f"{len(line)} columns of {COLUMNS_MAX}")


RULES = [
    Rule(
        "function_lines",
        "split it by what it does: a reader should see a function on one screen",
        check_function_lines,
        [{"libs/a.cpp": "namespace n {\nA::A(int x) : x_{x}, y_{2} {\n" + "f();\n" * 70 + "}\n}\n"},
         {"tests/a_test.cpp": "TEST(A, B) {\n" + "f();\n" * 70 + "}\n"},
         {"tests/a.py": "def f():\n" + "    g()\n" * 70}],
        [{"libs/a.cpp": "class A {\n" + "  void f() {\n    g();\n  }\n" * 40 + "};\n"}],
    ),
    Rule(
        "file_lines",
        "split it by subject; name the parts for what they hold",
        check_file_lines,
        [{"libs/a.cpp": "\n" * 301}, {"services/a/main.cpp": "\n" * 101}],
        [{"libs/a.cpp": "\n" * 300}, {"services/a/main.cpp": "\n" * 100}],
    ),
    Rule(
        "columns",
        "break the line (clang-format -i does it for code, not for comments)",
        check_columns,
        [{"libs/a.cpp": "int a; " * 20}, {"dev.sh": "echo " * 30}],
        [{"libs/a.cpp": "// https://example.com/" + "a" * 100}, {"a.md": "word " * 40}],
    ),
]
