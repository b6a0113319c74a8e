"""A lesson: what is learnt, what stays, what a stop or a kill leaves behind."""

import dataclasses
import signal
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")
pytest.importorskip("onnx", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie.colors import BINS, WHITE_BIN, bin_centers, bins_of
from nurie.errors import InputError, OptionError
from nurie.models.registry import find_region
from nurie_lab.data.artist import Work
from nurie_lab.training import adapt
from nurie_lab.training.adapt import Lesson, prior_of, release, release_as_it_was, teach
from nurie_lab.training.engine import loop
from nurie_lab.training.region import released
from nurie_lab.training.region.networks import RegionTransformer, imagenet_encoder
from nurie_lab.training.region.released import Restored, restore_run
from nurie_lab.training.region.task import RegionTask

RED = (200, 30, 40)


def work(i, side=120):
    """Two outlined boxes, one in the artist's red."""
    color = np.full((side, side, 3), 255, np.uint8)
    for left, hue in ((10, RED), (side // 2, (40, 90, 60 + 9 * i))):
        color[20 : side - 20, left : left + side // 2 - 14] = 0
        color[23 : side - 23, left + 3 : left + side // 2 - 17] = hue
    return Work(f"{i}.png", color)


def lesson_in(folder, **how):
    torch.manual_seed(0)
    shape = {"width": 16, "depth": 1, "heads": 2}
    restored = Restored(
        imagenet_encoder(), RegionTransformer(**shape).eval(), 12, bin_centers(),
        np.full(BINS, 1 / BINS, np.float32), 1.7, np.array([[0, 0], [1, 0.5]], np.float32),
        {"licence": "CC-BY-SA-4.0"},
    )  # fmt: skip
    works = [work(i) for i in range(4)]
    return Lesson(restored, works[:3], works[3:], 48, folder, **how)


def hurried(patched):
    """Few examples and a high rate: a dozen steps are enough to see something."""
    settings = adapt.lesson_settings

    def faster(*arguments):
        return dataclasses.replace(settings(*arguments), rate=5e-3, batch=4, ema=0.5)

    patched.setattr(adapt, "EXAMPLES", 6)
    patched.setattr(adapt, "lesson_settings", faster)


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    hurried(monkeypatch)
    return lesson_in(tmp_path / "lesson")


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    """One lesson that several tests look at: what was notes, and what came of it."""
    notes = []
    with pytest.MonkeyPatch.context() as patched:
        hurried(patched)
        learnt = teach(lesson_in(tmp_path_factory.mktemp("lesson")), say=notes.append)
    return notes, learnt


@pytest.fixture
def exported(monkeypatch):
    """What would be exported, without the seconds that it takes."""
    seen = {}

    def note(model, *, out, name):
        seen.update(vars(model))

    monkeypatch.setattr(adapt, "export", note)
    return seen


def quiet(line):
    pass


def weights(learnt):
    return restore_run(learnt.lesson.folder / "run")


def test_a_lesson_moves_the_late_blocks_and_leaves_the_early_ones(taught):
    notes, learnt = taught
    assert not learnt.stopped
    assert notes[0].startswith("3 pictures, drawn in ")
    before, after = learnt.lesson.restored, weights(learnt)
    late = {id(p) for p in after.encoder.late_parameters()}
    moved = [
        (id(two) in late, not torch.equal(one, two))
        for one, two in zip(before.encoder.parameters(), after.encoder.parameters(), strict=True)
    ]
    assert not any(changed for is_late, changed in moved if not is_late)
    assert any(changed for is_late, changed in moved if is_late)
    assert not torch.equal(before.network.head.weight, after.network.head.weight)


def test_what_was_learnt_is_a_model(taught, tmp_path, monkeypatch):
    # Writing graphs takes ten seconds, and is what test_restore is about.
    monkeypatch.setattr(released, "write_graph", lambda module, args, path, **_: path.touch())
    monkeypatch.setattr(released, "gap", lambda *_, **__: 0.0)
    spec = release(taught[1], out=tmp_path / "model", name="mine", card={"from": "tiny"})
    assert find_region(tmp_path / "model").name == spec.name == "mine"
    assert spec.card["licence"] == "CC-BY-SA-4.0"
    assert spec.card["from"] == "tiny"
    assert spec.card["adapted"]["pictures"] == 3
    assert spec.card["adapted"]["shown"] >= 48
    assert spec.card["adapted"]["confidences"] == "as before"
    assert (spec.temperature, spec.calibration.tolist()) == (1.7, [[0, 0], [1, 0.5]])
    red = int(bins_of(np.array(RED, np.uint8)))
    assert np.abs(spec.bin_colors[red].astype(int) - RED).max() <= 12
    # No green as bright as this is in the pictures.
    assert np.abs(spec.bin_colors[56].astype(int) - bin_centers()[56]).max() <= 1
    assert spec.bin_colors[WHITE_BIN].tolist() == [255, 255, 255]
    assert spec.prior[red] > 20 / BINS


def test_confidences_are_fitted_where_enough_is_held_out(taught, exported, monkeypatch, tmp_path):
    monkeypatch.setattr(adapt, "SURE", (1, 2))
    release(taught[1], out=tmp_path, name="mine", card={})
    assert exported["card"]["adapted"]["confidences"] == "fitted anew"
    assert exported["calibration"][-1].tolist() == [1, 1]


def test_a_busy_machine_learns_the_same(taught, lesson, monkeypatch):
    now = [0.0]

    def busy():
        now[0] += 500.0
        return now[0]

    # Of this module alone: a server in another thread must not sleep by this clock.
    monkeypatch.setattr(loop, "time", SimpleNamespace(monotonic=busy))
    other = teach(lesson, say=quiet)
    monkeypatch.undo()
    assert (other.batch.lines == taught[1].batch.lines).all()
    one, two = weights(taught[1]), weights(other)
    for part in ("encoder", "network"):
        a, b = (getattr(each, part).state_dict() for each in (one, two))
        assert all(torch.equal(a[key], b[key]) for key in a)


def test_a_stop_keeps_what_was_learnt(lesson, exported, monkeypatch):
    step, calls = RegionTask.step, []

    def stopped(*arguments):
        calls.append(1)
        if len(calls) == 3:
            signal.raise_signal(signal.SIGINT)
        return step(*arguments)

    monkeypatch.setattr(RegionTask, "step", stopped)
    notes = []
    learnt = teach(lesson, say=notes.append)
    assert learnt.stopped
    assert notes[-1] == "stopped; what was learnt so far is kept"
    release(learnt, out=lesson.folder, name="mine", card={})
    adapted = exported["card"]["adapted"]
    assert (adapted["steps"], adapted["stopped"]) == (3, True)


def test_a_stop_before_anything_was_learnt_is_a_stop(lesson, monkeypatch):
    def stopped(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(adapt, "compute_features", stopped)
    with pytest.raises(KeyboardInterrupt):
        teach(lesson, say=quiet)


def test_too_little_time_is_said(lesson, monkeypatch):
    short = dataclasses.replace(lesson, minutes=1.0)
    monkeypatch.setattr(loop.Progress, "sitting", property(lambda one: 61.0))
    with pytest.raises(OptionError, match="before anything was learnt; give more --minutes"):
        teach(short, say=quiet)


def test_pictures_without_regions_are_refused(lesson):
    blank = [Work("a.png", np.full((120, 120, 3), 255, np.uint8))]
    with pytest.raises(InputError, match="No regions were found in these pictures"):
        adapt.draw_examples(blank, 0, 6, say=quiet)


def test_the_prior_is_the_artists_and_rules_nothing_out(lesson):
    batch = adapt.draw_examples(lesson.learn, 0, 6, say=quiet)
    prior = prior_of(batch, np.full(BINS, 1 / BINS, np.float32))
    assert prior.sum() == pytest.approx(1, abs=1e-5)
    assert prior.min() == pytest.approx(0.1 / BINS, rel=1e-3)


def test_the_model_before_can_be_looked_at(lesson, exported):
    release_as_it_was(lesson, lesson.folder / "before")
    assert exported["temperature"] == 1.7
    assert exported["encoder"] is lesson.restored.encoder
