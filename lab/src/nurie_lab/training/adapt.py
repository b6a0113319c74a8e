"""Teach a model or a painter one artist's colours, from a few pictures in a few minutes."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nurie.arrays import AnyArray, Floats, Rgb8
from nurie.colors import BINS, bins_of
from nurie.errors import InputError, OptionError
from nurie.models.registry import ModelSpec
from nurie_lab.data.artist import Work, examples_of
from nurie_lab.data.prepare import Batch, stack
from nurie_lab.data.shards import encode, write_shard
from nurie_lab.training.engine.folder import NAME, RunFolder, read_facts, read_run
from nurie_lab.training.engine.loop import train
from nurie_lab.training.picture.data import Drawn, Place, Stream, draw
from nurie_lab.training.picture.export import Trained, read_trained
from nurie_lab.training.picture.task import open_picture
from nurie_lab.training.region.data import on_device
from nurie_lab.training.region.features import Features, compute_features
from nurie_lab.training.region.networks import Encoder
from nurie_lab.training.region.released import Restored, export, restore_run, rounded
from nurie_lab.training.region.run import calibrate
from nurie_lab.training.region.task import region_task
from nurie_lab.training.settings import PictureConfig, RegionConfig

Say = Callable[[str], None]

EXAMPLES = 768
"""Varied examples that are enough, however many are shown."""

TURNS = 10
"""Times that an example is shown, at the least, where there are fewer pictures to show."""

SURE = (10, 300)
"""Held-out pictures and regions from which on confidences are fitted anew."""


@dataclass(frozen=True)
class Lesson:
    """What is taught, how long, and where."""

    restored: Restored
    learn: Sequence[Work]
    held: Sequence[Work]
    pictures: int
    """To show in all; what is learnt follows from it, and not from how busy the machine is."""
    folder: Path
    """For files that are of no use afterwards; emptied first."""
    minutes: float | None = None
    """After which the lesson is stopped, where it is not over before."""
    seed: int = 0


@dataclass(frozen=True)
class Learnt:
    """What came of it; everything that :func:`release` needs."""

    lesson: Lesson
    batch: Batch
    stopped: bool
    """Whether Ctrl-C or the time ended it early."""


def lesson_settings(restored: Restored, pictures: int, seed: int = 0) -> RegionConfig:
    """Low rates, late blocks only towards the end, no weight on rare colours.

    The released model's training makes rare colours count more, so that not all is beige. Here
    the artist's own shares are what is wanted.
    """
    shape = restored.shape
    return RegionConfig(
        width=shape["width"], depth=shape["depth"], heads=shape["heads"],
        pictures=pictures, entries=restored.entries, batch=16, rate=4e-4, encoder_rate=5e-5,
        frozen_share=0.8, ema=0.99, blind=0.5, balance=0.0,
        save_minutes=0.5, seed=seed,
    )  # fmt: skip


def teach(lesson: Lesson, *, say: Say = print) -> Learnt:
    """Fine-tune the model on varied examples of the pictures, in ``lesson.folder / "run"``.

    The encoder's early blocks stay as they are. Ctrl-C ends the lesson, not what was learnt.

    Raises:
        InputError: no regions were found in the pictures.
        OptionError: the time was over before the first step.
    """
    folder, restored = lesson.folder, lesson.restored
    shutil.rmtree(folder, ignore_errors=True)
    batch = draw_examples(lesson.learn, lesson.seed, lesson.pictures // TURNS, say=say)
    config = lesson_settings(restored, lesson.pictures, lesson.seed)

    def find(encoder: Encoder, name: str | None) -> tuple[Features, str | None]:
        return compute_features(encoder, on_device(batch), late=True, say=say), name

    run = RunFolder(folder / "run", say)
    run.begin(config, folder, [])
    start = "the model's", restored
    task = region_task(config, batch, run, start=start, parts=restored.parts, find=find)
    try:
        facts = train(task, minutes=lesson.minutes)
    except KeyboardInterrupt:
        if not (run.path / NAME).exists() or not read_facts(run.path)["step"]:
            raise
        say("stopped; what was learnt so far is kept")
        return Learnt(lesson, batch, stopped=True)
    if not facts["step"]:
        raise OptionError("The time was over before anything was learnt; give more --minutes.")
    return Learnt(lesson, batch, stopped=not facts["finished"])


def draw_examples(works: Sequence[Work], seed: int, most: int, *, say: Say) -> Batch:
    """Varied examples of all pictures: at least two of each, more up to ``most``.

    Raises:
        InputError: no regions were found in any of them.
    """
    found = list(examples_of(works, np.random.default_rng(seed), min(most, EXAMPLES)))
    if not found:
        raise InputError(
            "No regions were found in these pictures; give drawings with outlines or flat colours."
        )
    say(f"{len(works)} pictures, drawn in {len(found)} ways")
    return stack(found)


def release(learnt: Learnt, *, out: Path, name: str, card: dict[str, Any]) -> ModelSpec:
    """Export what was learnt, with the artist's colours, and confidences where they can be judged.

    ``card`` stands beside the figures of the lesson; those of the model it began as stay.

    Raises:
        ModelError: torch and ONNX Runtime disagree; nothing is written.
        OutputError: the folder cannot be written.
    """
    lesson, run = learnt.lesson, learnt.lesson.folder / "run"
    before, done, model = lesson.restored, read_facts(run), rounded(restore_run(run))
    fitted = _fit(lesson, model)
    temperature, calibration = before.temperature, before.calibration
    model = fitted or replace(model, temperature=temperature, calibration=calibration)
    taught = {
        "pictures": len(lesson.learn), "held_out": len(lesson.held), "steps": done["step"],
        "shown": done["shown"], "losses": done["losses"], "minutes": round(done["seconds"] / 60, 2),
        "stopped": learnt.stopped, "confidences": "fitted anew" if fitted else "as before",
    }  # fmt: skip
    card = {"licence": before.card.get("licence", "own"), **card, "adapted": taught}
    prior = prior_of(learnt.batch, before.prior)
    return export(replace(model, prior=prior, card=card), out=out, name=name)


def release_as_it_was(lesson: Lesson, out: Path) -> ModelSpec:
    """Export the model before the lesson, to compare with; of a run there is none yet."""
    model = replace(rounded(lesson.restored), card={"licence": "own"})
    return export(model, out=out, name="before")


def prior_of(batch: Batch, before: Floats) -> Floats:
    """(512,) share of each bin: nine tenths the artist's, so that no colour is ruled out."""
    counts = np.bincount(bins_of(batch.colors[batch.weight > 0.3]), minlength=BINS)
    mixed = 0.9 * counts / max(1, counts.sum()) + 0.1 * before / before.sum()
    shares: Floats = (mixed / mixed.sum()).astype(np.float32)
    return shares


