"""The request to a system and its answer, as arrays that can cross to another process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Floats, Labels, Rgb8
from nurie.document import Hints, Palette, lay_lines


@dataclass(frozen=True, eq=False)
class Request:
    """One drawing and what its colours must follow."""

    lines: AnyArray  # (H, W) or (H, W, 3) uint8, 0 ink
    hints: Hints | None = None  # Colours at pixels
    palette: Palette | None = None  # Colours that may be used
    references: tuple[AnyArray, ...] = ()  # Coloured drawings of the same things
    answers: int = 1  # How many different answers
    regions_only: bool = False  # Only where regions are, no colours
    file: str = ""
    """Also a file with this suffix: ``.ora``, ``.psd`` or ``.png``."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What a system made of a request."""

    pictures: tuple[AnyArray, ...] = ()
    """(H, W, 3) uint8 coloured pictures with their lines."""
    fills: tuple[AnyArray, ...] = ()
    """(H, W, 3) uint8 colours without lines, where the system keeps them apart."""
    labels: Labels | None = None  # (H, W) int32 regions, where the system tells them
    confidence: Floats | None = None
    """(n + 1,) by label: chance that a chosen colour is right; not a number where none was
    chosen."""
    file: bytes = b""  # The requested file

    @property
    def shown(self) -> tuple[AnyArray, ...]:
        """What colours are read from: fills, or else the pictures."""
        return self.fills or self.pictures


@dataclass(frozen=True)
class Cost:
    """What an answer took."""

    wall_s: float = 0.0
    cpu_s: float = 0.0  # User and system time of all threads and children
    peak_mib: float = 0.0  # Most memory held at once by the process that answered


System: TypeAlias = Callable[[Request], Answer]
"""Whatever answers a request."""


def filled(request: Request, fill: Rgb8, labels: Labels | None = None) -> Answer:
    """An answer made of colours below the lines."""
    return Answer((lay_lines(request.lines, fill),), (fill,), labels)


def gray(lines: AnyArray) -> AnyArray:
    """(H, W) uint8 of lines in any colour.

    >>> gray(np.array([[[9, 8, 7]]], np.uint8)).tolist()
    [[7]]
    """
    return lines if lines.ndim == 2 else np.asarray(lines.min(axis=2))


def write_request(path: Path, request: Request) -> None:
    """Put a request into a file."""
    arrays: dict[str, Any] = {"lines": request.lines, "answers": request.answers}
    arrays |= {"regions_only": request.regions_only, "suffix": request.file}
    if request.hints is not None:
        arrays |= {k: getattr(request.hints, k) for k in ("rows", "columns", "colors")}
        if request.hints.marks is not None:
            arrays["marks"] = request.hints.marks
    if request.palette is not None:
        arrays["palette"] = request.palette.colors
    arrays |= {f"reference{i}": r for i, r in enumerate(request.references)}
    np.savez(path, **arrays)


def read_request(path: Path) -> Request:
    """Take a request out of a file."""
    with np.load(path, allow_pickle=False) as kept:
        hints = palette = None
        if "rows" in kept:
            marks = kept.get("marks", None)
            hints = Hints(kept["rows"], kept["columns"], kept["colors"], marks)
        if "palette" in kept:
            palette = Palette(kept["palette"])
        references = tuple(kept[n] for n in kept.files if n.startswith("reference"))
        return Request(
            kept["lines"],
            hints,
            palette,
            references,
            int(kept["answers"]),
            bool(kept["regions_only"]),
            str(kept["suffix"]),
        )


def write_answer(path: Path, answer: Answer) -> None:
    """Put an answer into a file."""
    arrays: dict[str, Any] = {f"picture{i}": p for i, p in enumerate(answer.pictures)}
    arrays |= {f"fill{i}": p for i, p in enumerate(answer.fills)}
    arrays["data"] = np.frombuffer(answer.file, np.uint8)
    if answer.labels is not None:
        arrays["labels"] = answer.labels
    if answer.confidence is not None:
        arrays["confidence"] = answer.confidence
    np.savez(path, **arrays)


def read_answer(path: Path) -> Answer:
    """Take an answer out of a file."""
    with np.load(path, allow_pickle=False) as kept:
        return Answer(
            tuple(kept[n] for n in kept.files if n.startswith("picture")),
            tuple(kept[n] for n in kept.files if n.startswith("fill")),
            kept.get("labels", None),
            kept.get("confidence", None),
            kept["data"].tobytes(),
        )
