"""One colour for each region."""

import numpy as np
import pytest

from nurie.regions.flatten import flatten


def test_uneven_regions_are_trusted_less():
    labels = np.ones((20, 20), np.int32)
    lines = np.full((20, 20), 255, np.uint8)
    even = np.full((20, 20, 3), 90, np.uint8)
    uneven = np.random.default_rng(0).integers(0, 256, (20, 20, 3)).astype(np.uint8)
    assert flatten(labels, lines, even, 1)[1][0] == pytest.approx(1)
    assert flatten(labels, lines, uneven, 1)[1][0] < 0.5
