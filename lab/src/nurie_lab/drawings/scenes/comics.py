"""Pages of comics: panels with scenes and people, bubbles, captions, sounds and lines of speed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from nurie.arrays import Floats
from nurie_lab.drawings.figures import figure
from nurie_lab.drawings.figures.body import body
from nurie_lab.drawings.figures.persona import Persona, any_pose, character
from nurie_lab.drawings.kit import tables
from nurie_lab.drawings.kit.colors import any_mood
from nurie_lab.drawings.kit.forms import box, oval, puff, star, tube, vec
from nurie_lab.drawings.kit.strokes import Color, Made, Shape, paint
from nurie_lab.drawings.scenes import framed, stage_scene
from nurie_lab.drawings.scenes.stage import Stage
from nurie_lab.drawings.things import hand

Generator = np.random.Generator


@dataclass(frozen=True)
class Panel:
    """Where a panel is on the page, in pixels."""

    top: int
    left: int
    height: int
    width: int


def invent_comic(
    rng: Generator,
    *,
    size: int | tuple[int, int] = 512,
    cast: Sequence[Persona] = (),
    words: bool = True,
) -> Made:
    """A comic page of two to six panels with a small cast, that of a book or one of its own.

    Gutters and bubbles are paper white, and the parts of a member of the cast have the same names
    and colours in every panel (``cast 1.hair``). Without ``words`` nobody speaks.

    >>> made = invent_comic(np.random.default_rng(0), size=(128, 96))
    >>> made.color[0, 0].tolist(), made.lines.shape
    ([255, 255, 255], (128, 96))
    """
    height, width = (size, size) if isinstance(size, int) else size
    mood = any_mood(rng)
    cast = cast or [character(rng) for _ in range(int(rng.integers(1, 3)))]
    pen = hand(rng, min(height, width))
    pen = replace(pen, width=float(np.clip(pen.width * 0.6, 0.9, 2.0)))
    panels = layout(rng, height, width)
    drawn = []
    for i, panel in enumerate(panels):
        stage = Stage(rng, panel.height, panel.width, mood)
        named = [_named(s, f"panel {i + 1}.") for s in _panel(stage, cast, words=words)]
        drawn.append(paint(named, (panel.height, panel.width), rng, pen=pen))
    made = _page(drawn, panels, (height, width))
    return replace(made, seeds={"mood": mood, "panels": str(len(panels))})


def layout(rng: Generator, height: int, width: int) -> list[Panel]:
    """Two to six panels in rows, with gutters between them."""
    gutter = max(3, round(min(height, width) * float(rng.uniform(0.012, 0.03))))
    rows = int(rng.integers(1, 4))
    counts = [int(rng.integers(1, 3)) for _ in range(rows)]
    while sum(counts) < 2:
        counts[0] += 1
    panels, top = [], gutter
    for high, count in zip(_split(rng, height - gutter, rows), counts, strict=True):
        left = gutter
        for wide in _split(rng, width - gutter, count):
            panels.append(Panel(top, left, high - gutter, wide - gutter))
            left += wide
        top += high
    return panels


def _split(rng: Generator, length: int, count: int) -> list[int]:
    """The length in ``count`` pieces of about the same size."""
    shares = rng.uniform(0.8, 1.25, count)
    ends = np.round(np.cumsum(shares / shares.sum()) * length).astype(int)
    return [int(n) for n in np.diff(ends, prepend=0)]


def _named(shape: Shape, name: str) -> Shape:
    """The shape with the panel's name before its own; the cast keep theirs."""
    part = shape.part if not shape.part or shape.part.startswith("cast ") else name + shape.part
    within = shape.within
    if within and not within.startswith("cast "):
        within = name + within
    return replace(shape, part=part, within=within)


def _panel(stage: Stage, cast: Sequence[Persona], *, words: bool) -> list[Shape]:
    """A scene with the cast in it, or a close view, and the words in bubbles."""
    close = stage.maybe(0.45)
    if close:
        _plain(stage)
        shapes = stage.shapes
    else:
        shapes = stage_scene(stage, "")
    heads = []
    for k, x in enumerate(stage.spread(len(cast), 0.12, 0.88) if stage.maybe(0.85) else []):
        before = len(stage.shapes)
        high = (
            min(stage.u(1.5, 2.2), 2.4 * stage.width / stage.height) if close else stage.u(0.5, 0.7)
        )
        low = high + stage.u(0.2, 0.32) if close else stage.u(0.95, 1.05)
        _actor(stage, cast[k], k, (x, low, high))
        if shapes is not stage.shapes:
            shapes += stage.shapes[before:]
        heads.append((x, max(low - high * 0.9, 0.3)))
    return shapes + _words(stage, heads) if words else shapes


