"""The arithmetic of ``nurie_lab.bench.studies.calm``: what counts as a change of colour."""

import numpy as np

from nurie_lab.bench.studies import calm

CALM = vars(calm)


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
