"""Films: one worker keeps the latest matched in memory, so that a correction spreads at once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal
from zipfile import ZIP_STORED, ZipFile

import msgspec
import numpy as np
from msgspec import UNSET, Meta, Struct, UnsetType

from nurie.api import Colorizer, save
from nurie.colors import parse_hex, to_hex
from nurie.document import PAPER
from nurie.film.film import Film
from nurie.film.keys import gray_lines
from nurie.io.hints import draw_marks
from nurie.io.movie import write_movie
from nurie.io.samples import eight_bits
from nurie.painters import shaded
from nurie.studio import files
from nurie.studio.coloring import mark_of, palette_from
from nurie.studio.shapes import (
    EDITS,
    Color,
    Count,
    Entry,
    Gap,
    Hint,
    Key,
    Light,
    Name,
    Pair,
    Picture,
    Shape,
    Share,
    SomeColors,
    Style,
)  # fmt: skip

FRAMES = 2000
"""Most frames of a film."""

THUMB = 448
"""Longest side in pixels of a small frame, as the strip shows it and the page plays it."""

_FORKS = 24
"""Steps that can be taken back at once; earlier ones are made again from the first."""


class FilmSent(Shape):
    """The drawings of a film, in order: ids of drawings that were taken in."""

    drawings: Annotated[list[Key], Meta(min_length=1, max_length=FRAMES)]
    gap: Gap | None = None


class Step(Shape):
    """What a person did to a frame, from 0: one of ``fix``, ``key`` and ``recolor``."""

    frame: Count = 0
    fix: Annotated[list[Hint], Meta(max_length=EDITS)] | UnsetType = UNSET
    key: Annotated[Key | None, Meta(description="A coloured picture; null: as it is seen.")] | (
        UnsetType
    ) = UNSET
    recolor: Annotated[list[Color], Meta(min_length=2, max_length=2)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse none and several."""
        if sum(part is not UNSET for part in (self.fix, self.key, self.recolor)) != 1:
            raise ValueError("give one of fix, key and recolor")


class FilmRequest(Shape):
    """All that was done to a film, in order: the server keeps no session."""

    steps: Annotated[list[Step], Meta(max_length=EDITS)] = msgspec.field(default_factory=list)
    palette: SomeColors | None = None
    seed: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0


class FilmExport(FilmRequest, kw_only=True):
    """A coloured film: a ZIP file of its frames, or one animation."""

    format: Picture | Literal["apng", "gif"]
    names: Annotated[list[Name], Meta(max_length=FRAMES)] = msgspec.field(default_factory=list)
    fps: Annotated[float, Meta(ge=0.1, le=240)] = 12
    style: Style = "flat"
    light: Light = "top-left"


class FilmTaken(Struct):
    """A film that was taken in."""

    film: Key


class Progress(Struct):
    """What is being done with a film: read, match or color; how many of how many."""

    what: str
    done: Count
    total: Count


class Drawn(Struct):
    """Colours of one drawing: the entry of each region number, -1 paper, and how sure it is."""

    entries: list[Entry]
    confidence: list[Share]


class FilmColors(Struct):
    """Colours of a film; equal frames show one drawing."""

    palette: list[Color]
    shows: Annotated[list[Count], Meta(description="Of each frame its drawing.")]
    drawings: list[Drawn]
    keys: Annotated[list[Count], Meta(description="Frames that are keys.")]
    next_key: Annotated[Count | None, Meta(description="The frame to colour next.")]
    doubts: Annotated[
        list[Pair], Meta(description="Frame and region, in the order in which a fix helps most.")
    ]


@dataclass
class _Held:
    """A film as it was after some of its steps."""

    about: bytes
    forks: dict[int, Film]
    told: list[bytes] = field(default_factory=list)


