"""Numbered sheets of line drawings, for annotators who colour and name regions by number.

A pack is a folder with ``pack.jsonl`` (a row a drawing: ``n``, ``key``, ``where``, ``source``,
``licence``, ``size``, ``points`` = [x, y, area] with the area falling, ``title``), its line art
``lines/0001.png`` and, once drawn, the sheets ``0001.png``. Answers are those of ``data.answers``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from nurie.arrays import AnyArray, Labels, Rgb8
from nurie.io.files import replacing
from nurie.regions.segment import segment
from nurie_lab.data.answers import Answer, read_answers, read_pack
from nurie_lab.data.shards import decode, encode

LONG = 940
"""Longer side of the numbered drawing on a sheet, in pixels."""

_PLAIN = 600
"""Longer side of the drawing as it is, which stands beside or above it."""

_EDGE = 8


def draw_sheet(lines: AnyArray, points: Sequence[Sequence[int]], caption: str) -> Rgb8:
    """A sheet: the drawing as it is, and larger and pale with the numbers of its regions.

    ``lines`` are (H, W) uint8, 0 ink; ``points`` are [x, y, area] deep inside each region, the
    first is number 1; ``caption`` stands above. The sheet is (h, w, 3) uint8.
    """
    labels = segment(lines)
    big, scale = _resized(lines, LONG)
    height, width = big.shape
    # Lines at half strength, so that the numbers stand out.
    ink = (255 - big.astype(np.float32))[..., None] / 255 * 0.62
    pale = _tints(labels, points, (width, height)).astype(np.float32) * (1 - ink)
    numbered = Image.fromarray(pale.round().clip(0, 255).astype(np.uint8))
    _number(numbered, labels, points, scale)
    small = _resized(lines, _PLAIN)[0]
    left, top, font = _EDGE, 34 + _EDGE, ImageFont.load_default(18)
    if width <= 1.35 * height:
        at = small.shape[1] + 2 * _EDGE, top
    else:
        at = left, top + small.shape[0] + _EDGE
    size = max(at[0] + width, left + small.shape[1]), max(at[1] + height, top + small.shape[0])
    sheet = Image.new("RGB", (size[0] + _EDGE, size[1] + _EDGE), (205, 208, 214))
    sheet.paste(Image.fromarray(small).convert("RGB"), (left, top))
    sheet.paste(numbered, at)
    ImageDraw.Draw(sheet).text((_EDGE, _EDGE), caption, fill=(20, 20, 40), font=font)
    return np.asarray(sheet)


def _resized(lines: AnyArray, side: int) -> tuple[AnyArray, float]:
    height, width = lines.shape
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return cv2.resize(lines, size, interpolation=how), scale


def _tints(labels: Labels, points: Sequence[Sequence[int]], size: tuple[int, int]) -> Rgb8:
    """Pale, meaningless tints of the numbered regions; what has no number is white."""
    hues = np.random.default_rng(7).permutation(np.linspace(0, 1, len(points), endpoint=False))
    table = np.full((int(labels.max(initial=0)) + 1, 3), 255, np.float32)
    for hue, (x, y, *_) in zip(hues, points, strict=True):
        if labels[y, x]:
            table[labels[y, x]] = 238 + 17 * np.cos(2 * np.pi * (hue + np.array([0, 1 / 3, 2 / 3])))
    tinted: Rgb8 = cv2.resize(
        table[labels].round().astype(np.uint8), size, interpolation=cv2.INTER_NEAREST
    )
    return tinted


def _number(image: Any, labels: Labels, points: Sequence[Sequence[int]], scale: float) -> None:
    """Write the numbers, red on a white rim; beside the region where they do not fit into it."""
    pen, taken = ImageDraw.Draw(image), np.zeros((image.height, image.width), bool)
    for n, (x, y, *_) in enumerate(points, 1):
        mask = np.pad((labels == labels[y, x]).view(np.uint8), 1)
        depth = float(cv2.distanceTransform(mask, cv2.DIST_L2, 5)[y + 1, x + 1]) * scale
        font = ImageFont.load_default(int(np.clip(depth * 0.9, 17, 30)))
        box = font.getbbox(str(n))
        half = (box[2] - box[0]) / 2 + 2, (box[3] - box[1]) / 2 + 2
        at = np.array([(x + 0.5) * scale, (y + 0.5) * scale])
        place = _free_place(at, half, taken, inside=depth > 0.8 * half[1])
        rows, columns = (
            slice(max(0, int(place[i] - half[i])), int(place[i] + half[i]) + 1) for i in (1, 0)
        )
        taken[rows, columns] = True
        if np.hypot(*(place - at)) > 10:
            pen.line((*at, *place), fill=(225, 30, 30), width=1)
            pen.ellipse((*(at - 2.5), *(at + 2.5)), fill=(225, 0, 0))
        pen.text(tuple(place), str(n), fill=(205, 0, 0), font=font, anchor="mm",
                 stroke_width=3, stroke_fill=(255, 255, 255))  # fmt: skip


def _free_place(
    at: AnyArray, half: tuple[float, float], taken: AnyArray, *, inside: bool
) -> AnyArray:
    """The nearest place to a region's middle where its number covers no other one."""
    limit = np.array([taken.shape[1], taken.shape[0]]) - half
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], 1)
    rings = [radius * circle for radius in (18, 24, 30, 38, 48, 60, 76, 96)]
    for step in np.concatenate([np.zeros((int(inside), 2)), *rings]):
        place = np.clip(at + step, half, np.maximum(limit, half))
        low, high = (place - half).astype(int), (place + half).astype(int) + 1
        if not taken[max(0, low[1]) : high[1], max(0, low[0]) : high[0]].any():
            return np.asarray(place)
    return np.asarray(np.clip(at, half, np.maximum(limit, half)))


