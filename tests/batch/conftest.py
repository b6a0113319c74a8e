"""What the tests of batches share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def odd(importable):
    """The module ``odd_work``."""
    return importable(Path(__file__).parent / "odd_work.py")


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
