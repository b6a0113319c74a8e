"""What runs see of validation pictures, and what they paint."""

from dataclasses import asdict

import numpy as np
import pytest

from nurie.document import PAPER, Layers, Palette
from nurie.errors import InputError, ModelError, UnreadableError
from nurie.spectrum import Spectrum
from nurie_lab.bench.reproduction.paintings import (
    DOTS,
    GUESSED,
    NONE,
    OURS,
    SAMPLED,
    TRUE,
    framed,
    inked,
    paint_all,
    paint_regions,
    validation,
    view,
)
from nurie_lab.bench.reproduction.trained import Trained
from nurie_lab.data.shards import Record, encode, write_shard
from nurie_lab.training.settings import PictureConfig

SPECTRUM = Spectrum(np.eye(512, dtype=np.int64)[7], np.full((512, 3), (0, 0, 255), np.uint8), 1)


def settings(**changes):
    return asdict(PictureConfig(size=32)) | changes


def record(color=(200, 30, 30), line=None):
    """A box of one colour on white."""
    picture = np.full((48, 40, 3), 255, np.uint8)
    picture[14:34, 10:30] = color
    return Record("a", picture, line, {})


class Fake:
    """Paints its hint, or gray where there is none; guesses green on request."""

    def __init__(self, guesses=False):
        self.guesses = guesses

    def paint(self, lines, hint=None):
        assert lines.dtype == np.float32
        return np.full((*lines.shape, 3), 0.5, np.float32) if hint is None else hint

    def guess(self, lines):
        if not self.guesses:
            return None
        return np.zeros((*lines.shape, 3), np.float32) + np.array([0, 1, 0], np.float32)


def run_of(name, painter, **changes):
    return Trained(name, settings(**changes), [], painter=painter)


def shard(path, count, start=0):
    records = ((f"k{i}", {"color.webp": encode(record((10 * i, 99, 99)).color, "webp")})
               for i in range(start, start + count))  # fmt: skip
    write_shard(path, records)


def test_the_pictures_kept_to_validate_judge(tmp_path):
    shard(tmp_path / "train-0000.tar", 3)
    shard(tmp_path / "val-0000.tar", 3, 10)
    shard(tmp_path / "val-0001.tar", 3, 20)
    notes = []
    found, kept = validation(tmp_path, 3, notes.append)
    assert ([each.key for each in found], kept, notes) == (["k10", "k11", "k20"], True, [])
    assert len(validation(tmp_path, 99, notes.append)[0]) == 6
    (tmp_path / "val-0000.tar").write_bytes(b"no tar")
    # What one shard lacks the next one gives.
    assert [each.key for each in validation(tmp_path, 2, notes.append)[0]] == ["k20", "k21"]
    assert "val-0000.tar is passed over" in notes[0]


def test_else_the_last_shard_judges(tmp_path):
    shard(tmp_path / "train-0000.tar", 2)
    shard(tmp_path / "train-0001.tar", 2, 5)
    found, kept = validation(tmp_path, 9, print)
    assert ([each.key for each in found], kept) == (["k5", "k6"], False)
    with pytest.raises(UnreadableError, match="does not exist"):
        validation(tmp_path / "no", 9, print)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no readable pictures"):
        validation(tmp_path / "empty", 9, print)


def test_a_frame_is_cut_from_the_middle():
    wide = np.zeros((4, 8), np.uint8)
    wide[:, 2:6] = 9
    assert framed(wide, 4).tolist() == [[9] * 4] * 4
    assert framed(np.zeros((8, 4, 3), np.uint8), 2).shape == (2, 2, 3)


def test_a_view_is_what_training_shows():
    seen = view(record(), settings(), SPECTRUM, 0)
    assert seen.color.shape == (32, 32, 3)
    assert seen.line.shape == (32, 32)
    assert (seen.line == 0).any()
    # Blurred, the box runs into the paper; sampled hints know the histogram's one colour and paper.
    bare = view(record(), settings(patches=0), SPECTRUM, 0)
    assert 255 > bare.hints[TRUE][5, 16, 1] > seen.color[16, 16, 1]
    # As in training, white patches hide most of it: what is left is paler.
    pale = view(record(), settings(filled=0.0), SPECTRUM, 0)
    assert pale.hints[TRUE][..., 1].mean() > bare.hints[TRUE][..., 1].mean() + 20
    assert set(np.unique(seen.hints[SAMPLED][..., 2])) == {255}
    again = view(record(), settings(), SPECTRUM, 0)
    assert (again.hints[SAMPLED] == seen.hints[SAMPLED]).all()
    other = view(record(), settings(), SPECTRUM, 1)
    assert (other.hints[SAMPLED] != seen.hints[SAMPLED]).any()


