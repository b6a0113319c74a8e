"""What the tests of batches share."""

import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def odd():
    """The module ``odd_work``, where worker processes find it, too."""
    folder = str(Path(__file__).parent)
    sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location("odd_work", Path(folder) / "odd_work.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["odd_work"] = module
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(folder)


@pytest.fixture
def scans(tmp_path):
    """Make drawings that are only names, in a folder."""

    def make(*names):
        for name in names:
            path = tmp_path / "scans" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name, encoding="utf-8")
        return str(tmp_path / "scans")

    return make
