"""Regions below the user's layer *protect* stay as they are."""

import numpy as np

from nurie.regions.measure import protected


def test_more_than_half_is_protected():
    #                  region 1 by half, region 2 by more, the line does not count
    labels = np.array([[1, 1, 0, 2, 2, 2, 3]], np.int32)
    cover = np.array([[1, 0, 1, 1, 1, 0, 0]], bool)
    assert protected(labels, cover).tolist() == [False, True, False]


def test_nothing_is_protected():
    labels = np.array([[1, 2], [0, 2]], np.int32)
    assert not protected(labels, np.zeros((2, 2), bool)).any()
    assert protected(np.zeros((2, 2), np.int32), np.ones((2, 2), bool)).tolist() == []
