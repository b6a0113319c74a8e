"""The arithmetic of ``benchmarks/calm.py``: what counts as a change of colour."""

import runpy
from pathlib import Path

import numpy as np

CALM = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "calm.py"))


def test_colours_are_told_by_region():
    answer = {"palette": ["#ff0000", "#00ff00"], "entries": [-1, 1, 0]}
    assert CALM["by_region"](answer).tolist() == ["paper", "#00ff00", "#ff0000"]


def test_only_what_is_seen_counts_as_changed():
    one = np.array(["paper", "paper", "#808080", "#808080", "#ffffff", "#123456"])
    two = np.array(["paper", "#ffffff", "#818181", "#a08080", "#ffffff", "paper"])
    assert CALM["differ"](one, two).tolist() == [False, True, False, True, False, True]


def test_a_hint_lies_in_its_region(tmp_path):
    table = np.array([[1, 1, 2], [1, 2, 2]], "<i4")
    table.tofile(tmp_path / "labels")
    facts = {"height": 2, "width": 3}
    for number in (1, 2):
        hint = CALM["hint_in"](tmp_path / "labels", facts, number, "#000000")
        assert table[hint["y"], hint["x"]] == number
