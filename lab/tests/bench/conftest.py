"""Pictures as small as they can be, and systems of a few lines."""

import numpy as np
import pytest

from nurie_lab.bench.pictures import Case, Frame, digest_of
from nurie_lab.bench.requests import filled
from nurie_lab.bench.trials import Trial


def frame_of(side=24):
    """Two boxes side by side on paper: part 1 red, part 2 blue, lines of one pixel."""
    lines = np.full((side, side), 255, np.uint8)
    parts = np.zeros((side, side), np.int32)
    half = side // 2
    parts[3 : side - 3, 3:half] = 1
    parts[3 : side - 3, half : side - 3] = 2
    for column in (3, half, side - 4):
        lines[3 : side - 3, column] = 0
    lines[3, 3 : side - 3] = lines[side - 4, 3 : side - 3] = 0
    color = np.array([[255, 255, 255], [220, 30, 30], [30, 30, 220]], np.uint8)[parts]
    return Frame(lines, color, parts)


@pytest.fixture
def frame():
    return frame_of()


@pytest.fixture
def case(frame):
    return Case("boxes-000", (frame, frame), digest_of((frame, frame)))


@pytest.fixture
def put(case):
    """Put the picture to a system under a condition."""

    def ask(system, condition="clean"):
        return Trial(case, condition, system, np.random.default_rng(0))

    return ask


@pytest.fixture
def oracle(frame):
    """A system that knows the truth."""
    return lambda request: filled(request, frame.color, frame.parts + 1)
