# SPDX-License-Identifier: Apache-2.0
"""Every file is used, opens the same way, and stands where a reader of another service looks."""

import ast
import fnmatch
import re

from .source import Fault, Rule

SPDX = "// SPDX-License-Identifier: Apache-2.0"
EVERY_SERVICE = ["main.cpp", "config.hpp", "config.cpp", "http_api.hpp", "http_api.cpp"]
# The command line has no API of its own.
EXEMPT = {"operator": {"http_api.hpp", "http_api.cpp"}}


def check_opening(tree):
    for source in tree.cpp():
        if source.lines[0] != SPDX:
            yield Fault(source.path, 1, f"does not begin with `{SPDX}`")
        if source.path.endswith(".hpp"):
            if not source.lines[1:2] or not source.lines[1].startswith("// "):
                yield Fault(source.path, 2, "no file comment below the licence")
            if "#pragma once" not in source.lines:
                yield Fault(source.path, 1, "no #pragma once")
    for source in tree.python():
        if not re.match(rf'(#![^\n]*\n)?{SPDX.replace("//", "#")}\n"""\S', source.text):
            yield Fault(source.path, 1, "does not begin with the SPDX line and a docstring")


def is_built(tree, source):
    """Named or globbed by a CMakeLists.txt of its folder or one above, or by a function of ours."""
    for shared in tree:
        if shared.path.endswith(".cmake") and source.path.rsplit("/", 1)[1] in shared.text:
            return True
    folders = source.path.split("/")[:-1]
    for depth in range(len(folders), -1, -1):
        folder = "/".join(folders[:depth])
        cmake = tree.sources.get(f"{folder}/CMakeLists.txt".lstrip("/"))
        if cmake is None:
            continue
        name = source.path[len(folder) :].lstrip("/")
        if re.search(rf"(?<![\w/-]){re.escape(name)}\b", cmake.text):
            return True
        for glob in re.findall(r"file\(\s*GLOB(?:_RECURSE)?([^)]*)\)", cmake.text):
            patterns = re.findall(r"[^\s\"]*\*[^\s\"]*", glob)
            names = [re.sub(r"\$\{[^}]*\}/?", "", pattern) for pattern in patterns]
            if any(fnmatch.fnmatch(name, pattern) for pattern in names):
                return True
        # A list of subjects expanded by a loop or function: `foreach(name a b)` with ${name}.cpp.
        if re.search(rf"(?<![\w/-]){re.escape(source.stem)}\b", cmake.text):
            return True
    return False


def imported_modules(source):
    """The last word of every module, and every name, that the file imports."""
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.Import):
            yield from (part for alias in node.names for part in alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")
            yield from (alias.name for alias in node.names)


def check_dead_files(tree):
    included = {
        tree.resolve(source, target) for source in tree.cpp() for _, target in source.includes
    }
    imported = {name for source in tree.python() for name in imported_modules(source)}
    for source in tree.cpp():
        if source.path.endswith(".hpp") and source.path not in included:
            yield Fault(source.path, 1, "is included by no file")
        if source.path.endswith(".cpp") and not is_built(tree, source):
            yield Fault(source.path, 1, "is built by no CMakeLists.txt")
    for source in tree.python():
        collected = source.stem in {"conftest", "__init__"} or source.stem.startswith("test_")
        if not collected and "__main__" not in source.text and source.stem not in imported:
            yield Fault(source.path, 1, "is imported by no file and is no program")


def check_service_files(tree):
    services = {s.path.split("/")[1] for s in tree.cpp("services/") if s.path.count("/") >= 2}
    for service in sorted(services):
        for name in EVERY_SERVICE:
            path = f"services/{service}/{name}"
            if path not in tree and name not in EXEMPT.get(service, set()):
                yield Fault(path, 1, "is missing")


WHOLE = {f"services/a/{name}": "" for name in EVERY_SERVICE}
RULES = [
    Rule(
        "opening",
        "SPDX line; then a header's comment or a module's docstring says what lives here and when "
        "to use something else; then #pragma once",
        check_opening,
        [{"libs/a.cpp": "int a;"}, {"libs/a.hpp": SPDX + "\n#pragma once"},
         {"libs/a.hpp": SPDX + "\n// What lives here."}, {"tests/a.py": "import os"}],
        [{"libs/a.hpp": SPDX + "\n// What lives here.\n#pragma once"},
         {"tests/a.py": "#!/usr/bin/env python3\n" + SPDX.replace("//", "#") + '\n"""Says."""\n'}],
    ),
    Rule(
        "dead_files",
        "delete it, or build, include or import it",
        check_dead_files,
        [{"libs/a/b.cpp": "", "libs/a/CMakeLists.txt": "add_library(a c.cpp)"},
         {"libs/a/b.hpp": ""}, {"tests/a.py": ""}],
        [{"libs/a/b.cpp": '#include "a/b.hpp"', "libs/a/b.hpp": "",
          "libs/a/CMakeLists.txt": "add_library(a\n  b.cpp)"},
         {"tests/unit/x/b_test.cpp": "", "tests/CMakeLists.txt": "file(GLOB_RECURSE s unit/*.cpp)"},
         {"tests/e2e/stack.py": "", "tests/e2e/test_a.py": "from stack import Stack"}],
    ),
    Rule(
        "service_files",
        "every service has the same files, so that knowing one is knowing all",
        check_service_files,
        [{"services/a/main.cpp": ""}],
        [WHOLE],
    ),
]