class Films:
    """The films of a worker; the latest stays in memory, others are read again from ``folder``."""

    def __init__(self, colorizer: Colorizer) -> None:
        self._colorizer = colorizer
        self._held: dict[str, _Held] = {}

    def colors(self, request: FilmRequest, **where: Any) -> FilmColors:
        """Colours of a film after some steps."""
        film = self._after(request, **where)
        first = {index: frame for frame, index in reversed([*enumerate(film.drawing_of)])}
        drawings = [
            Drawn([PAPER, *film.entries(n).tolist()], [0, *film.sure(n).round(3).tolist()])
            for n in map(first.__getitem__, range(film.drawings))
        ]
        return FilmColors(
            palette=[to_hex(color) for color in film.palette.colors],
            shows=film.drawing_of,
            drawings=drawings,
            keys=sorted({step.frame for step in request.steps if step.key is not UNSET}),
            next_key=film.next_key(),
            doubts=[list(doubt) for doubt in film.doubts()[:200]],
        )

    def regions(self, frame: int, drafts: Path, **where: Any) -> dict[str, Any]:
        """Regions of a frame as those of any drawing: drafts of them, and their measures."""
        drawing = self._after(None, **where).drawing(frame)
        count = len(drawing.paper)
        none = np.zeros((count, 3), np.uint8), np.zeros(count, bool)
        numbers = np.arange(1, count + 1, dtype=np.int32)
        cutting = files.Cutting(numbers, count, drawing.scene, drawing.paper, *none)
        files.save(drafts / "cutting", cutting)
        files.save_labels(drafts / "labels", drawing.labels)
        return cutting.measured()

    def thumb(self, frame: int, draft: Path, **where: Any) -> None:
        """A small frame: width and height, then its labels, all of 32 bits, then its ink."""
        import cv2

        drawing = self._after(None, **where).drawing(frame)
        height, width = drawing.labels.shape
        scale = min(1.0, THUMB / max(height, width))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        ink = 255 - cv2.resize(gray_lines(drawing.sketch), size, interpolation=cv2.INTER_AREA)
        labels = cv2.resize(drawing.labels, size, interpolation=cv2.INTER_NEAREST)
        head = np.array(size, "<i4").tobytes()
        draft.write_bytes(head + labels.astype("<i4").tobytes() + ink.astype(np.uint8).tobytes())

    def export(self, request: FilmExport, target: Path, **where: Any) -> None:
        """Write all frames, as a ZIP file of pictures or as one animation."""
        film = self._after(request, **where)
        frames = (shaded(film.layers(n), request.style, request.light) for n in range(len(film)))
        if target.suffix != ".zip":
            timed = ((eight_bits(frame.merged()), 1 / request.fps) for frame in frames)
            write_movie(target, timed, fps=request.fps)
            return
        names = dict(enumerate(request.names))
        with ZipFile(target, "w", ZIP_STORED) as out:
            for number, frame in enumerate(frames):
                draft = target.with_name(f"frame.{request.format}")
                save(frame, draft, force=True)
                stem = names.get(number) or f"{number + 1:04}"
                out.write(draft, f"{stem}.{request.format}")

    def _after(
        self,
        request: FilmRequest | None,
        *,
        film: str,
        gap: float | None,
        sketches: Sequence[Path],
        pictures: Mapping[str, Path],
        folder: Path,
    ) -> Film:
        """The film after the steps of a request, or as it is where there is none."""
        held = self._held.get(film)
        if request is None and held:
            return next(reversed(held.forks.values()))
        request = request or FilmRequest()
        about = msgspec.json.encode([request.seed, request.palette])
        if held is None or held.about != about:
            made = self._colorizer.film(
                [partial(files.load, path) for path in sketches], gap=gap, seed=request.seed,
                palette=palette_from(request.palette, None) if request.palette else None,
                cache=folder, progress=partial(_note, folder / f"{film}.progress"),
            )  # fmt: skip
            held = _Held(about, {0: made})
            self._held = {film: held}
        told = [msgspec.json.encode(step) for step in request.steps]
        pairs = zip(told, held.told, strict=False)
        same = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(told), len(held.told)))
        held.told = told
        held.forks = {n: fork for n, fork in held.forks.items() if n <= same}
        for number in range(max(held.forks), len(told)):
            held.forks[number + 1] = _done(held.forks[number], request.steps[number], pictures)
            if len(held.forks) > _FORKS:
                del held.forks[sorted(held.forks)[1]]
        return held.forks[len(told)]


def _done(film: Film, step: Step, pictures: Mapping[str, Path]) -> Film:
    """A film after one more step."""
    film = film.fork()
    if step.recolor is not UNSET:
        film.recolor(*(np.array(parse_hex(color), np.uint8) for color in step.recolor))
    elif step.fix is not UNSET:
        if (shape := film.size(step.frame)) is not None:
            marks = [mark_of(number, hint, shape) for number, hint in enumerate(step.fix, 1)]
            film.fix(step.frame, draw_marks(marks, shape))
    elif isinstance(step.key, str):
        film.add_key(step.frame, files.load(pictures[step.key]))
    else:
        seen = film.layers(step.frame)
        film.add_key(step.frame, seen.region_colors()[seen.labels])
    return film


def _note(path: Path, *about: Any) -> None:
    """Leave word of how far the work is, where the server looks."""
    path.write_text(json.dumps(about), encoding="utf-8")
