"""One thing, large on the page, in the many ways that people draw and colour it."""

from dataclasses import replace

import numpy as np

from nurie_lab.drawings.kit import files
from nurie_lab.drawings.kit.colors import any_mood
from nurie_lab.drawings.kit.drafting import Draft, placed
from nurie_lab.drawings.kit.forms import box, oval, vec
from nurie_lab.drawings.kit.recipes import follow
from nurie_lab.drawings.kit.strokes import Made, Pen, Shape, any_pen, paint
from nurie_lab.drawings.kit.tones import toned

Generator = np.random.Generator

GROUPS: dict[str, list[str]] = {
    group: [name.replace("_", " ") for name in texts if not name.startswith("_")]
    for group, texts in files("things").items()
}
"""All kinds by what they belong to, which is the file that describes them."""

KINDS = sorted(name for group in GROUPS.values() for name in group)
"""What can be drafted."""


def draft_thing(rng: Generator, kind: str, *, mood: str = "plain") -> list[Shape]:
    """Shapes of one of ``KINDS`` in about the unit square, the lowest first.

    ``kit.drafting.placed`` puts them in their place.

    >>> shapes = draft_thing(np.random.default_rng(0), "apple")
    >>> sorted({s.part for s in shapes if s.part})
    ['apple', 'leaf', 'stalk']
    """
    draft = Draft(rng, mood=mood)
    follow(draft, kind.replace(" ", "_"))
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


def invent_thing(rng: Generator, *, size: int = 512, kind: str = "") -> Made:
    """One of ``KINDS``, or any, as in a colouring book, mostly on white paper, or several.

    ``seeds`` of the drawing holds kind, mood and setting.

    >>> made = invent_thing(np.random.default_rng(1), size=96, kind="apple")
    >>> made.lines.shape, made.seeds["kind"]
    ((96, 96), 'apple')
    """
    mood = any_mood(rng)
    setting = str(rng.choice(list(SETTINGS), p=list(SETTINGS.values())))
    names = [kind] if kind else [str(k) for k in rng.choice(KINDS, _COUNTS.get(setting, 1))]
    frames = _frames(rng, size, len(names))
    shapes = _ground(rng, size, setting, mood, outdoors=names[0] in _OUTDOORS)
    for i, (name, frame) in enumerate(zip(names, frames, strict=True)):
        thing, flip = draft_thing(rng, name, mood=mood), bool(rng.random() < 0.4)
        prefix = f"{name} {i + 1}." if len(names) > 1 else ""
        shapes += placed(thing, frame, name=prefix, flip=flip, width=len(names) ** -0.25)
    if rng.random() < 0.15:
        shapes = toned(shapes, rng, share=0.5, pitch=size * float(rng.uniform(0.012, 0.025)))
    made = paint(shapes, size, rng, pen=hand(rng, size))
    return replace(made, seeds={"kind": ", ".join(names), "mood": mood, "setting": setting})


SETTINGS = {
    "paper": 0.6,
    "shadow": 0.08,
    "floor": 0.06,
    "wall": 0.1,
    "badge": 0.06,
    "few": 0.06,
    "many": 0.04,
}
"""What is behind one thing, or how many there are, and how often."""

_COUNTS = {"few": 4, "many": 6}

_OUTDOORS = {k for g in ("plants", "vehicles", "buildings") for k in GROUPS[g]}


def _frames(rng: Generator, size: int, count: int) -> list[tuple[float, float, float, float]]:
    """Places (top, bottom, left, right) of the things, in rows."""
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    high, wide = size / rows, size / columns
    edge = min(high, wide) * rng.uniform(0.05, 0.16)
    frames = []
    for i in range(count):
        top, left = i // columns * high, i % columns * wide
        frames.append((top + edge, top + high - edge, left + edge, left + wide - edge))
    return frames


def _ground(rng: Generator, size: int, setting: str, mood: str, *, outdoors: bool) -> list[Shape]:
    """What is painted before the thing itself."""
    draft = Draft(rng, mood=mood)
    if setting == "shadow":
        draft.add(oval(0.5, 0.9, 0.38, 0.07), "shadow", draft.tint("shadow"))
    elif setting == "floor":
        draft.add(box(-0.1, 0.78, 1.1, 1.1), "floor", draft.tint("grass" if outdoors else "floor"))
    elif setting == "wall":
        draft.add(box(-0.1, -0.1, 1.1, 1.1), "wall", draft.tint("sky" if outdoors else "room wall"))
        if draft.maybe(0.5):
            draft.add(
                box(-0.1, 0.7, 1.1, 1.1), "floor", draft.tint("grass" if outdoors else "floor")
            )
    elif setting == "badge":
        draft.add(oval(0.5, 0.5, 0.47), "badge", draft.tint("soft paint"))
    return [replace(s, outline=s.outline * vec(size)) for s in draft.shapes]