def _fit(lesson: Lesson, learnt: Restored) -> Restored | None:
    """The model calibrated, where there is enough held out to fit confidences by."""
    pictures, regions = SURE
    if len(lesson.held) < pictures:
        return None
    rng = np.random.default_rng([lesson.seed, 1])
    held = stack(list(examples_of(lesson.held, rng)))
    if (held.weight > 0).sum() < regions:
        return None
    return calibrate(learnt, on_device(held))[0]


SLOWER = 0.25
"""Share of the rates that the run was trained with."""


@dataclass(frozen=True)
class PainterLesson:
    """What is taught, how long, and where."""

    run: Path
    """That is gone on from; it is left as it is."""
    learn: Sequence[Work]
    held: Sequence[Work]
    pictures: int
    """To show in all."""
    out: Path
    """Gets ``pictures``, the shards, and ``run``, which goes on when it was killed."""
    minutes: float | None = None
    """After which the lesson is stopped, where it is not over before."""


def painter_settings(
    before: RegionConfig | PictureConfig, works: int, pictures: int
) -> PictureConfig:
    """Those of the run, slower, for so few works.

    Raises:
        OptionError: it learnt to guess hints, which are no pictures.
    """
    if not isinstance(before, PictureConfig) or before.target != "picture":
        raise OptionError(
            "This run learnt to guess hints; adapt the one that paints pictures from them."
        )
    return replace(
        before, rate=SLOWER * before.rate, judge_rate=SLOWER * before.judge_rate, decay="none",
        batch=min(before.batch, works), lanes=1, shuffle=works, pictures=pictures,
        log_every=1, sheet_minutes=0, save_minutes=0.5,
    )  # fmt: skip


def teach_painter(lesson: PainterLesson, *, say: Say = print) -> bool:
    """Fine-tune; Ctrl-C ends the lesson, and what was saved last is what was learnt.

    Whether Ctrl-C or the time ended it early.

    Raises:
        UnreadableError: the run is damaged or has no state.
        OptionError: it paints no pictures, or ``out`` was begun with other pictures or settings.
        OutputError: ``out`` cannot be written.
    """
    config = painter_settings(read_run(lesson.run), len(lesson.learn), lesson.pictures)
    pictures = lesson.out / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    for name, works in (("train", lesson.learn), ("val", lesson.held)):
        write_shard(pictures / f"{name}-0000.tar", _records(works), force=True)
    try:
        out = lesson.out / "run"
        task = open_picture(config, data=pictures, out=out, say=say, start=lesson.run)
        facts = train(task, minutes=lesson.minutes)
    except KeyboardInterrupt:
        if not (lesson.out / "run" / NAME).exists():
            raise
        say("stopped; what was saved last is kept")
        return True
    return not facts["finished"]


def _records(works: Sequence[Work]) -> Iterator[tuple[str, dict[str, bytes]]]:
    for i, work in enumerate(works):
        parts = {"color.png": encode(work.color, "png"), "line.png": encode(work.lines, "png")}
        yield f"{i:04d}", parts


def paint_both(lesson: PainterLesson) -> Iterator[tuple[str, AnyArray, Rgb8, Rgb8, Rgb8]]:
    """Held-out pictures as painted before and after, each from the same lines and hint.

    Yields:
        Name, lines (S, S) uint8, painting before, painting after, original, (S, S, 3) uint8 each.
    """
    before, after = read_trained(lesson.run), read_trained(lesson.out / "run")
    config = replace(before.config, lanes=1, batch=1, shuffle=1, flip=False)
    shard = Stream((lesson.out / "pictures" / "val-0000.tar",), 1, 1, config.seed)
    for sample in shard.lane(0, Place(), lambda *_: None):
        if sample.place.epoch:
            return
        drawn = draw(sample, config, before.spectrum)
        work = lesson.held[int(sample.name.rpartition("/")[2])]
        yield (work.name, drawn.line, _paint(before, drawn), _paint(after, drawn), drawn.color)


@torch.inference_mode()
def _paint(trained: Trained, drawn: Drawn) -> Rgb8:
    def tensor(pixels: AnyArray) -> Tensor:
        return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255

    seen: dict[str, Any] = {"lines": tensor(drawn.line[..., None]), "hint": tensor(drawn.hint)}
    painted: Tensor = trained.painting(*(seen[name] for name in trained.inputs))
    pixels = painted[0].permute(1, 2, 0).mul(255).round().clamp(0, 255).byte().numpy()
    return np.ascontiguousarray(pixels)