def test_a_run_of_drawn_lines_sees_those_of_the_shard():
    drawn = np.full((48, 40), 255, np.uint8)
    drawn[:, 20] = 0
    stored = record(line=drawn)
    assert (view(stored, settings(lines="drawn"), SPECTRUM, 0).line < 255)[0].any()
    assert (view(stored, settings(lines="canny"), SPECTRUM, 0).line == 255)[0].all()
    assert view(stored, settings(lines="mixed"), SPECTRUM, 0).line.shape == (32, 32)


def test_each_run_paints_with_each_hint_it_can_have():
    hinter = run_of("hinter", Fake(), source="line", target="hint", size=64)
    runs = [
        run_of("gan", Fake()),
        run_of("alone", Fake(), source="line"),
        hinter,
        run_of("chained", Fake(guesses=True)),
        run_of("unexported", None),
    ]
    found = {(p.run, p.hint): p for p in paint_all(runs, [record(), record()], SPECTRUM, print)}
    hinted = [TRUE, SAMPLED, GUESSED]
    assert list(found) == [
        *(("gan", hint) for hint in hinted),
        ("alone", NONE),
        *(("chained", hint) for hint in hinted),
    ]
    # The fakes paint their hints. What the hint predictor, of another size, predicted was gray; as
    # training hides seven tenths of a hint, it is washed out as far.
    assert (found["gan", GUESSED].pictures[0] == round(255 * (1 - 0.5 * 0.96**30))).all()
    assert found["chained", GUESSED].pictures[1][3, 3].tolist() == [0, 255, 0]
    seen = found["gan", TRUE].views[0]
    assert (found["gan", TRUE].pictures[0] == seen.hints[TRUE]).all()
    assert found["gan", TRUE].pictures[0].dtype == np.uint8


def test_without_a_hint_predictor_nothing_is_guessed():
    found = paint_all([run_of("gan", Fake())], [record()], SPECTRUM, print)
    assert [each.hint for each in found] == [TRUE, SAMPLED]


def test_a_painter_that_fails_is_reported():
    class Broken(Fake):
        def paint(self, lines, hint=None):
            raise ModelError("It paints 64 × 64 pixels.")

    notes = []
    runs = [run_of("bad", Broken()), run_of("good", Fake())]
    found = list(paint_all(runs, [record()], SPECTRUM, notes.append))
    assert {each.run for each in found} == {"good"}
    assert notes == ["bad is left out of the pictures: It paints 64 × 64 pixels."]


def test_a_hint_predictor_that_fails_costs_the_guesses_alone():
    class Broken(Fake):
        def paint(self, lines, hint=None):
            raise ModelError("It is broken.")

    notes = []
    runs = [run_of("gan", Fake()), run_of("hinter", Broken(), source="line", target="hint")]
    found = paint_all(runs, [record()], SPECTRUM, notes.append)
    assert [each.hint for each in found] == [TRUE, SAMPLED]
    assert notes == ["gan gets no guessed hints: It is broken."]


class FakeColorizer:
    """Takes the hints' colours, else yellow; the first region stays paper."""

    def read(self, sketch):
        from types import SimpleNamespace

        from nurie.regions.segment import segment

        return SimpleNamespace(
            drawing=SimpleNamespace(sketch=sketch, labels=segment(sketch.pixels))
        )

    def resume(self, drawing):
        from types import SimpleNamespace

        def colorize(*, hints):
            size = int(drawing.labels.max()) + 1
            colors = np.full((size, 3), (255, 255, 0), np.uint8)
            entries = np.arange(size, dtype=np.int32)
            if hints is not None:
                colors[drawing.labels[hints.rows, hints.columns]] = hints.colors
            entries[0] = PAPER
            return Layers(drawing.sketch, drawing.labels, entries, Palette(colors), entries > 0)

        return SimpleNamespace(colorize=colorize)


def test_the_region_model_paints_alone_and_with_dots_of_true_colour():
    seen = view(record(), settings(), SPECTRUM, 0)
    alone, dotted = paint_regions(FakeColorizer(), [seen])
    assert (alone.run, alone.hint, dotted.hint) == (OURS, NONE, f"{DOTS} dots")
    assert alone.pictures[0][16, 16].tolist() == [255, 255, 0]
    assert dotted.pictures[0][16, 16].tolist() == [200, 30, 30]
    assert dotted.pictures[0][0, 0].tolist() == [255, 255, 255]
    # To be looked at, the lines lie over the colours; other paintings are as they are.
    ink = seen.line == 0
    assert (inked(dotted)[0][ink] == 0).all()
    assert (inked(dotted)[0][~ink] == dotted.pictures[0][~ink]).all()
    (gan, *_) = paint_all([run_of("gan", Fake())], [record()], SPECTRUM, print)
    assert inked(gan) is gan.pictures
