# SPDX-License-Identifier: Apache-2.0
"""The tree as the rules see it: text, text without comments and literals, includes, functions."""

import ast
import dataclasses
import functools
import os
import re

TOKENS = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<raw>R"(?P<mark>[^()\s\\]{0,16})\((?P<raw_text>.*?)\)(?P=mark)")
      | (?P<text>"(?:\\.|[^"\\\n])*")
      | (?P<char>(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+')""",
    re.VERBOSE | re.DOTALL,
)
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)
CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
# Directories that hold no source of ours.
FOREIGN = {".git", ".local", "__pycache__", "node_modules", ".pytest_cache", ".cache"}


@dataclasses.dataclass
class Fault:
    """Where a rule is broken, and by what."""

    path: str
    line: int
    what: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.what}"


@dataclasses.dataclass
class Rule:
    """`check(tree)` yields faults; `instead` tells the reader what to do about any of them."""

    name: str
    instead: str
    check: object
    refuses: list
    passes: list


@dataclasses.dataclass
class Function:
    name: str
    line: int
    lines: int
    begin: int = 0
    end: int = 0


def blank(text):
    """Spaces of the same shape, so that positions and line numbers stay true."""
    return re.sub(r"[^\n]", " ", text)


class Source:
    """One text file. `path` is relative to the root, with slashes."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        self.stem = os.path.basename(path).rsplit(".", 1)[0]
        self.is_cpp = path.endswith((".cpp", ".hpp"))
        self.is_python = path.endswith(".py") or bool(re.match(r"#![^\n]*python", text))

    def line_of(self, position):
        return self.text.count("\n", 0, position) + 1

    @functools.cached_property
    def code(self):
        """C++ with comments, strings and characters blanked out."""
        return TOKENS.sub(lambda token: blank(token.group()), self.text)

    @functools.cached_property
    def strings(self):
        """(position, text) of the string literals of C++."""
        found = []
        for token in TOKENS.finditer(self.text):
            if token["raw"] is not None:
                found.append((token.start(), token["raw_text"]))
            elif token["text"] is not None:
                found.append((token.start(), token["text"][1:-1]))
        return found

    @functools.cached_property
    def comments(self):
        """(position, text) of the comments; in Python and shell, of everything from a `#`."""
        if self.is_cpp:
            return [(t.start(), t["comment"]) for t in TOKENS.finditer(self.text) if t["comment"]]
        return [(c.start(), c.group()) for c in re.finditer(r"#[^\n]*", self.text)]

    @functools.cached_property
    def includes(self):
        """(line, target) of every #include."""
        return [(self.line_of(i.start(2)), i[2]) for i in INCLUDE.finditer(self.text)]

    @functools.cached_property
    def functions(self):
        return list(python_functions(self) if self.is_python else cpp_functions(self))


def python_functions(source):
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield Function(node.name, node.lineno, node.end_lineno - node.lineno + 1)


def matching_braces(code):
    """Position of every `{` -> position of its `}`."""
    pairs, open_braces = {}, []
    for brace in re.finditer(r"[{}]", code):
        if brace.group() == "{":
            open_braces.append(brace.start())
        elif open_braces:
            pairs[open_braces.pop()] = brace.start()
    return pairs


def cpp_functions(source):
    """Bodies at namespace or class level whose head has a parameter list. Macros that look like
    functions (TEST) count; lambdas and local blocks belong to the function around them."""
    code = source.code
    pairs = matching_braces(code)
    head, at = 0, 0
    while (stop := re.compile(r"[;{}]").search(code, at)) is not None:
        position = stop.start()
        at = position + 1
        if stop.group() != "{" or position not in pairs:
            head = at
            continue
        text = code[head:position]
        after = code[pairs[position] + 1 :].lstrip()[:1]
        if CONTAINER.search(text) and not re.search(r"\)\s*(const|noexcept|override|\s)*$", text):
            head = at  # go inside
        elif "(" in text and after not in {",", "{"}:
            start = head + len(text) - len(text.lstrip())
            first, last = source.line_of(start), source.line_of(pairs[position])
            name = re.search(r"([~\w:]+)\s*\(", text)
            name = name[1] if name else "?"
            yield Function(name, first, last - first + 1, start, pairs[position])
            head = at = pairs[position] + 1
        elif after in {",", "{"}:
            at = pairs[position] + 1  # a braced member initialiser: the body is still to come
        else:
            head = at = pairs[position] + 1


class Tree:
    """All text files by path."""

    def __init__(self, texts):
        self.sources = {path: Source(path, text) for path, text in texts.items()}

    @classmethod
    def read(cls, root):
        texts = {}
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(set(folders) - FOREIGN)
            for name in sorted(names):
                path = os.path.join(folder, name)
                try:
                    with open(path, encoding="utf-8") as file:
                        texts[os.path.relpath(path, root).replace(os.sep, "/")] = file.read()
                except (UnicodeDecodeError, FileNotFoundError):
                    continue  # an image, or a file that an editor just took away
        return cls(texts)

    def __iter__(self):
        return iter(self.sources.values())

    def __contains__(self, path):
        return path in self.sources

    def cpp(self, *roots):
        """C++ files below the roots (`libs/`), or all of them."""
        return [s for s in self if s.is_cpp and (not roots or s.path.startswith(roots))]

    def python(self):
        return [s for s in self if s.is_python]

    def resolve(self, source, target):
        """The path of an included file of ours: beside the includer, in libs/, services/, tests/,
        or from the root. None for a system or generated header."""
        folder = source.path.rsplit("/", 1)[0]
        for root in (folder, "libs", "services", "tests", "."):
            path = os.path.normpath(f"{root}/{target}")
            if path in self.sources:
                return path
        return None
