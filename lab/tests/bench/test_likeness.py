"""What is measured on kept pictures, with a network of three lines in place of weights."""

import numpy as np
import pytest

from nurie.io.images import write_picture
from nurie_lab.bench.likeness import (
    Eye,
    distances,
    fitted,
    looked,
    open_eye,
    paper_kept,
    see,
    set_distance,
)
from nurie_lab.bench.records import Record, Store


class Means:
    """Mean colours of the four quarters of a picture; the distance is how far they differ."""

    def __init__(self):
        self.requests = 0

    def compare(self, one, two):
        self.requests += 1
        first, second = (
            p.reshape(2, 8, 2, 8, 3).mean(axis=(1, 3)).reshape(4, 3) for p in (one, two)
        )
        return float(np.abs(first - second).mean()), first, second


@pytest.fixture
def eye():
    return Eye(Means(), "means of quarters", "f" * 64, 16)


def kept(out, case, fill, name="x"):
    """A record whose answer lies beside it."""
    record = Record("automatic", "clean", name, "boxes", case.name, {"ΔE": 1.0})
    return Store(out / "results").keep({"system": name, "case": case.name}, record, fill)


def test_the_original_is_no_distance_from_itself(frame, eye):
    white = np.full_like(frame.color, 255)
    assert see(frame, frame.color, eye)[0] == 0
    assert see(frame, white, eye)[0] > 10


def test_both_lie_under_the_true_lines(frame, eye):
    """What a system did to the lines is judged elsewhere."""
    inked = frame.color.copy()
    inked[frame.lines == 0] = 0
    assert see(frame, inked, eye)[0] == 0


def test_figures_join_their_record_and_are_remembered(tmp_path, case, eye):
    white = np.full_like(case.frame.color, 255)
    records = [kept(tmp_path, case, white), Record("flats", "closed", "x", "boxes", case.name)]
    for _ in range(2):
        (first, seen), (second, unseen) = looked(records, {"boxes": [case]}, tmp_path, eye)
        assert set(first.scores) == {"ΔE", "paper regions kept", "perceptual distance"}
        assert first.scores["perceptual distance"] == seen[0] > 0
        assert (second, unseen) == (records[1], None)
    assert eye.network.requests == 1
    for path in (tmp_path / "looks").iterdir():
        path.write_bytes(b"half")
    assert next(looked(records, {"boxes": [case]}, tmp_path, eye))[1][0] == seen[0]
    assert eye.network.requests == 2


def test_another_answer_is_looked_at_anew(tmp_path, case, eye):
    for value in (10, 200):
        fill = np.full_like(case.frame.color, value)
        list(looked([kept(tmp_path, case, fill)], {"boxes": [case]}, tmp_path, eye))
    assert eye.network.requests == 2


def test_without_a_network_paper_is_counted_all_the_same(tmp_path, case):
    ((record, seen),) = looked(
        [kept(tmp_path, case, case.frame.color)], {"boxes": [case]}, tmp_path, None
    )
    assert record.scores == {"ΔE": 1.0, "paper regions kept": 1.0}
    assert seen is None
    assert distances([(record, seen)], {}) == {}


def test_small_paper_counts_as_much_as_large(frame):
    """One more region of paper: a window in the red box, three pixels by four."""
    parts, color = frame.parts.copy(), frame.color.copy()
    lines = frame.lines.copy()
    lines[6:12, 5:10], parts[6:12, 5:10] = 0, 0
    lines[7:11, 6:9], color[6:12, 5:10] = 255, 255
    windowed = type(frame)(lines, color, parts)
    filled = color.copy()
    filled[7:11, 6:9] = 90
    assert paper_kept(windowed, color) == 1
    assert paper_kept(windowed, filled) == 0.5
    allpainted = type(frame)(lines, np.full_like(color, 90), np.ones_like(parts))
    assert np.isnan(paper_kept(allpainted, color))


def test_rows_have_a_distance_of_their_sets(tmp_path, case, eye):
    records = [
        kept(tmp_path, type(case)(f"c{i}", case.frames, case.digest),
             np.full_like(case.frame.color, 30 * i), name)
        for name in "xy" for i in range(3)
    ]  # fmt: skip
    cases = {"boxes": [type(case)(f"c{i}", case.frames, case.digest) for i in range(3)]}
    seen = list(looked(records, cases, tmp_path, eye))
    found = distances(seen, {"boxes": "a package"})
    assert set(found) == {("automatic", "clean", name, "a package") for name in "xy"}
    whole, low, high = found["automatic", "clean", "x", "a package"]["Fréchet distance"]
    assert 0 <= low < whole < high
    assert distances(seen[:2], {}) == {}


def test_a_set_is_no_distance_from_itself():
    features = np.random.default_rng(0).normal(size=(5, 4, 3))
    assert set_distance(features, features) == pytest.approx((0, 0, 0), abs=1e-9)
    apart = set_distance(features, features + 2)
    assert apart[0] == pytest.approx(12)


@pytest.mark.parametrize("shape", [(8, 4), (4, 8), (30, 40), (3, 90)])
def test_a_whole_picture_is_fitted(shape):
    square = fitted(np.zeros((*shape, 3), np.uint8), 16)
    assert square.shape == (16, 16, 3)
    ink = (square[..., 0] < 128).any(axis=1), (square[..., 0] < 128).any(axis=0)
    longest = int(np.argmax(shape))
    assert ink[longest].all()
    assert abs(int(ink[1 - longest].sum()) - 16 * min(shape) / max(shape)) <= 1


def test_there_may_be_no_network(tmp_path):
    assert open_eye(tmp_path) is None


def test_a_record_without_its_picture_stays_as_it_is(tmp_path, case, eye):
    record = kept(tmp_path, case, case.frame.color)
    (tmp_path / "results" / record.picture).unlink()
    assert next(looked([record], {"boxes": [case]}, tmp_path, eye)) == (record, None)


def test_the_picture_lies_beside_its_record(tmp_path, case):
    record = kept(tmp_path, case, case.frame.color)
    store, key = Store(tmp_path / "results"), {"system": "x", "case": case.name}
    assert store.find(key) == record
    assert store.path(key).with_suffix(".png").name == record.picture
    write_picture(tmp_path / "results" / record.picture, case.frame.lines, force=True)
    assert store.find(key) == record
