"""Teach a painter one artist's colours: a run of ``nurie train`` goes on with other pictures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nurie.arrays import AnyArray, Rgb8
from nurie.errors import OptionError
from nurie.models.registry import PainterSpec
from nurie_lab.data.artist import Work
from nurie_lab.data.shards import encode, write_shard
from nurie_lab.training.engine.folder import read_run
from nurie_lab.training.engine.loop import train
from nurie_lab.training.engine.state import NAME
from nurie_lab.training.picture.data import Drawn, draw
from nurie_lab.training.picture.export import export_painter
from nurie_lab.training.picture.shards import Place, Stream
from nurie_lab.training.picture.task import open_picture
from nurie_lab.training.picture.trained import Trained, read_trained
from nurie_lab.training.settings import PictureConfig, RegionConfig

Say = Callable[[str], None]

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


def settings(before: RegionConfig | PictureConfig, works: int, pictures: int) -> PictureConfig:
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

    Returns:
        Whether Ctrl-C or the time ended it early.

    Raises:
        UnreadableError: the run is damaged or has no state.
        OptionError: it paints no pictures, or ``out`` was begun with other pictures or settings.
        OutputError: ``out`` cannot be written.
    """
    config = settings(read_run(lesson.run), len(lesson.learn), lesson.pictures)
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


def release_painter(lesson: PainterLesson, *, name: str, licence: str) -> PainterSpec:
    """Export what was learnt to ``model`` in the lesson's folder.

    Raises:
        ModelError: torch and ONNX Runtime disagree; nothing is written.
        OutputError: the folder cannot be written.
    """
    return export_painter(
        lesson.out / "run", out=lesson.out / "model", name=name, licence=licence, force=True,
        say=lambda _: None,
    )  # fmt: skip


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
