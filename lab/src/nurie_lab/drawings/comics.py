"""Pages of comics: panels with scenes and people, bubbles, captions, sounds and lines of speed."""

from dataclasses import dataclass, replace

import numpy as np

from nurie_lab.drawings.bodies import body
from nurie_lab.drawings.figures import figure
from nurie_lab.drawings.forms import vec
from nurie_lab.drawings.lettering import SOUNDS, bubble, shout
from nurie_lab.drawings.persona import Persona, any_pose, character
from nurie_lab.drawings.scenes import framed, stage_scene
from nurie_lab.drawings.stage import Stage, spread
from nurie_lab.drawings.strokes import Made, Shape, paint
from nurie_lab.drawings.things import hand
from nurie_lab.drawings.tints import any_mood

Generator = np.random.Generator


@dataclass(frozen=True)
class Panel:
    """Where a panel is on the page, in pixels."""

    top: int
    left: int
    height: int
    width: int


def draw_comic(rng: Generator, *, size: int | tuple[int, int] = 512) -> Made:
    """A comic page of two to six panels with a small cast.

    Args:
        rng: source of all choices; same state, same bytes.
        size: height and width in pixels, or the side of a square.

    Returns:
        The drawing; gutters and bubbles are paper white, and the parts of a member of the cast
        have the same names and colours in every panel (``cast 1.hair``).

    >>> made = draw_comic(np.random.default_rng(0), size=(128, 96))
    >>> made.color[0, 0].tolist(), made.lines.shape
    ([255, 255, 255], (128, 96))
    """
    height, width = (size, size) if isinstance(size, int) else size
    mood, cast = any_mood(rng), [character(rng) for _ in range(int(rng.integers(1, 3)))]
    pen = hand(rng, min(height, width))
    pen = replace(pen, width=float(np.clip(pen.width * 0.6, 0.9, 2.0)))
    panels = layout(rng, height, width)
    drawn = []
    for i, panel in enumerate(panels):
        stage = Stage(rng, panel.height, panel.width, mood)
        named = [_named(s, f"panel {i + 1}.") for s in _panel(stage, cast)]
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


def _panel(stage: Stage, cast: list[Persona]) -> list[Shape]:
    """A scene with the cast in it, or a close view, and what is said."""
    close = stage.maybe(0.45)
    if close:
        _plain(stage)
        shapes = stage.shapes
    else:
        shapes = stage_scene(stage, "")
    heads = []
    for k, x in enumerate(spread(stage, len(cast), 0.12, 0.88) if stage.maybe(0.85) else []):
        before = len(stage.shapes)
        high = (
            min(stage.u(1.5, 2.2), 2.4 * stage.width / stage.height) if close else stage.u(0.5, 0.7)
        )
        low = high + stage.u(0.2, 0.32) if close else stage.u(0.95, 1.05)
        _actor(stage, cast[k], k, (x, low, high))
        if shapes is not stage.shapes:
            shapes += stage.shapes[before:]
        heads.append((x, max(low - high * 0.9, 0.3)))
    return shapes + _words(stage, heads)


def _plain(stage: Stage) -> None:
    """One colour behind a close view, with lines of speed at times."""
    stage.backdrop("backdrop", stage.tint(stage.any("soft paint", "sky", "room wall", "paper")))
    if stage.maybe(0.4):
        x, y = stage.u(0.3, 0.7), stage.u(0.3, 0.6)
        for a in np.linspace(0, 2 * np.pi, stage.n(24, 60), endpoint=False) + stage.u(0, 1):
            way = vec([np.cos(a), np.sin(a)])
            start = stage.u(0.5, 0.7)
            path = vec([[x, y]]) + vec([[start], [1.5]]) * way
            stage.stroke(path, width=0.6, within="backdrop")


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
