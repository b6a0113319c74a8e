"""Before and after: what is compared, and the verdict on it."""

from types import SimpleNamespace

import numpy as np
import pytest

from nurie.io.images import read_color
from nurie_lab.bench.adapted import card, judge, judge_models, means, verdict, write_sheet
from nurie_lab.data.artist import Work

WHITE, RED, BLUE = (255, 255, 255), (200, 30, 30), (30, 30, 200)


def flat(color, side=16):
    """A square of the colour in a white page."""
    page = np.full((side, side, 3), 255, np.uint8)
    page[4:12, 4:12] = color
    return page


def judged(before, after, name="a"):
    return judge(name, np.full((16, 16), 255, np.uint8), (flat(before), flat(after)), flat(RED))


def test_paper_that_stays_paper_does_not_count():
    far, same = judged(BLUE, RED).gaps
    assert same == 0
    # The page alone would make it a quarter of this.
    assert far > 40


def test_paint_on_paper_counts():
    painted = np.full((16, 16, 3), 128, np.uint8)
    painted[4:12, 4:12] = RED
    spilled = judge("a", np.full((16, 16), 255, np.uint8), (painted, flat(RED)), flat(RED))
    assert spilled.gaps[0] > 20
    assert spilled.gaps[1] == 0


class OneColor:
    """A model that gives every region the same colour."""

    def __init__(self, color):
        self.color = color

    def colorize(self, sketch):
        labels = (sketch.pixels > 128).astype(np.int32)
        return SimpleNamespace(
            labels=labels, region_colors=lambda: np.array([WHITE, self.color], np.uint8)
        )


def test_models_colour_the_same_lines_and_ink_does_not_count():
    lines = np.full((16, 16), 255, np.uint8)
    lines[:, 8] = 0
    full = np.full((16, 16, 3), RED, np.uint8)
    full[:, 8] = 0
    works = [Work("a", full, lines), Work("b", full, lines)]
    found = list(judge_models(OneColor(BLUE), OneColor(RED), works))
    assert [one.name for one in found] == ["a", "b"]
    assert [one.gaps[1] for one in found] == [0, 0]
    assert found[1].before[0, 0].tolist() == list(BLUE)
    assert found[1].after[0, 0].tolist() == found[1].truth[0, 0].tolist() == list(RED)
    assert found[1].after[0, 8].tolist() == [0, 0, 0]


def test_better_is_shown_by_figures_and_worse_in_words():
    good = [judged(BLUE, RED), judged(RED, RED, "b")]
    before, after = means(good)
    assert after == 0 < before
    sentence = verdict(good, "nurie-flat")
    assert sentence == (
        f"ΔE from the originals on 2 pictures held out: {before:.1f} before, 0.0 after, nearer in "
        "1 of 2."
    )
    bad = verdict([judged(RED, BLUE)], "nurie-flat")
    assert bad.startswith("It got no better. ΔE from the originals on 1 picture held out: 0.0 ")
    assert "Both are kept: nurie-flat as it was, and this one" in bad


def test_the_sheet_has_four_columns_and_a_row_a_picture(tmp_path):
    write_sheet(tmp_path / "sheet.png", [judged(RED, BLUE)] * 3)
    height, width, _ = read_color(tmp_path / "sheet.png").shape
    assert width == pytest.approx(4 * 264, abs=20)
    assert height == pytest.approx(3 * 264, abs=40)


def test_the_card_tells_where_it_comes_from():
    text = card("mine", {"from": "nurie-flat", "held_out": 1}, [judged(BLUE, RED, "cat.png")])
    assert text.startswith("# Model card: mine\n")
    assert "| held out | 1 |" in text
    assert "| cat.png | " in text
    assert "ask before you pass it on" in text
