"""Teach a released model one artist's colours, from a few pictures in a few minutes."""

import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import Floats, Rgb8
from nurie.colors import BINS, WHITE_BIN, bins_of, lab_to_srgb, srgb_to_lab
from nurie.errors import InputError, OptionError
from nurie.models.registry import ModelSpec
from nurie_lab.data.artist import Work, examples_of
from nurie_lab.data.prepare import Batch, stack
from nurie_lab.training import checkpoint
from nurie_lab.training.region.calibrate import calibrate
from nurie_lab.training.region.config import RegionConfig
from nurie_lab.training.region.data import on_device
from nurie_lab.training.region.loop import train
from nurie_lab.training.region.networks import RegionTransformer, imagenet_encoder
from nurie_lab.training.region.released import export, halve
from nurie_lab.training.region.restore import Restored, fold

Say = Callable[[str], None]

EXAMPLES = 1024
"""Varied examples that are enough, whatever the time."""

DRAWING = 0.06
"""Share of the time that drawing them may take; reading them takes longer."""

SURE = (10, 300)
"""Held-out pictures and regions from which on confidences are fitted anew."""


@dataclass(frozen=True)
class Lesson:
    """What is taught, how long, and where."""

    restored: Restored
    learn: Sequence[Work]
    held: Sequence[Work]
    minutes: float
    folder: Path
    """For files that are of no use afterwards; emptied first."""
    seed: int = 0


@dataclass(frozen=True)
class Learnt:
    """What came of it; everything that :func:`release` needs."""

    lesson: Lesson
    batch: Batch
    stopped: bool
    """Whether Ctrl-C ended it."""


def settings(restored: Restored, seed: int = 0) -> RegionConfig:
    """Low rates, late blocks only towards the end, no weight on rare colours.

    The released model's training makes rare colours count more, so that not all is beige. Here
    the artist's own shares are what is wanted.
    """
    shape = restored.shape
    return RegionConfig(
        width=shape["width"], depth=shape["depth"], heads=shape["heads"],
        entries=restored.entries, batch=16, rate=4e-4, encoder_rate=5e-5,
        frozen_share=0.8, ema=0.99, blind=0.5, balance=0.0, seed=seed,
    )  # fmt: skip


def teach(lesson: Lesson, *, say: Say = print) -> Learnt:
    """Fine-tune the model on varied examples of the pictures.

    The encoder's early blocks stay as they are. Ctrl-C ends the lesson, not what was learnt.

    Args:
        lesson: what is taught.
        say: receives lines of progress, with the time left.

    Returns:
        What was learnt; its averaged weights lie in ``lesson.folder / "run"``.

    Raises:
        InputError: no regions were found in the pictures.
        OptionError: the time was over before the first step.
    """
    begin, folder = time.monotonic(), lesson.folder
    shutil.rmtree(folder, ignore_errors=True)
    restored = lesson.restored
    batch = draw(lesson.learn, lesson.seed, seconds=DRAWING * 60 * lesson.minutes, say=say)
    centers = (srgb_to_lab(restored.bin_colors) / 100).tolist()
    modules = {"encoder": restored.encoder, "network": restored.network}
    checkpoint.save(folder / "start", modules, {"centers": centers})
    left = lesson.minutes - (time.monotonic() - begin) / 60
    stopped = False
    try:
        train(
            batch, imagenet_encoder(), config=settings(restored, lesson.seed), minutes=left,
            out=folder / "run", start=folder / "start", say=say,
        )  # fmt: skip
    except KeyboardInterrupt:
        if not (folder / "run" / checkpoint.NAME).exists():
            raise
        stopped = True
        say("stopped; what was learnt so far is kept")
    if not json.loads((folder / "run" / "meta.json").read_text("utf-8"))["step"]:
        raise OptionError("The time was over before anything was learnt; give more --minutes.")
    return Learnt(lesson, batch, stopped)


