"""What befalls lines."""

import numpy as np
import pytest

from nurie.errors import OptionError
from nurie_lab.bench.trials import WORDS, worn


def under(frame, condition, seed=0):
    return worn(frame, condition, np.random.default_rng(seed))


@pytest.mark.parametrize("condition", ["clean", "closed", "gap 0"])
def test_nothing_happens(frame, condition):
    assert (under(frame, condition) == frame.lines).all()


@pytest.mark.parametrize(
    "condition", ["soft 1", "thick 1", "noise 9", "pale 0.5", "pencil", "paper", "jpeg", "specks"]
)
def test_lines_change_but_not_their_shape(frame, condition):
    lines = under(frame, condition)
    assert lines.shape == frame.lines.shape
    assert lines.dtype == np.uint8
    assert (lines != frame.lines).any()
    assert (under(frame, condition) == lines).all()


def test_gaps_only_make_paper(frame):
    lines = under(frame, "gap 5")
    assert (lines >= frame.lines).all()
    assert (lines > frame.lines).any()


def test_thick_lines_are_thicker(frame):
    assert (under(frame, "thick 1") < 128).sum() > 2 * (frame.lines < 128).sum()


def test_coloured_lines_have_that_colour(frame):
    lines = under(frame, "color #3c64c8")
    assert lines[frame.lines == 0].tolist()[0] == [0x3C, 0x64, 0xC8]
    assert (lines[frame.lines == 255] == 255).all()


def test_pale_ink_keeps_its_share(frame):
    assert under(frame, "pale 0.4").min() == 153


def test_steps_follow_each_other(frame):
    both = under(frame, "gap 5 + soft 1")
    assert both.max() == 255
    assert len(np.unique(both)) > 2


def test_what_is_not_known_is_refused(frame):
    with pytest.raises(OptionError, match="The condition 'rain' is not known; use clean"):
        under(frame, "rain")
    with pytest.raises(OptionError, match="The condition 'gap' lacks its number"):
        under(frame, "gap")
    assert len(WORDS) > 10
