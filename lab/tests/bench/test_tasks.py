"""Scores of systems whose worth is known beforehand."""

import numpy as np
import pytest

from nurie.document import lay_lines
from nurie.errors import OptionError
from nurie_lab.bench import systems, tasks
from nurie_lab.bench.hints import deepest, dots
from nurie_lab.bench.requests import Answer, Request, filled
from nurie_lab.bench.systems import painted


def test_the_oracle_is_perfect_everywhere(put, oracle):
    assert tasks.regions(put(oracle)) == {"IoU": 1, "boundary F": 1, "leaks": 0, "splits": 0}
    assert tasks.flats(put(oracle, "gap 4"))["segments right"] == 1
    got = tasks.automatic(put(oracle))
    assert (got["ΔE"], got["right"], got["paper kept"]) == (0, 1, 1)
    assert got["colourful"] == pytest.approx(1)
    got = tasks.palette(put(oracle))
    assert (got["obeyed"], got["ΔE"]) == (1, 0)
    assert got["EMD"] == pytest.approx(0, abs=1e-3)
    assert tasks.reference(put(oracle, "1 apart + gap 4"))["segments right"] == 1


def test_white_is_what_it_is(put):
    got = tasks.automatic(put(systems.white))
    assert got["ΔE"] > 30
    assert (got["right"], got["colourful"], got["paper kept"]) == (0, 0, 1)
    assert tasks.palette(put(systems.white))["obeyed"] == 1


def test_a_bucket_fills_what_is_closed_and_runs_out_of_what_is_open(put):
    assert tasks.flats(put(systems.bucket))["segments right"] == 1
    assert tasks.regions(put(systems.bucket))["IoU"] == 1
    open_box = put(systems.bucket, "gap 5")
    assert tasks.regions(open_box)["leaks"] > 0
    assert tasks.flats(put(systems.bucket, "gap 5"))["segments right"] < 1


def test_regions_are_read_off_where_a_system_tells_none(put, frame):
    got = tasks.regions(put(lambda request: filled(request, frame.color)))
    assert got["IoU"] == 1


def test_hints_until_right(put, oracle):
    got = tasks.RUN["hints"](put(systems.bucket, "until right"))
    # Paper is right already, two of three segments need a dot.
    assert got["right without hints"] == pytest.approx(1 / 3)
    assert got["hints to 100%"] == pytest.approx(2 / 3)
    assert got["reached 100%"] == 1
    assert tasks.RUN["hints"](put(oracle, "until right"))["hints to 95%"] == 0
    white = tasks.RUN["hints"](put(systems.white, "until right"))
    assert (white["hints to 95%"], white["reached 95%"]) == (1, 0)


def test_dots_lie_deep_inside(frame):
    pieces = frame.pieces
    spots = deepest(pieces)
    assert pieces[spots[:, 0], spots[:, 1]].tolist() == list(range(1, pieces.max() + 1))
    hints = dots(pieces, np.array([1]), np.array([0, 0x010203, 0]))
    assert hints.colors.tolist() == [[1, 2, 3]]
    assert painted(hints, frame.lines.shape)[hints.rows[0], hints.columns[0]].tolist() == [
        1, 2, 3, 255,
    ]  # fmt: skip
    assert not painted(None, (2, 2)).any()


def test_the_same_place_is_right_where_nothing_moves(put):
    got = tasks.reference(put(systems.same_place, "1 apart"))
    assert got["segments right"] == 1
    assert tasks.reference(put(systems.commonest, "1 apart"))["segments right"] == 0.5


@pytest.mark.parametrize("condition", ["clean", "2 apart", "0 apart"])
def test_frames_that_are_not_there(put, oracle, condition):
    with pytest.raises(OptionError, match="must begin like '1 apart'"):
        tasks.reference(put(oracle, condition))


def test_doubt_is_compared_with_the_truth(put, frame):
    def system(request):
        wrong = frame.color.copy()
        wrong[frame.parts == 2] = (0, 255, 0)
        answer = filled(request, wrong, frame.parts + 1)
        return Answer(answer.pictures, answer.fills, answer.labels, np.array([0, np.nan, 0.9, 0.2]))

    got = tasks.doubt(put(system))
    assert [got["sure 0"], got["right 0"], got["sure 1"], got["right 1"]] == [0.9, 1, 0.2, 0]
    assert got["mean right"] == 0.5


def test_silence_about_doubt_is_an_error(put, oracle):
    with pytest.raises(OptionError, match="says nothing of its confidence"):
        tasks.doubt(put(oracle))


def test_diversity_needs_several_answers(put, frame):
    def system(request):
        fills = (frame.color, 255 - frame.color)
        return Answer(tuple(lay_lines(request.lines, f) for f in fills), fills)

    got = tasks.diversity(put(system))
    assert (got["answers"], got["ΔE of the best"]) == (2, 0)
    assert got["variety"] > 20


def test_the_promise_is_proven_from_the_picture(put, oracle, frame):
    assert tasks.promise(put(oracle, "png")) == {"held": 1}
    assert tasks.promise(put(oracle, "png color #3c64c8")) == {"held": 1}
    assert tasks.promise(put(oracle, "ora")) == {}
    erased = Answer((frame.color,), (frame.color,))
    assert tasks.promise(put(lambda request: erased, "png")) == {"held": 0}


def test_the_promise_is_proven_from_the_file(put, oracle, tmp_path):
    from nurie.io.images import write_picture

    def system(request):
        path = tmp_path / f"out{request.file}"
        write_picture(path, lay_lines(request.lines, oracle(request).fills[0]), force=True)
        return Answer(oracle(request).pictures, file=path.read_bytes())

    assert tasks.promise(put(system, "png")) == {"held": 1}


def test_nothing_to_colour_has_no_score(put, oracle, case):
    blank = np.full((12, 12, 3), 255, np.uint8)
    page = type(case.frame)(blank[..., 0].copy(), blank, np.zeros((12, 12), np.int32))
    got = tasks.colored_scores(page, blank)
    assert np.isnan(got["ΔE"])
    assert got["paper kept"] == 1
    assert (systems.white(Request(page.lines)).pictures[0] == 255).all()
