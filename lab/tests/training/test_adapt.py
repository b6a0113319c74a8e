"""A lesson: what is learnt, what stays, what a stop or a kill leaves behind."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")
pytest.importorskip("onnx", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie.colors import BINS, WHITE_BIN, bin_centers, bins_of
from nurie.errors import InputError, OptionError
from nurie.models.registry import find_region
from nurie.models.session import RegionSession
from nurie_lab.data.artist import Work
from nurie_lab.training import (
    adapt,
    checkpoint,
)
from nurie_lab.training.adapt import Lesson, prior_of, release, release_as_it_was, teach
from nurie_lab.training.region import loop
from nurie_lab.training.region.networks import RegionTransformer, imagenet_encoder
from nurie_lab.training.region.restore import Restored

RED = (200, 30, 40)


def work(i, side=120):
    """Two outlined boxes, one in the artist's red."""
    color = np.full((side, side, 3), 255, np.uint8)
    for left, hue in ((10, RED), (side // 2, (40, 90, 60 + 9 * i))):
        color[20 : side - 20, left : left + side // 2 - 14] = 0
        color[23 : side - 23, left + 3 : left + side // 2 - 17] = hue
    return Work(f"{i}.png", color)


@pytest.fixture
def restored():
    torch.manual_seed(0)
    prior = np.full(BINS, 1 / BINS, np.float32)
    curve = np.array([[0, 0], [1, 0.5]], np.float32)
    network = RegionTransformer(width=16, depth=1, heads=2)
    return Restored(
        imagenet_encoder(), network.eval(), {"width": 16, "depth": 1, "heads": 2}, 12,
        bin_centers(), prior, 1.7, curve, {"licence": "CC-BY-SA-4.0"},
    )  # fmt: skip


@pytest.fixture
def lesson(restored, tmp_path):
    works = [work(i) for i in range(4)]
    return Lesson(restored, works[:3], works[3:], 1.0, tmp_path / "lesson")


@pytest.fixture
def steps(monkeypatch):
    """A clock that counts steps in place of seconds: two dozen make a lesson."""
    monkeypatch.setattr(loop.Clock, "done", lambda clock: clock.steps / 24)
    monkeypatch.setattr(adapt, "EXAMPLES", 6)
    settings = adapt.settings

    def eager(*arguments):
        import dataclasses

        return dataclasses.replace(settings(*arguments), rate=5e-3, batch=4, ema=0.5)

    monkeypatch.setattr(adapt, "settings", eager)


@pytest.fixture
def exported(monkeypatch):
    """What would be exported, without the seconds that it takes."""
    seen = {}

    def note(encoder, network, *, out, name, facts):
        seen.update(facts, encoder=encoder)

    monkeypatch.setattr(adapt, "export", note)
    return seen


def quiet(line):
    pass


def weights(folder):
    encoder, network = imagenet_encoder(), RegionTransformer(width=16, depth=1, heads=2)
    checkpoint.load(folder, {"encoder": encoder, "network": network})
    return encoder, network


def test_a_lesson_moves_the_late_blocks_and_leaves_the_early_ones(lesson, steps):
    said = []
    learnt = teach(lesson, say=said.append)
    assert not learnt.stopped
    assert said[0].startswith("3 pictures, drawn in ")
    (before, old), (after, new) = (weights(lesson.folder / name) for name in ("start", "run"))
    late = {id(p) for p in after.late_parameters()}
    moved = [
        (id(two) in late, not torch.equal(one, two))
        for one, two in zip(before.parameters(), after.parameters(), strict=True)
    ]
    assert not any(changed for is_late, changed in moved if not is_late)
    assert any(changed for is_late, changed in moved if is_late)
    assert not torch.equal(old.head.weight, new.head.weight)


def test_what_was_learnt_is_a_model(lesson, steps, tmp_path):
    learnt = teach(lesson, say=quiet)
    spec = release(learnt, out=tmp_path / "model", name="mine", card={"from": "tiny"})
    assert find_region(tmp_path / "model").name == spec.name == "mine"
    RegionSession(spec)
    assert spec.card["licence"] == "CC-BY-SA-4.0"
    assert spec.card["from"] == "tiny"
    assert spec.card["adapted"]["pictures"] == 3
    assert spec.card["adapted"]["confidences"] == "as before"
    assert (spec.temperature, spec.calibration.tolist()) == (1.7, [[0, 0], [1, 0.5]])
    red = int(bins_of(np.array(RED, np.uint8)))
    assert np.abs(spec.bin_colors[red].astype(int) - RED).max() <= 12
    # No green as bright as this is in the pictures.
    assert np.abs(spec.bin_colors[56].astype(int) - bin_centers()[56]).max() <= 1
    assert spec.bin_colors[WHITE_BIN].tolist() == [255, 255, 255]
    assert spec.prior[red] > 20 / BINS


def test_confidences_are_fitted_where_enough_is_held_out(lesson, steps, exported, monkeypatch):
    monkeypatch.setattr(adapt, "SURE", (1, 2))
    release(teach(lesson, say=quiet), out=lesson.folder, name="mine", card={})
    assert exported["card"]["adapted"]["confidences"] == "fitted anew"
    assert exported["calibration"][-1].tolist() == [1, 1]


def test_a_stop_keeps_what_was_learnt(lesson, steps, exported, monkeypatch):
    step, calls = loop.region_step, []

    def stopped(*args, **kwargs):
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return step(*args, **kwargs)

    monkeypatch.setattr(loop, "region_step", stopped)
    said = []
    learnt = teach(lesson, say=said.append)
    assert learnt.stopped
    assert said[-1] == "stopped; what was learnt so far is kept"
    release(learnt, out=lesson.folder, name="mine", card={})
    told = exported["card"]["adapted"]
    assert (told["steps"], told["stopped"]) == (3, True)


def test_a_stop_before_anything_was_learnt_is_a_stop(lesson, steps, monkeypatch):
    def stopped(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(loop, "compute_features", stopped)
    with pytest.raises(KeyboardInterrupt):
        teach(lesson, say=quiet)


def test_too_little_time_is_said(lesson, monkeypatch):
    monkeypatch.setattr(loop.Clock, "done", lambda clock: 1.0)
    monkeypatch.setattr(adapt, "EXAMPLES", 6)
    with pytest.raises(OptionError, match="before anything was learnt; give more --minutes"):
        teach(lesson, say=quiet)


def test_what_a_kill_left_is_no_harm(lesson, steps):
    (lesson.folder / "run").mkdir(parents=True)
    (lesson.folder / "run" / checkpoint.NAME).write_bytes(b"half")
    teach(lesson, say=quiet)
    weights(lesson.folder / "run")


def test_pictures_without_regions_are_refused(lesson):
    blank = [Work("a.png", np.full((120, 120, 3), 255, np.uint8))]
    with pytest.raises(InputError, match="No regions were found in these pictures"):
        adapt.draw(blank, 0, seconds=0, say=quiet)


def test_the_prior_is_the_artists_and_rules_nothing_out(lesson):
    batch = adapt.draw(lesson.learn, 0, seconds=0, say=quiet)
    prior = prior_of(batch, np.full(BINS, 1 / BINS, np.float32))
    assert prior.sum() == pytest.approx(1, abs=1e-5)
    assert prior.min() == pytest.approx(0.1 / BINS, rel=1e-3)


def test_the_model_before_can_be_looked_at(lesson, exported):
    release_as_it_was(lesson, lesson.folder / "before")
    assert exported["temperature"] == 1.7
    assert exported["encoder"] is lesson.restored.encoder