def draw_pack(folder: Path) -> int:
    """Draw every sheet of a pack whose rows and lines are there, and return their number.

    Raises:
        InputError: the pack cannot be read.
    """
    rows = read_pack(folder)
    for row in rows:
        caption = f"{row['n']:04d}   {row.get('title', '')[:70]}   {len(row['points'])} regions"
        sheet = draw_sheet(_lines(folder, row), row["points"], caption)
        _write(folder / f"{row['n']:04d}.png", sheet)
    return len(rows)


def paint_pack(folder: Path) -> int:
    """Paint both colourings of each answer side by side in ``painted``; how many there are."""
    answers = {n: answer for n, answer in read_answers(folder).items() if not answer.skip}
    rows = [row for row in read_pack(folder) if row["n"] in answers]
    (folder / "painted").mkdir(exist_ok=True)
    for row in rows:
        painted = _painted(_lines(folder, row), row, answers[row["n"]])
        _write(folder / "painted" / f"{row['n']:04d}.png", painted)
    return len(rows)


def _painted(lines: AnyArray, row: dict[str, Any], answer: Answer) -> Rgb8:
    labels, shown = segment(lines), []
    for colouring in answer.colourings:
        table = np.full((int(labels.max(initial=0)) + 1, 3), 255, np.uint8)
        for i, (x, y, _) in enumerate(row["points"], 1):
            color = colouring.get(i, "")
            if labels[y, x] and len(color) == 7:
                table[labels[y, x]] = list(bytes.fromhex(color[1:]))
        shown.append((table[labels] * (lines[..., None] / 255)).round().astype(np.uint8))
    bar = np.full((len(lines), _EDGE, 3), 128, np.uint8)
    return np.hstack([shown[0], bar, shown[1]])


def _lines(folder: Path, row: dict[str, Any]) -> AnyArray:
    return decode((folder / "lines" / f"{row['n']:04d}.png").read_bytes(), "L")


def _write(path: Path, pixels: Rgb8) -> None:
    with replacing(path, force=True) as stream:
        stream.write(encode(pixels, "png"))
