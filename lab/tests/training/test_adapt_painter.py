"""A painter's lesson: its run goes on with other pictures, and is left as it was."""

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie.errors import OptionError, UnreadableError
from nurie_lab.data.artist import Work
from nurie_lab.training import adapt
from nurie_lab.training.adapt import (
    PainterLesson,
    paint_both,
    painter_settings,
    teach_painter,
)
from nurie_lab.training.engine.folder import read_facts
from nurie_lab.training.engine.loop import train as run
from nurie_lab.training.picture.task import open_picture
from nurie_lab.training.settings import PictureConfig

SMALL = PictureConfig(
    objective="l2", generator="cnn", size=32, width=2, batch=4, lanes=2, epochs=1, patches=2,
    loaders=1, sheet_minutes=0, precision="fp32", rate=4e-3, ema=0.5,
)  # fmt: skip


def quiet(line):
    pass


def train(config, *, minutes=None, **where):
    return run(open_picture(config, **where), minutes=minutes)


@pytest.fixture(scope="module")
def before(shards, tmp_path_factory):
    """A run, which lessons leave alone."""
    out = tmp_path_factory.mktemp("before") / "run"
    train(dataclasses.replace(SMALL, rate=0.1), data=shards, out=out, say=quiet)
    return out


@pytest.fixture
def lesson(before, tmp_path):
    rng = np.random.default_rng(0)
    works = [
        Work(
            f"{i}.png", np.kron(rng.integers(0, 255, (4, 4, 3)), np.ones((12, 12, 1))).astype("u1")
        )
        for i in range(4)
    ]
    return PainterLesson(before, works[:3], works[3:], 12, tmp_path / "out")


def test_a_run_goes_on_more_slowly_with_few_pictures():
    config = painter_settings(SMALL, 3, 12)
    assert (config.batch, config.lanes, config.rate) == (3, 1, pytest.approx(1e-3))
    assert (config.size, config.width, config.objective) == (32, 2, "l2")
    hints = PictureConfig(source="line", target="hint")
    with pytest.raises(OptionError, match="learnt to guess hints; adapt the one that paints"):
        painter_settings(hints, 3, 12)


def test_a_lesson_starts_from_the_run_and_leaves_it_alone(lesson):
    state = (lesson.run / "state.safetensors").read_bytes()
    assert teach_painter(lesson, say=quiet) is False
    assert (lesson.run / "state.safetensors").read_bytes() == state
    steps = read_facts(lesson.out / "run")["step"]
    assert steps == 4
    # Killed and called again, it goes on: all was shown, so nothing more is done.
    teach_painter(lesson, say=quiet)
    assert read_facts(lesson.out / "run")["step"] == steps
    ((name, lines, before, after, truth),) = paint_both(lesson)
    assert name == "3.png"
    assert lines.shape == (32, 32)
    assert before.shape == after.shape == truth.shape == (32, 32, 3)
    assert (before != after).any()


def test_a_stop_keeps_what_was_saved(lesson, monkeypatch):
    def stopped(*args, **kwargs):
        teach(*args, **kwargs)
        raise KeyboardInterrupt

    teach = adapt.train
    monkeypatch.setattr(adapt, "train", stopped)
    assert teach_painter(lesson, say=quiet) is True
    (lesson.out / "run" / "state.safetensors").unlink()

    def at_once(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(adapt, "train", at_once)
    with pytest.raises(KeyboardInterrupt):
        teach_painter(lesson, say=quiet)


def test_what_is_no_run_is_refused(lesson, tmp_path):
    with pytest.raises(UnreadableError, match="is not a run of nurie train"):
        teach_painter(dataclasses.replace(lesson, run=tmp_path / "none"), say=quiet)
