"""The import contract, the rooms, and what an import costs."""

import json
import subprocess
import sys

import pytest

HEAVY = ("PIL", "cv2", "numpy", "onnxruntime", "rich", "torch")
OPENED = 45
"""Files of nurie that a PNG opens on its way to a PNG."""

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
        assert len(inside) <= 4, module.name


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


@pytest.mark.parametrize("option", ["--version", "--help", "-h"])
def test_version_and_help_import_next_to_nothing(option):
    code = f"import sys; sys.argv = ['nurie', '{option}']; import nurie.__main__ as m; m.main()"
    show = "; assert not {'typer', 'click', 'json', 'pathlib'} & set(sys.modules)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code + show],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path), "PYTHONSAFEPATH": "1"},
    )
    assert done.returncode == 0, done.stderr


def test_the_overview_says_what_the_verbs_say():
    from importlib import import_module

    from nurie.cli import LABORATORY, VERBS, overview

    for name, (module, text) in VERBS.items():
        verb = getattr(import_module(f"nurie.cli.{module}"), name)
        assert verb.help.splitlines()[0] == text, name
    for name, text in LABORATORY.items():
        module = import_module(f"nurie_lab.cli.{name}")
        verb = module.app if name == "data" else getattr(module, name)
        assert verb.help.splitlines()[0] == text, name
    assert all(len(line) <= 96 for line in overview().splitlines())


def modules_after(arguments):
    """What a call of the command line has imported when it ends."""
    code = (
        "import json, sys\nfrom nurie.cli.app import run\n"
        f"assert run({arguments!r}) == 0\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stderr.splitlines()[-1])


@pytest.fixture(scope="module")
def coloring(root, tmp_path_factory):
    """What is imported when a PNG becomes a PNG."""
    target = tmp_path_factory.mktemp("out") / "cat.png"
    return modules_after(["color", str(root / "examples" / "cat.png"), "-o", str(target)])


def test_coloring_opens_few_files(coloring):
    own = [name for name in coloring if name == "nurie" or name.startswith("nurie.")]
    assert len(own) <= OPENED, own


def test_coloring_looks_up_nothing_that_it_does_not_need(coloring):
    unwanted = {
        "numpy.ma",
        "pydantic",
        "importlib.metadata",
        "rich",
        "torch",
        "nurie_lab",
        "av",
        "starlette",
    }
    assert not unwanted & set(coloring)


def test_coloring_needs_no_torch():
    statement = "import nurie; nurie.color; nurie.Colorizer"
    assert not {"torch", "rich"} & set(loaded(statement))
