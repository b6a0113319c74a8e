"""One picture put to one system, and what befalls its lines before: gaps, noise, extract."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Labels, Rgb8
from nurie.colors import colors_of, parse_hex
from nurie.errors import OptionError
from nurie_lab.bench.pictures import Case, Frame
from nurie_lab.bench.requests import Answer, Request

Ask: TypeAlias = Callable[[Request], Answer]
"""Asks the system under test; its costs are counted elsewhere."""

Scores: TypeAlias = dict[str, float]
"""Figures by name; one that does not apply is not a number."""

RIGHT = 10.0
"""ΔE2000 up to which a colour counts as right where it need not be exact."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One picture under one condition, put to one system."""

    case: Case
    condition: str
    ask: Ask
    rng: np.random.Generator

    def lines(self, frame: Frame | None = None) -> AnyArray:
        """The lines under the condition."""
        return worn(frame or self.case.frame, self.condition, self.rng)


def on_paper(pieces: Labels, frame: Frame) -> AnyArray:
    """Share of each piece that is paper, (n,)."""
    count = int(pieces.max(initial=0))
    area = np.bincount(pieces.ravel(), minlength=count + 1)[1:]
    blank = np.bincount(pieces.ravel(), frame.paper.ravel(), minlength=count + 1)[1:]
    return np.asarray(blank / np.maximum(area, 1))


def unpacked(codes: AnyArray) -> Rgb8:
    """(n, 3) uint8 of colours by their codes; black where there is none, -1.

    >>> unpacked(np.array([65538, -1])).tolist()
    [[1, 0, 2], [0, 0, 0]]
    """
    return colors_of(np.maximum(codes, 0))


Generator = np.random.Generator
GAPS = 6
"""Openings in each picture with gaps."""


def worn(frame: Frame, condition: str, rng: Generator) -> AnyArray:
    """The uint8 lines of a frame under a condition, with three channels where they are coloured.

    A condition is words from ``WORDS`` with a number where one is due, joined by ``+``: ``clean``,
    ``gap 8``, ``gap 4 + soft 1``. ``closed`` is ``clean``.

    Raises:
        OptionError: the condition has no meaning.
    """
    lines = frame.lines
    for step in condition.split("+"):
        word, _, value = step.strip().partition(" ")
        if word not in WORDS:
            raise OptionError(f"The condition {step.strip()!r} is not known; use {_known()}.")
        try:
            lines = WORDS[word](Frame(lines, frame.color, frame.parts), value.strip(), rng)
        except ValueError as error:
            raise OptionError(f"The condition {step.strip()!r} lacks its number.") from error
    return lines


def _known() -> str:
    return ", ".join(sorted(WORDS))


def _clean(frame: Frame, _value: str, _rng: Generator) -> AnyArray:
    return frame.lines


def _gap(frame: Frame, value: str, rng: Generator) -> AnyArray:
    """Openings of so many pixels between parts."""
    from nurie_lab.drawings.kit.strokes import Made, open_lines

    made = Made(frame.lines, frame.color, frame.parts, (), np.zeros((1, 3), np.uint8))
    return open_lines(made, rng, float(value), count=GAPS).lines


def _soft(frame: Frame, value: str, _rng: Generator) -> AnyArray:
    """A Gaussian of so many pixels."""
    import cv2

    return np.asarray(cv2.GaussianBlur(frame.lines, (0, 0), float(value)))


def _thick(frame: Frame, value: str, _rng: Generator) -> AnyArray:
    """Lines thicker by so many pixels on each side."""
    import cv2

    side = 2 * int(value) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.erode(frame.lines, disc))


def _noise(frame: Frame, value: str, rng: Generator) -> AnyArray:
    """Gaussian noise with this standard deviation, of 255."""
    noise = rng.normal(0, float(value), frame.lines.shape)
    return np.asarray(np.clip(frame.lines + noise, 0, 255).astype(np.uint8))


def _pale(frame: Frame, value: str, _rng: Generator) -> AnyArray:
    """Ink that keeps this share of its darkness."""
    return np.asarray(255 - (255 - frame.lines) * float(value)).astype(np.uint8)


def _color(frame: Frame, value: str, _rng: Generator) -> AnyArray:
    """Lines of this colour."""
    ink = np.array(parse_hex(value), np.float32)
    share = frame.lines[..., None].astype(np.float32) / 255
    return np.asarray(np.round(ink + (255 - ink) * share).astype(np.uint8))


def _scan(name: str) -> Callable[[Frame, str, Generator], AnyArray]:
    """A flaw of ``nurie_lab.data.extract``."""

    def flaw(frame: Frame, _value: str, rng: Generator) -> AnyArray:
        from nurie_lab.data import extract

        apply: Callable[[AnyArray, Generator], AnyArray] = getattr(extract, name)
        return apply(frame.lines, rng)

    return flaw


WORDS: dict[str, Callable[[Frame, str, Generator], AnyArray]] = {
    "clean": _clean,
    "closed": _clean,
    "gap": _gap,
    "soft": _soft,
    "thick": _thick,
    "noise": _noise,
    "pale": _pale,
    "color": _color,
    **{name: _scan(name) for name in ("pencil", "paper", "jpeg", "specks", "pressure", "double")},
}
"""What can be done to lines, by name."""
