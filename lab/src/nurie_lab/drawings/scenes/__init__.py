"""Whole pages: land, street, sea, sky and rooms in layers, with things in front of one another."""

from dataclasses import replace

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.drawings.figures import figure
from nurie_lab.drawings.figures.body import body
from nurie_lab.drawings.figures.persona import any_pose, character
from nurie_lab.drawings.kit import sections
from nurie_lab.drawings.kit.colors import any_mood
from nurie_lab.drawings.kit.recipes import follow
from nurie_lab.drawings.kit.strokes import Made, Shape, paint
from nurie_lab.drawings.kit.tones import toned
from nurie_lab.drawings.scenes.stage import Figures, Stage
from nurie_lab.drawings.things import hand

Generator = np.random.Generator


def someone(rng: Generator) -> list[Shape]:
    """The shapes of a whole figure in some pose, in heads, the lowest first.

    >>> len(someone(np.random.default_rng(0))) > 10
    True
    """
    who, pose = character(rng), replace(any_pose(rng), view="full")
    return figure(who, pose, body(who, pose), detail=28.0)


SCENES = sorted(name.replace("_", " ") for name in sections("scenes") if not name.startswith("_"))
"""What can be laid out; ``scenes/*.txt`` describe how."""


def stage_scene(stage: Stage, scene: str) -> list[Shape]:
    """Lay one of ``SCENES`` out on an empty stage, any of them where ``scene`` is empty.

    The shapes, the farthest first, in pixels; the stage keeps what was chosen in ``scene``.
    """
    stage.scene = scene or stage.any(*SCENES)
    follow(stage, stage.scene.replace(" ", "_"))
    if stage.maybe(0.12):
        pitch = min(stage.height, stage.width) * stage.u(0.012, 0.02)
        return toned(stage.shapes, stage.rng, share=0.3, pitch=pitch)
    return stage.shapes


def invent_scene(
    rng: Generator,
    *,
    size: int | tuple[int, int] = 512,
    figures: Figures | None = someone,
    scene: str = "",
) -> Made:
    """A whole page with background, middle and foreground, and the shapes of ``figures`` in it.

    ``scene`` is one of ``SCENES``, any of them where empty; ``seeds`` holds it and the mood.

    >>> made = invent_scene(np.random.default_rng(0), size=(64, 96), scene="sky")
    >>> made.lines.shape, made.seeds["scene"]
    ((64, 96), 'sky')
    """
    height, width = (size, size) if isinstance(size, int) else size
    stage = Stage(rng, height, width, any_mood(rng), figures)
    shapes = stage_scene(stage, scene)
    border = rng.random() < 0.3
    pen = hand(rng, min(height, width))
    made = paint(
        shapes, (height, width), rng, pen=replace(pen, width=min(pen.width * 0.85, height / 170))
    )
    if border:
        made = replace(made, lines=framed(made.lines, max(1, round(pen.width))))
    return replace(made, seeds={"scene": stage.scene, "mood": stage.mood})


def framed(lines: AnyArray, thickness: int) -> AnyArray:
    """The lines with a straight black border, ``thickness`` pixels wide.

    >>> framed(np.full((3, 3), 255, np.uint8), 1)[0].tolist()
    [0, 0, 0]
    """
    rim = lines.copy()
    rim[:thickness] = rim[-thickness:] = 0
    rim[:, :thickness] = rim[:, -thickness:] = 0
    return rim
