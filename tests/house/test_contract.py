"""The import contract, the rooms, and what an import costs."""

import json
import subprocess
import sys

import pytest

HEAVY = ("PIL", "cv2", "numpy", "onnxruntime", "rich", "torch")
NO_ROOMS = {"utils", "util", "helpers", "common", "misc", "base", "core", "manager"}


def test_the_import_contract_holds(root):
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(root / "pyproject.toml")) == 0


def test_no_room_for_odds_and_ends(source):
    for module in source:
        assert not NO_ROOMS & {*module.path.parts, module.path.stem}, module.name


def test_rooms_are_never_three_levels_deep(source):
    for module in source:
        inside = module.name.removeprefix("lab/").removeprefix("src/").split("/")
        assert len(inside) <= (4 if "studies" not in inside else 5), module.name


def loaded(statement):
    """The heavy modules that are in memory after a statement."""
    code = f"import sys, json\n{statement}\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    return sorted(set(HEAVY) & set(json.loads(done.stderr.splitlines()[-1])))


@pytest.mark.parametrize(
    "statement",
    [
        "import nurie",
        "import nurie.__main__",
        "import nurie.cli.app",
        "from nurie.cli.app import run; assert run(['--help']) == 0",
        "from nurie.cli.app import run; assert run(['--version']) == 0",
        "from nurie.cli.app import run; assert run(['color', '--help']) == 0",
        "from nurie.cli.app import run; assert run(['color', '--paint']) == 2",
    ],
)
def test_what_is_light_stays_light(statement):
    assert loaded(statement) == []


def test_the_judge_of_heaviness_can_see():
    assert loaded("import numpy") == ["numpy"]


def test_version_imports_next_to_nothing():
    code = "import sys; sys.argv = ['nurie', '--version']; import nurie.__main__ as m; m.main()"
    show = "; assert not {'typer', 'click', 'json', 'pathlib'} & set(sys.modules)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code + show],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path), "PYTHONSAFEPATH": "1"},
    )
    assert done.returncode == 0, done.stderr


def test_coloring_needs_no_torch():
    statement = "import nurie; nurie.color; nurie.Colorizer"
    assert not {"torch", "rich"} & set(loaded(statement))
