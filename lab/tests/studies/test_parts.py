"""Costs of the parts, and what the plots take of them."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "src" / "nurie_lab" / "bench" / "studies"


@pytest.fixture
def load(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(FOLDER) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def row(growth, at, part, seconds, mib, failure=""):
    figures = {"wall_s": seconds, "peak_mib": mib, "failure": failure}
    return {"growth": growth, "at": at, "part": part, **figures}


def test_the_most_memory_is_that_of_the_job(load):
    measured = load("measuring").measured
    kept = []
    small = measured(lambda: kept.append(1))
    large = measured(lambda: kept.append(np.ones(80 << 20, np.uint8)))
    assert large.peak_mib >= small.peak_mib + 70
    assert large.wall_s > 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux forgets a peak")
def test_what_was_held_before_is_forgotten(load):
    measured = load("measuring").measured
    large = measured(lambda: np.ones(80 << 20, np.uint8))
    assert measured(lambda: None).peak_mib < large.peak_mib - 60


def test_sheets_have_as_many_cells_as_asked(load):
    import cv2

    parts = load("parts")
    for count in (9, 36):
        page = parts.cells(count)
        assert cv2.connectedComponents((page > 200).astype(np.uint8))[0] == count + 1


def test_parts_and_rivals_take_turns(load, tmp_path, monkeypatch):
    parts, measuring = load("parts"), load("measuring")
    asked = []

    class Rival:
        def __init__(self, name, *_, timeout):
            self.name = name

        def run(self):
            asked.append(self.name)
            return measuring.Cost(1.0, 1.0, 50.0, "over 1 s" if self.name == "slow" else "")

        def close(self):
            asked.append("closed")

    monkeypatch.setattr(parts, "Worker", Rival)
    monkeypatch.setattr(parts, "parts", lambda *_: {"regions": measuring.Cost(2.0, 2.0, 90.0)})
    page = np.full((8, 8), 255, np.uint8)
    costs = parts.measure(None, page, ("quick", "slow"), 2, tmp_path)
    assert asked == ["quick", "slow"] * 2 + ["closed"] * 2
    assert [len(costs[name]) for name in ("regions", "quick", "slow")] == [2, 2, 1]
    assert parts.middle(costs["slow"])["failure"] == "over 1 s"


def test_plots_show_seconds_and_memory(load):
    plots = load("plots")
    rows = [
        row("regions", 9, "regions and colours", 2.0, 300.0),
        row("regions", 9, "png", 0.5, 250.0),
        row("regions", 9, "G'MIC auto-fill", 3.0, 200.0),
        row("regions", 36, "G'MIC auto-fill", 0.0, 0.0, "over 120 s"),
        row("pixels", 1000, "regions", 0.25, 180.0),
    ]
    assert plots.regions(rows, "wall_s") == {"nurie": [(9, 2.5)], "G'MIC auto-fill": [(9, 3.0)]}
    assert plots.regions(rows, "peak_mib")["nurie"] == [(9, 300.0)]
    assert plots.shares(rows, "peak_mib") == {"regions": [(1.0, 180.0)]}
    speed = [{"kind": "clean", "mode": "warm", "side": 1000, "system": "nurie", "failure": "",
              "wall_s": 1.5, "peak_mib": 170.0}]  # fmt: skip
    assert plots.pixels(speed, "peak_mib") == {"nurie": [(1.0, 170.0)]}
