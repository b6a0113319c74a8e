"""One thing, large on the page, in the many ways that people draw and colour it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nurie.dataset import buildings, food, plants, vehicles
from nurie.dataset.forms import Draft, placed
from nurie.dataset.strokes import Made, Pen, Shape, any_pen, paint
from nurie.dataset.tints import any_mood

Generator = np.random.Generator

GROUPS: dict[str, dict[str, Callable[[Draft], None]]] = {
    "plants": plants.KINDS,
    "food": food.KINDS,
    "vehicles": vehicles.KINDS,
    "buildings": buildings.KINDS,
}
"""All kinds by what they belong to."""

KINDS = {name: kind for group in GROUPS.values() for name, kind in group.items()}
"""How each thing is drafted, by name."""


def draft_thing(rng: Generator, kind: str, *, mood: str = "plain") -> list[Shape]:
    """Shapes of one thing, to be put in their place by :func:`~nurie.dataset.forms.placed`.

    Args:
        rng: source of all choices.
        kind: a key of ``KINDS``.
        mood: a key of ``MOODS``.

    Returns:
        The shapes, the lowest first, in about the unit square.

    >>> shapes = draft_thing(np.random.default_rng(0), "apple")
    >>> sorted({s.part for s in shapes if s.part})
    ['apple', 'leaf', 'stalk']
    """
    draft = Draft(rng, mood=mood)
    KINDS[kind](draft)
    return draft.shapes


def hand(rng: Generator, size: int) -> Pen:
    """A pen: a child's thick one, a ruler's thin one, or a free hand's."""
    pen, style = any_pen(rng, size), rng.random()
    if style < 0.25:
        return replace(
            pen,
            width=max(2.0, size / 512 * rng.uniform(2.8, 4.5)),
            vary=0.0,
            wobble=0.0,
            taper=False,
        )
    if style < 0.45:
        return replace(
            pen, width=max(1.0, size / 512 * rng.uniform(1.0, 1.8)), vary=0.0, wobble=0.0
        )
    return pen


def draw_thing(rng: Generator, *, size: int = 512, kind: str = "") -> Made:
    """One thing on white paper, as in a colouring book.

    Args:
        rng: source of all choices; same state, same bytes.
        size: side of the picture in pixels.
        kind: a key of ``KINDS``; any of them where left out.

    Returns:
        The drawing; ``seeds`` holds its kind and mood.

    >>> made = draw_thing(np.random.default_rng(1), size=96, kind="apple")
    >>> made.lines.shape, made.seeds["kind"]
    ((96, 96), 'apple')
    """
    names = sorted(KINDS)
    kind = kind or names[int(rng.integers(len(names)))]
    mood = any_mood(rng)
    shapes = draft_thing(rng, kind, mood=mood)
    edge = size * rng.uniform(0.04, 0.16)
    frame = (edge, size - edge, edge, size - edge)
    shapes = placed(shapes, frame, flip=bool(rng.random() < 0.4))
    made = paint(shapes, size, rng, pen=hand(rng, size))
    return replace(made, seeds={"kind": kind, "mood": mood})
