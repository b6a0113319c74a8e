"""Which numbers of a module no test holds: each is changed in turn, and the tests are run.

    python lab/tests/mutation/mutants.py nurie.regions.ink tests/regions/test_ink.py
        [--factor 2.0] [--only NAME ...]

Mutated are the numbers at the top of a module and the defaults of its dataclasses' fields, one
element at a time. A number is multiplied by the factor, 0 becomes 1, and a whole number stays
whole. A mutant is killed if the tests fail; a survivor is a number that could be anything, or whose
test is missing. No file is changed: each mutant lives in a child of this process (POSIX alone).
"""

import argparse
import ast
import importlib.util
import json
import os
import signal
import sys
from collections.abc import Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import cv2  # noqa: F401 - loaded here, so that no child has to
import pytest

QUIET = "ignore::pytest.PytestAssertRewriteWarning"
"""What is loaded before pytest runs cannot be rewritten by it."""

TOO_LONG = 300
"""Seconds after which the tests of a mutant count as failed: it made something endless."""


def numbers(source: str) -> Iterator[tuple[str, ast.Constant]]:
    r"""The numbers of a module and of its classes' fields, by name.

    >>> [(name, number.value) for name, number in numbers("A, _B = 2, (3.0, 4)\nC = 'x'")]
    [('A', 2), ('_B', 3.0), ('_B.1', 4)]
    """
    body = ast.parse(source).body
    fields = [node for one in body if isinstance(one, ast.ClassDef) for node in one.body]
    for node in (*body, *fields):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(target.elts, node.value.elts, strict=True))
        else:
            pairs = [(target, node.value)]
        for name, value in pairs:
            found = [n for n in ast.walk(value) if isinstance(n, ast.Constant)]
            # Lookup flags such as cv2.CV_32S are no numbers, and True is one.
            found = [n for n in found if type(n.value) in (int, float)]
            for i, number in enumerate(found):
                yield ast.unparse(name) + (f".{i}" if i else ""), number


def mutated(source: str, number: ast.Constant, factor: float) -> str:
    """A module's text with one number changed.

    >>> text = "A = 2"
    >>> mutated(text, next(numbers(text))[1], 2.0)
    'A = 4'
    """
    assert isinstance(number.value, int | float)
    value = number.value * factor if number.value else 1.0
    if isinstance(number.value, int):
        value = round(value) if round(value) != number.value else number.value + 1
    lines = source.splitlines(keepends=True)
    # Columns of the syntax tree count bytes.
    line = lines[number.lineno - 1].encode()
    changed = line[: number.col_offset] + repr(value).encode() + line[number.end_col_offset :]
    return "".join([*lines[: number.lineno - 1], changed.decode(), *lines[number.lineno :]])


class Mutant(Loader, MetaPathFinder):
    """Imports one module from a changed text; the file stays as it is."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """The mutant, where its name is imported."""
        del path, target
        return ModuleSpec(name, self, origin=str(self.path)) if name == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed text."""
        module.__file__ = str(self.path)
        exec(compile(self.source, str(self.path), "exec"), module.__dict__)


def fails(mutant: Mutant, tests: list[str]) -> bool:
    """Whether some of the tests fail, in a child that imports the mutant."""
    child = os.fork()
    if not child:
        # What does not end is killed, and counts as a failure.
        signal.alarm(TOO_LONG)
        sys.meta_path.insert(0, mutant)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os._exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-W", QUIET, *tests]) != 0))
    return os.waitpid(child, 0)[1] != 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module", help="such as nurie.regions.ink")
    parser.add_argument("tests", nargs="+")
    parser.add_argument("--factor", type=float, default=2.0)
    parser.add_argument("--only", action="append", help="names of numbers")
    args = parser.parse_args()
    # Found without an import: what is imported here is the same in every child.
    root = Path(importlib.util.find_spec("nurie").origin).parents[1]
    path = (root / args.module.replace(".", "/")).with_suffix(".py")
    source = path.read_text("utf-8")
    if fails(Mutant(args.module, path, source), args.tests):
        sys.exit("The tests fail without any mutant.")
    report: dict[str, list[str]] = {"killed": [], "survived": []}
    for name, number in numbers(source):
        if args.only and name not in args.only:
            continue
        killed = fails(Mutant(args.module, path, mutated(source, number, args.factor)), args.tests)
        report["killed" if killed else "survived"].append(name)
        print(f"{'killed' if killed else 'SURVIVED'} {name} = {number.value}", flush=True)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
