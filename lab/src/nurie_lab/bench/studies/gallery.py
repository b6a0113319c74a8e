"""Make docs/gallery.md: 24 drawings of all kinds, each coloured in every way that there is.

    python -m nurie_lab.bench.studies.gallery [--out docs]

Twelve are the examples; twelve are drawn by program, so that a reference and the original exist.
Seeds were chosen before any was coloured, and none was changed afterwards.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nurie.api import Colorizer, read_palette
from nurie.document import Hints, Sketch, lay_lines
from nurie.io.hints import read_hints
from nurie.io.images import read_sketch, write_picture
from nurie.regions.flatten import flatten
from nurie_lab.drawings.figures import film
from nurie_lab.drawings.scenes import draw_scene
from nurie_lab.drawings.strokes import Made
from nurie_lab.drawings.things import draw_thing

EXAMPLES = Path(__file__).parents[5] / "examples"
CELL = 224
COLUMNS = ("lines", "automatic", "variation", "variation", "palette", "5 hints", "reference",
           "original")  # fmt: skip
SEED = 7_000
REMARKS = {
    "cat": "Good; a gray-faced one in the third.",
    "chicken": "Good, but for the green body in the third.",
    "airplane": "Good.",
    "fairy": "A gray skirt first; a patch of background between wand and hair is coloured in all.",
    "grapes": "Bad first: magenta between gray and violet; the variations are better.",
    "house": "An orange tree first; the variations are right. The roof misses its left corner.",
    "manatees": "Bad: two animals and the sea stay paper, since their outlines are open to it.",
    "pansy": "All in yellow but for the third: stained glass is rare in the training.",
    "parasol": "Gray first; sea, meadow and sky in the variations.",
    "singer": "The yellow of emoji; the hair is open and stays paper.",
    "teddy-bear": "Good, but for a yellow nose; toys of other colours in the variations.",
    "tractor": "Good; the driver is lost.",
    "character 1": "Gray hair first; a face of two halves and a white jacket in the variations.",
    "character 2": "Gray first; the variations and the reference are right.",
    "character 3": "Skin for sleeves; the second answer and the reference are right.",
    "character 4": "Gray first; the second answer and the reference are right.",
    "character 5": "Gray first, sleeves unlike the shirt in all; the reference misses the globe.",
    "character 6": "A gray shirt first; good in the second; the reference is right.",
    "scene 1": "Bad first: a gray sea; the second is right, the third a meadow with ships.",
    "scene 2": "Quiet first; the sea on both sides of the palm never agrees.",
    "scene 3": "The night stays paper: nothing says that it is night.",
    "thing 1": "Good.",
    "thing 2": "Good, but the salad is never green.",
    "thing 3": "Bowl and fruit in one brown first; the variations are good.",
}
"""What is wrong with a row, written after looking at it."""


@dataclass(frozen=True, eq=False)
class Case:
    """One drawing and what is known about it."""

    name: str
    sketch: Sketch
    original: np.ndarray | None = None
    reference: np.ndarray | None = None
    hints: Path | None = None


def cases() -> Iterator[Case]:
    for path in sorted(EXAMPLES.glob("*.png")):
        hints = path.with_suffix(".hints.json")
        yield Case(path.stem, read_sketch(path), hints=hints if hints.exists() else None)
    for i in range(6):
        before, _, after = film(np.random.default_rng([SEED, i]), 3)
        yield made(f"character {i + 1}", after, over(before))
    for i in range(3):
        yield made(f"scene {i + 1}", draw_scene(np.random.default_rng([SEED, 10 + i])))
    for i in range(3):
        yield made(f"thing {i + 1}", draw_thing(np.random.default_rng([SEED, 20 + i])))


def made(name: str, drawing: Made, reference: np.ndarray | None = None) -> Case:
    return Case(name, Sketch(drawing.lines), over(drawing), reference)


def over(drawing: Made) -> np.ndarray:
    return lay_lines(drawing.lines, drawing.color)


def cells(case: Case, model: Colorizer) -> list[np.ndarray | None]:
    answers = model.variations(case.sketch, 3)
    shown = [a.merged() for a in answers] + [None] * (3 - len(answers))
    autumn = read_palette(EXAMPLES / "palettes" / "autumn.gpl")
    hints = read_hints(case.hints, case.sketch.shape) if case.hints else five(case, answers[0])
    told = model.colorize(case.sketch, hints=hints).merged()
    referred = None
    if case.reference is not None:
        referred = model.colorize(case.sketch, references=[case.reference]).merged()
    palette = model.colorize(case.sketch, palette=autumn).merged()
    return [case.sketch.pixels, *shown, palette, told, referred, case.original]


def five(case: Case, layers) -> Hints:
    """A dot in each of the five largest regions that have a colour, true or from a palette."""
    labels = layers.labels
    area = np.bincount(labels.ravel(), minlength=len(layers.entries)).astype(float)
    area[layers.entries < 0] = 0
    largest = np.argsort(-area)[:5]
    colors = read_palette(EXAMPLES / "palettes" / "seaside.hex").colors
    if case.original is not None:
        lines = case.sketch.pixels
        colors = flatten(labels, lines, case.original, len(area) - 1)[0][largest - 1]
    rows, columns, kept = [], [], []
    for i, label in enumerate(largest.tolist()):
        if area[label]:
            row, column = middle(labels == label)
            rows.append(row)
            columns.append(column)
            kept.append(colors[i % len(colors)])
    return Hints(np.array(rows, np.int32), np.array(columns, np.int32), np.array(kept, np.uint8))


def middle(inside: np.ndarray) -> tuple[int, int]:
    import cv2

    deep = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 3)
    row, column = np.unravel_index(int(deep.argmax()), deep.shape)
    return int(row), int(column)


def fit(picture: np.ndarray | None) -> np.ndarray:
    import cv2

    cell = np.full((CELL, CELL, 3), 255, np.uint8)
    if picture is None:
        return cell
    if picture.dtype == np.uint16:
        picture = (picture >> 8).astype(np.uint8)
    color = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, 2)
    scale = (CELL - 8) / max(color.shape[:2])
    size = (round(color.shape[1] * scale), round(color.shape[0] * scale))
    small = cv2.resize(color, size, interpolation=cv2.INTER_AREA)
    top, left = (CELL - size[1]) // 2, (CELL - size[0]) // 2
    cell[top : top + size[1], left : left + size[0]] = small
    return cell


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[5] / "docs")
    parser.add_argument("--model", default="nurie-flat")
    args = parser.parse_args()
    folder = args.out / "pictures" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    model, lines = Colorizer.load(args.model), []
    for case in cases():
        name = f"{case.name.replace(' ', '-')}.webp"
        strip = np.concatenate([fit(cell) for cell in cells(case, model)], axis=1)
        write_picture(folder / name, strip, force=True)
        remark = f" {REMARKS[case.name]}" if case.name in REMARKS else ""
        lines.append(f"**{case.name}**{remark}\n\n![{case.name}](pictures/gallery/{name})\n")
        print(case.name, flush=True)
    head = (Path(__file__).parent / "gallery.head.md").read_text("utf-8")
    text = head.replace("COLUMNS", " · ".join(COLUMNS)) + "\n" + "\n".join(lines)
    (args.out / "gallery.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
