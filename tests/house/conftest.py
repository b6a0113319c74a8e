"""What the house tests look at."""

import ast
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """A source file, read and parsed."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self):
        return self.path.relative_to(ROOT).as_posix()

    def functions(self):
        """(qualified name, node) of every function that a module or a class defines."""
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef):
                yield node.name, node
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef):
                        yield f"{node.name}.{inner.name}", inner


def _read(path):
    text = path.read_text("utf-8")
    return Module(path, text, ast.parse(text))


@pytest.fixture(scope="session")
def root():
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def source():
    """Every module of the product and the laboratory."""
    return [
        _read(path)
        for path in sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "lab" / "src").rglob("*.py")])
    ]


@pytest.fixture(scope="session")
def python_files(source):
    """Every module of both distributions and their tests."""
    folders = ("tests", "lab/tests")
    others = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return source + [_read(path) for path in others]


@pytest.fixture(scope="session")
def tracked():
    """Every file of the repository."""
    found = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if found.returncode:
        pytest.skip("LOUDLY: this is no git repository, so its files cannot be listed")
    return [path for name in found.stdout.split("\0") if name and (path := ROOT / name).is_file()]
