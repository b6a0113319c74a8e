"""Dots of colour in drawings whose lines were opened: does each part take its own colour?

    python -m nurie_lab.bench.studies.leaks DRAWING... [--gap 3] [--pictures DIR] [--out leaks.json]

The regions of each drawing as it is are the truth, each with a colour of its own and one dot in
its deepest place. Then the line between neighbours is opened by a gap of some percent of the longer
side, and what the dots give is compared with the truth: the share of the open paper that has the
right colour, and the length in pixels of the seams near the gaps that follow no line. nurie is
tried as it is, and closing no gap by itself, so that all rests on the dots; G'MIC's smart colouring
gets the same dots as spots. Seconds are of the cutting alone for nurie, of everything for G'MIC.
"""

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from nurie.document import Hints
from nurie.guidance.hints import color_codes, hinted_colors, settle
from nurie.io.images import read_color, read_sketch, write_picture
from nurie.regions.ink import find_ink
from nurie.regions.measure import measure
from nurie.regions.segment import segment
from nurie.regions.split import split
from nurie_lab.bench.studies.report import save
from nurie_lab.bench.studies.systems import SMART

LARGE = 0.002
"""Share of the picture from which on a region gets a dot and a gap."""


def opened(pixels: np.ndarray, labels: np.ndarray, gap: float, rng: np.random.Generator):
    """The drawing with a gap between neighbours, and where the gaps are."""
    ink, measures = find_ink(pixels), measure(labels)
    large = np.flatnonzero(measures.area > LARGE * labels.size) + 1
    out, gaps, parted = pixels.copy(), np.zeros(labels.shape, np.uint8), set()
    depth = cv2.distanceTransform((~ink.mask).view(np.uint8), cv2.DIST_L2, 5)
    order = np.argsort(-measures.contact)
    for one, two in measures.pairs[order].tolist():
        if one not in large or two not in large or {one, two} <= parted:
            continue
        seam = cv2.dilate((labels == one).view(np.uint8), np.ones((3, 3))) & (labels == two)
        rows, columns = np.nonzero(seam & ink.mask)
        if len(rows) < 4 * gap:
            continue
        i = int(rng.integers(len(rows)))
        middle = int(columns[i]), int(rows[i])
        near = cv2.circle(np.zeros_like(gaps), middle, round(gap / 2), 1, -1).view(bool)
        if len(np.setdiff1d(labels[near], [0, one, two])) or depth[near].max() < gap / 8:
            continue
        out[near & ink.mask] = 255
        gaps |= near
        parted |= {one, two}
    return out, gaps.view(bool), large


def deepest(labels: np.ndarray, ink: np.ndarray, label: int) -> tuple[int, int]:
    """The place in a region farthest from everything else."""
    inside = np.pad((labels == label) & ~ink, 1).view(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(row), int(column)


def by_nurie(
    pixels: np.ndarray, hints: Hints, gap: float | None = None
) -> tuple[np.ndarray, float]:
    ink = find_ink(pixels)
    labels = segment(pixels, gap=gap, ink=ink)
    start = time.perf_counter()
    told = settle(hints, labels)
    at = told.rows.astype(np.int64) * labels.shape[1] + told.columns
    parts = split(labels, at, color_codes(told), ink)
    seconds = time.perf_counter() - start
    colors, hinted = hinted_colors(told, parts.labels)
    colors[~hinted] = 255
    return colors[parts.labels], seconds


def by_gmic(pixels: np.ndarray, hints: Hints) -> tuple[np.ndarray, float]:
    import gmic

    spots = np.zeros((*pixels.shape[:2], 4), np.uint8)
    for row, column, color in zip(hints.rows, hints.columns, hints.colors.tolist(), strict=True):
        cv2.circle(spots, (int(column), int(row)), 3, (*color, 255), -1)
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}.png" for name in ("spots", "line", "out")]
        write_picture(paths[0], spots)
        write_picture(paths[1], pixels)
        steps = f"fx_colorize_lineart_smart 1,{SMART} rm[0] blend multiply to_rgb"
        start = time.perf_counter()
        gmic.run(f"-v - {paths[0]} {paths[1]} {steps} o {paths[2]}")
        seconds = time.perf_counter() - start
        return read_color(paths[2]), seconds


def by_dots_alone(pixels: np.ndarray, hints: Hints) -> tuple[np.ndarray, float]:
    return by_nurie(pixels, hints, gap=0)


SYSTEMS = {"nurie": by_nurie, "nurie, gap 0": by_dots_alone, "G'MIC smart": by_gmic}


def score(found: np.ndarray, truth: np.ndarray, paper: np.ndarray, gaps: np.ndarray):
    """Share of the paper with the right colour, and length of the seams in gaps."""
    right = np.abs(found.astype(int) - truth).max(axis=2) < 40
    codes = (found.astype(np.int64) >> 4) @ np.array([256, 16, 1])
    near = cv2.dilate(gaps.view(np.uint8), np.ones((9, 9))).view(bool) & paper
    seam = ((codes[:, 1:] != codes[:, :-1]) & near[:, 1:] & near[:, :-1]).sum()
    seam += ((codes[1:] != codes[:-1]) & near[1:] & near[:-1]).sum()
    return float(right[paper].mean()), int(seam)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drawings", nargs="+", type=Path)
    parser.add_argument("--gap", type=float, default=3, help="percent of the longer side")
    parser.add_argument("--pictures", type=Path, help="folder for what each system makes")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    rows = []
    for number, path in enumerate(args.drawings):
        rng = np.random.default_rng(number)
        pixels = read_sketch(path).pixels
        pixels = pixels if pixels.ndim == 2 else pixels.min(axis=2)
        labels, ink = segment(pixels), find_ink(pixels).mask
        broken, gaps, large = opened(pixels, labels, args.gap / 100 * max(labels.shape), rng)
        if not gaps.any():
            continue
        spots = np.array([deepest(labels, ink, one) for one in large.tolist()], np.int32)
        colors = rng.integers(60, 255, (int(labels.max()) + 1, 3))
        colors = colors.astype(np.uint8)
        hints = Hints(
            spots[:, 0], spots[:, 1], colors[large], np.arange(len(large), dtype=np.int32)
        )
        paper = np.isin(labels, large) & ~cv2.dilate(ink.view(np.uint8), np.ones((3, 3))).view(bool)
        for system, job in SYSTEMS.items():
            found, seconds = job(broken, hints)
            right, seam = score(found, colors[labels], paper, gaps)
            row = {"drawing": path.stem, "system": system, "parts": len(large)}
            row |= {"right": round(right, 4), "seam": seam, "seconds": round(seconds, 3)}
            print(json.dumps(row), flush=True)
            rows.append(row)
            if args.pictures:
                args.pictures.mkdir(parents=True, exist_ok=True)
                shown = (found * (broken[..., None] / 255)).astype(np.uint8)
                write_picture(args.pictures / f"{path.stem}-{system}.png", shown, force=True)
    for system in SYSTEMS:
        own = [row for row in rows if row["system"] == system]
        means = {key: round(float(np.mean([row[key] for row in own])), 4)
                 for key in ("right", "seam", "seconds")}  # fmt: skip
        print(json.dumps({"system": system, "drawings": len(own), **means}))
    if args.out:
        save(rows, args.out)


if __name__ == "__main__":
    main()