def _plain(stage: Stage) -> None:
    """One colour behind a close view, with lines of speed at times."""
    stage.backdrop("backdrop", stage.tint(stage.any("soft paint", "sky", "room wall", "paper")))
    if stage.maybe(0.4):
        x, y = stage.u(0.3, 0.7), stage.u(0.3, 0.6)
        for a in np.linspace(0, 2 * np.pi, stage.n(24, 60), endpoint=False) + stage.u(0, 1):
            way = vec([np.cos(a), np.sin(a)])
            start = stage.u(0.5, 0.7)
            path = vec([[x, y]]) + vec([[start], [1.5]]) * way
            stage.line(path, width=0.6, within="backdrop")


def _actor(stage: Stage, who: Persona, k: int, spot: tuple[float, float, float]) -> None:
    """One of the cast in a new pose."""
    pose = replace(any_pose(stage.rng), view="full")
    head = spot[2] * stage.height / max(who.heads, 1.0)
    shapes = figure(who, pose, body(who, pose), detail=head)
    stage.place(shapes, spot, "figure")
    count = len(shapes)
    prefix, name = f"figure {stage.count}.", f"cast {k + 1}."
    stage.shapes[-count:] = [
        replace(
            s,
            part=s.part.replace(prefix, name, 1),
            within=s.within.replace(prefix, name, 1),
        )
        for s in stage.shapes[-count:]
    ]


def _words(stage: Stage, heads: list[tuple[float, float]]) -> list[Shape]:
    """Bubbles, a caption or a sound."""
    h, w = stage.height, stage.width
    shapes: list[Shape] = []
    for i, (x, y) in enumerate(heads if stage.maybe(0.75) else []):
        wide, high = stage.u(0.26, 0.42), stage.u(0.16, 0.26)
        left = float(np.clip(x + stage.u(-0.3, 0.1) - wide / 2 + 0.1, 0.03, 0.97 - wide))
        top = stage.u(0.03, 0.1)
        rim = (top * h, (top + high) * h, left * w, (left + wide) * w)
        tip = (x * w, max(y, top + high + 0.06) * h)
        shapes += bubble(stage.rng, rim, tip, f"speech {i + 1}")
    if stage.maybe(0.15):
        rim = (
            stage.u(0.5, 0.7) * h,
            stage.u(0.8, 0.95) * h,
            stage.u(0.05, 0.3) * w,
            stage.u(0.6, 0.95) * w,
        )
        word = SOUNDS[stage.n(0, len(SOUNDS) - 1)]
        shapes += shout(word, rim, stage.tint(stage.any("sun", "cherry", "flame", "paint")))
    return shapes


def _page(drawn: list[Made], panels: list[Panel], size: tuple[int, int]) -> Made:
    """One drawing of all panels on white paper."""
    thickness = max(1, round(min(size) / 230))
    lines = np.full(size, 255, np.uint8)
    parts = np.zeros(size, np.int32)
    names: dict[str, int] = {}
    colors = [np.full(3, 255, np.uint8)]
    for made, panel in zip(drawn, panels, strict=True):
        table = np.zeros(len(made.names) + 1, np.int32)
        for i, name in enumerate(made.names, 1):
            if name not in names:
                names[name] = len(names) + 1
                colors.append(made.colors[i])
            table[i] = names[name]
        place = (
            slice(panel.top, panel.top + panel.height),
            slice(panel.left, panel.left + panel.width),
        )
        lines[place] = framed(made.lines, thickness)
        parts[place] = table[made.parts]
    palette = np.stack(colors)
    return Made(lines, palette[parts], parts, tuple(names), palette)


_TABLES = tables("scenes", "comics")
WORDS = tuple(_TABLES["written"]["bubbles"].split())
"""Words in bubbles."""

SOUNDS = tuple(_TABLES["written"]["sounds"])
"""What is heard."""