def draw(works: Sequence[Work], seed: int, *, seconds: float, say: Say) -> Batch:
    """Varied examples of all pictures: at least two of each, then as many as the time allows.

    Raises:
        InputError: no regions were found in any of them.
    """
    begin = time.monotonic()

    def another(turn: int, made: int) -> bool:
        spent = time.monotonic() - begin
        return turn < 2 or (made < EXAMPLES and spent * (turn + 1) / turn < seconds)

    found = list(examples_of(list(works), np.random.default_rng(seed), another))
    if not found:
        raise InputError(
            "No regions were found in these pictures; give drawings with outlines or flat colours."
        )
    say(f"{len(works)} pictures, drawn in {len(found)} ways")
    return stack(found)


def release(learnt: Learnt, *, out: Path, name: str, card: dict[str, Any]) -> ModelSpec:
    """Export what was learnt, with the artist's colours, and confidences where they can be judged.

    Args:
        learnt: from :func:`teach`.
        out: folder of the model, made when missing.
        name: of the model.
        card: told beside the figures of the lesson; those of the model it began as stay.

    Raises:
        ModelError: torch and ONNX Runtime disagree; nothing is written.
        OutputError: the folder cannot be written.
    """
    lesson = learnt.lesson
    restored = lesson.restored
    encoder, network = imagenet_encoder(), RegionTransformer(**restored.shape)
    modules = {"encoder": encoder, "network": network}
    told = checkpoint.load(lesson.folder / "run", modules)
    fold(encoder.eval())
    for module in (encoder, network.eval()):
        halve(module)
    centers = np.array(told["centers"], np.float32) * 100
    facts: dict[str, Any] = {
        "entries": restored.entries,
        "bin_colors": _colors(centers),
        "prior": prior_of(learnt.batch, restored.prior),
        "temperature": restored.temperature,
        "calibration": restored.calibration,
    }
    fitted = _fit(lesson, modules, facts["bin_colors"])
    facts |= fitted
    taught = {
        "pictures": len(lesson.learn), "held_out": len(lesson.held), "steps": told["step"],
        "shown": told["shown"], "losses": told["losses"], "minutes": lesson.minutes,
        "stopped": learnt.stopped, "confidences": "fitted anew" if fitted else "as before",
    }  # fmt: skip
    facts["card"] = {"licence": restored.card.get("licence", "own"), **card, "adapted": taught}
    return export(encoder, network, out=out, name=name, facts=facts)


def release_as_it_was(lesson: Lesson, out: Path) -> ModelSpec:
    """Export the model before the lesson, to compare with; of a run there is none yet."""
    restored = lesson.restored
    fold(restored.encoder)
    facts = {
        "entries": restored.entries, "bin_colors": restored.bin_colors, "prior": restored.prior,
        "temperature": restored.temperature, "calibration": restored.calibration,
        "card": {"licence": "own"},
    }  # fmt: skip
    return export(restored.encoder, restored.network, out=out, name="before", facts=facts)


def _colors(centers: Floats) -> Rgb8:
    """Mean colours of the bins, (512, 3) uint8 from Lab; paper is white."""
    colors = lab_to_srgb(centers)
    colors[WHITE_BIN] = 255
    return colors


def prior_of(batch: Batch, before: Floats) -> Floats:
    """Share of each bin: nine tenths the artist's, so that no colour is ruled out.

    Args:
        batch: examples of the artist's pictures.
        before: (512,) of the model.

    Returns:
        (512,) float32 that sums to 1.
    """
    counts = np.bincount(bins_of(batch.colors[batch.weight > 0.3]), minlength=BINS)
    mixed = 0.9 * counts / max(1, counts.sum()) + 0.1 * before / before.sum()
    shares: Floats = (mixed / mixed.sum()).astype(np.float32)
    return shares


def _fit(lesson: Lesson, modules: dict[str, Any], bin_colors: Rgb8) -> dict[str, Any]:
    """Temperature and calibration, where there is enough held out to fit them by."""
    pictures, regions = SURE
    if len(lesson.held) < pictures:
        return {}
    rng = np.random.default_rng([lesson.seed, 1])
    held = stack(list(examples_of(list(lesson.held), rng, lambda turn, _: turn < 2)))
    if (held.weight > 0).sum() < regions:
        return {}
    entries = lesson.restored.entries
    found = calibrate(modules["encoder"], modules["network"], on_device(held), bin_colors, entries)
    return {"temperature": found.temperature, "calibration": found.curve}
