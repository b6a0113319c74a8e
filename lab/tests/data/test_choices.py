"""Choices among colourings: what a row says of the regions of a drawing."""

import json

import numpy as np
import pytest

from nurie.errors import InputError
from nurie_lab.data.colourings import read_choices

LABELS = np.repeat(np.int32([[1, 0, 2]]), 4, axis=0)


def row(**changes):
    values = {
        "key": "a", "points": [[0, 0, 4], [2, 1, 4]], "keep": [2], "best": 2, "worst": 1,
        "candidates": [{"colors": "ff000000ff00"}, {"colors": "0000ff000000"}],
    }  # fmt: skip
    return json.dumps(values | changes)


def test_kept_best_and_worst_rank(tmp_path):
    path = tmp_path / "choices.jsonl"
    path.write_text(row() + "\n" + row(key="b", split="val"))
    (choice,) = read_choices([path]).values()
    assert choice.rank.tolist() == [-1, 3]
    colors, known = choice.on(LABELS)
    assert known.all()
    assert colors.tolist() == [[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [0, 0, 0]]]


def test_a_region_of_another_size_is_unknown(tmp_path):
    path = tmp_path / "choices.jsonl"
    path.write_text(row(points=[[0, 0, 4], [2, 1, 40]]))
    colors, known = read_choices([path])["a"].on(LABELS)
    assert known.tolist() == [True, False]
    assert (colors[:, 1] == 255).all()


@pytest.mark.parametrize("changes", [{"best": 3}, {"candidates": [{}]}, {"points": "x"}])
def test_a_damaged_row_is_named(tmp_path, changes):
    path = tmp_path / "choices.jsonl"
    path.write_text(row(**changes))
    with pytest.raises(InputError, match="line 1, is not such a row"):
        read_choices([path])