def _strokes(letter: str) -> list[Floats]:
    """Strokes of a letter in the unit square, (x, y)."""
    rows = []
    for run in _TABLES["glyphs"].get(letter, "").split("."):
        digits = [int(c) for c in run]
        rows.append(vec([[d % 3 / 2, d // 3 / 2] for d in digits]))
    return [r for r in rows if len(r) > 1]


def write(text: str, frame: tuple[float, float, float, float], rng: Generator) -> list[Shape]:
    """Words of capitals and ``!?-.'`` written into a (top, bottom, left, right) frame with the pen.

    >>> shapes = write("HI", (0, 20, 0, 40), np.random.default_rng(0))
    >>> len(shapes), shapes[0].color is None
    (4, True)
    """
    top, bottom, left, right = frame
    lines = _broken(text, (right - left) / max(bottom - top, 1e-6))
    high = min((bottom - top) / (len(lines) * 1.5), (right - left) / (0.85 * max(map(len, lines))))
    shapes = []
    y = (top + bottom) / 2 - 1.5 * high * len(lines) / 2 + 0.25 * high
    for row in lines:
        x = (left + right) / 2 - len(row) * 0.425 * high
        for letter in row:
            shift = vec([x, y]) + rng.normal(0, 0.03 * high, 2).astype(np.float32)
            for path in _strokes(letter):
                points = path * vec([0.6 * high, high]) + shift
                shapes.append(Shape(points[:, ::-1], width=0.7, closed=False, smooth=False))
            x += 0.85 * high
        y += 1.5 * high
    return shapes


def _broken(text: str, ratio: float) -> list[str]:
    """The words in lines, so that they fill a frame that is ``ratio`` times as wide as high."""
    wide = max(int(np.sqrt(len(text) * 1.8 * ratio)), *(len(w) for w in text.split()))
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > wide:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def shout(text: str, frame: tuple[float, float, float, float], color: Color) -> list[Shape]:
    """A word in broad letters, each an area of its own with an outline."""
    top, bottom, left, right = frame
    step = (right - left) / len(text)
    bottom = min(bottom, top + 1.3 * step)
    shapes = []
    for i, letter in enumerate(text):
        name = f"sound {i}"
        origin = vec([left + i * step + 0.12 * step, top])
        for k, path in enumerate(_strokes(letter)):
            points = path * vec([0.7 * step, bottom - top]) + origin
            spine = [(float(a), float(b)) for a, b in points]
            for a, b in pairwise(spine):
                end = (b[0], b[1] + 0.01) if a == b else b
                rim = tube([a, end], 0.26 * step, cap=0.35)
                merge = k > 0 or (a, b) != (spine[0], spine[1])
                shapes.append(Shape(rim[:, ::-1], name, color, smooth=False, merge=merge))
    return shapes


def bubble(
    rng: Generator, frame: tuple[float, float, float, float], tip: tuple[float, float], name: str
) -> list[Shape]:
    """A speech bubble: round, boxed, a thought or a shout, with words in it.

    ``tip`` is the (x, y) of who speaks, ``name`` that of the white part.
    """
    top, bottom, left, right = frame
    x, y, rx, ry = (left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2
    kind, white = int(rng.choice(5, p=[0.45, 0.2, 0.12, 0.13, 0.1])), (255, 255, 255)
    rims = []
    if kind <= 1:
        rims = [_speech(frame, tip, power=2.0 if kind == 0 else 5.0)]
    elif kind == 2:
        way = vec(tip) - vec([x, y])
        rims = [puff(rng, (x, y, rx * 0.88, ry * 0.85), 10)]
        for s, r in ((0.75, 0.13), (0.9, 0.08)):
            rims.append(oval(x + float(way[0]) * s, y + float(way[1]) * s, r * ry))
    elif kind == 3:
        points = star(0, 0, 1, inner=0.8, points=int(rng.integers(11, 16)))
        rims = [points * vec([1.25 * rx, 1.3 * ry]) + vec([x, y])]
    else:
        rims = [box(left, top, right, bottom)]
    shapes = [Shape(rim[:, ::-1], name, white, smooth=False) for rim in rims]
    words = [str(w) for w in rng.choice(WORDS, int(rng.integers(1, 7)))]
    text = " ".join(words) + str(rng.choice(["!", "?", ".", ""]))
    inner = (y - 0.66 * ry, y + 0.66 * ry, x - 0.7 * rx, x + 0.7 * rx)
    return shapes + write(text, inner, rng)


def _speech(
    frame: tuple[float, float, float, float], tip: tuple[float, float], *, power: float
) -> Floats:
    """An ellipse, or nearly a box where ``power`` is high, with a tail towards ``tip``."""
    top, bottom, left, right = frame
    middle = vec([(left + right) / 2, (top + bottom) / 2])
    radii = vec([(right - left) / 2, (bottom - top) / 2])
    way = (vec(tip) - middle) / radii
    start = float(np.arctan2(way[1], way[0]))
    t = start + np.linspace(0.17, 2 * np.pi - 0.17, 48)
    c, s = np.cos(t), np.sin(t)
    r = (np.abs(c) ** power + np.abs(s) ** power) ** (-1 / power)
    rim = middle + np.stack([c * r, s * r], 1) * radii
    # The tail ends before it leaves the panel or grows longer than the bubble is high.
    end = middle + (vec(tip) - middle) * min(1.0, 2.0 / max(float(np.hypot(*way)), 1e-6))
    return np.vstack([rim, end[None]]).astype(np.float32)
