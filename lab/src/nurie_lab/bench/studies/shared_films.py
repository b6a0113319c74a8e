"""Score how colours are carried on in painted films, whose true colours are not flat.

    python -m nurie_lab.bench.studies.shared_films FILMS [--steps 1 3] [--out FILE.json]

FILMS holds a folder for each film with ``line`` and ``color`` frames, perhaps ``fill``: the colours
without lines. Frame i, coloured, is the reference; frame i + k is given in lines. A segment is a
connected piece of paper between the lines, of more than 10 pixels. The painting has a palette, its
16 commonest colours apart from each other; a segment's truth is the entry nearest to the median
inside it, eroded by two pixels, where one lies within ΔE2000 12; segments without one, and those
that are paper, are left out. Right is a colour that snaps to the same entry. Beside nurie: the
reference's colour at the same place, and the commonest entry. Shade and light make this a rough
measure.
"""

import argparse
from pathlib import Path

import numpy as np

from nurie.api import Colorizer
from nurie.colors import delta_e, srgb_to_lab
from nurie.document import Sketch
from nurie.guidance.palette import extract_palette
from nurie.io.images import read_color, read_sketch
from nurie_lab.bench.metrics.regions import segments
from nurie_lab.bench.studies.report import tell

ERODED, SNAP, ENTRIES = 2, 12.0, 16
WHITE = (255, 255, 255)


def medians(pieces: np.ndarray, color: np.ndarray) -> np.ndarray:
    """(n, 3) uint8 median colour inside each eroded segment, or the whole where nothing is left."""
    import cv2

    inner = pieces.copy()
    for way in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        inner[np.roll(pieces, way, (0, 1)) != pieces] = 0
    for _ in range(ERODED - 1):
        inner = np.where(cv2.erode((inner > 0).astype(np.uint8), np.ones((3, 3))) > 0, inner, 0)
    out = np.zeros((int(pieces.max()), 3), np.uint8)
    for i in range(len(out)):
        inside = inner == i + 1
        out[i] = np.median(color[inside if inside.any() else pieces == i + 1], axis=0)
    return out


def snapped(colors: np.ndarray, entries: np.ndarray) -> np.ndarray:
    """(n,) index of the nearest entry, -1 where none is near."""
    gap = delta_e(srgb_to_lab(colors)[:, None], srgb_to_lab(entries)[None])
    return np.where(gap.min(axis=1) <= SNAP, gap.argmin(axis=1), -1)


def shown(pieces: np.ndarray, colors: np.ndarray) -> np.ndarray:
    """(n, 3) uint8 colour of most of each segment."""
    out = np.zeros((int(pieces.max()), 3), np.uint8)
    for i in range(len(out)):
        found, votes = np.unique(colors[pieces == i + 1], axis=0, return_counts=True)
        out[i] = found[votes.argmax()]
    return out


def score(
    model: Colorizer, before: tuple[np.ndarray, np.ndarray], after: tuple[Path, np.ndarray]
) -> dict[str, float]:
    """Shares of segments right; each frame is its painting, or its lines, and its fills."""
    entries = extract_palette(before[1], most=ENTRIES).colors
    sketch = Sketch(read_sketch(after[0]).pixels)
    lines = sketch.pixels if sketch.pixels.ndim == 2 else sketch.pixels.min(axis=2)
    pieces = segments(np.ones(lines.shape, np.int32), lines)
    truth = snapped(medians(pieces, after[1]), entries)
    counts = (truth >= 0) & (entries[truth] != WHITE).any(axis=1)
    layers = model.colorize(sketch, references=[before[0]])
    ours = snapped(shown(pieces, layers.region_colors()[layers.labels]), entries)
    same = snapped(medians(pieces, before[1]), entries)
    votes = np.bincount(truth[counts])
    return {
        "nurie": float((ours == truth)[counts].mean()),
        "same place": float((same == truth)[counts].mean()),
        "commonest colour": float(votes.max() / votes.sum()),
        "segments": float(counts.sum()),
        "snapped": float((truth >= 0).mean()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("films", type=Path)
    parser.add_argument("--steps", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    model, report = Colorizer.load(), dict[str, dict[str, float]]()
    for film in sorted(p for p in args.films.iterdir() if p.is_dir()):
        lines, colors = (sorted((film / kind).iterdir()) for kind in ("line", "color"))
        fills = sorted((film / "fill").iterdir()) if (film / "fill").exists() else colors
        painted, bare = ([read_color(p) for p in paths] for paths in (colors, fills))
        for step in args.steps:
            rows = [
                score(model, (painted[i], bare[i]), (lines[i + step], bare[i + step]))
                for i in range(len(lines) - step)
            ]
            report[f"{film.name}, {step} apart"] = {
                name: round(float(np.mean([row[name] for row in rows])), 3) for name in rows[0]
            } | {"pairs": len(rows)}
    tell(report, args.out)


if __name__ == "__main__":
    main()
