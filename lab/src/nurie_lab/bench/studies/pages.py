"""Comic pages made by program: what stays paper of balloons and lettering, and what tone does.

Each page is drawn twice, with screentone and without, from the same numbers. It is coloured, and
counted are the pixels of balloons and of lettering that came back as they were; the regions under
tone are compared with those of the same page without it.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Labels, Mask
from nurie_lab.bench.studies import Options

SIDES = (827, 1654, 4960)
"""Widths of the pages in pixels: A4 at 100, 200 and 600 dpi."""

WORDS = ("WHO PUT", "THE HOUSE HERE?", "I do not know", "but it is nice", "RUN!", "Over there,")


@dataclass(frozen=True, eq=False)
class Page:
    """A page, and what is known of it; masks are (H, W) bool."""

    lines: AnyArray  # (H, W) uint8
    plain: AnyArray  # The same without tone
    balloons: Mask  # Inside of balloons and captions, lettering and all
    lettering: Mask  # Boxes of words outside of balloons
    tone: Mask  # Where screentone lies


def invent_page(rng: np.random.Generator, width: int) -> Page:
    """A page of three or four panels, framed, bleeding or without frame, with balloons and tone.

    >>> page = invent_page(np.random.default_rng(0), 400)
    >>> page.lines.shape, bool(page.balloons.any())
    ((565, 400), True)
    """
    import cv2

    from nurie_lab.drawings.scenes import invent_scene

    height = round(width * 1.413)
    page = np.full((height, width), 255, np.uint8)
    tone = np.zeros((height, width), bool)
    pen, gutter, low = max(1, width // 400), width // 40, 0
    for number, share in enumerate((0.33, 0.34, 0.33)):
        top, low = low + gutter, low + round(share * (height - gutter))
        cuts = [gutter, width - gutter] if number != 1 else [gutter, width // 2, width - gutter]
        if number == 2 and rng.random() < 0.5:
            cuts, low = [0, width], height
        for left, right in pairwise(cuts):
            end = right - (gutter if right < width - gutter else 0)
            shape = low - top, end - left
            tall, wide = (max(64, round(side * 600 / max(shape))) for side in shape)
            drawn = invent_scene(rng, size=(tall, wide))
            art = cv2.resize(drawn.lines, shape[::-1], interpolation=cv2.INTER_CUBIC)
            page[top:low, left:end] = art
            parts = cv2.resize(drawn.parts.astype(np.float32), shape[::-1], interpolation=0)
            large = np.argsort(-np.bincount(parts.astype(int).ravel()))[:4]
            tone[top:low, left:end] = parts == rng.choice(large)
            if number or rng.random() < 0.7:
                cv2.rectangle(page, (left, top), (end - 1, low - 1), 0, 2 * pen)
    plain, (balloons, lettering) = page, _written(rng, page)
    tone &= ~balloons & ~lettering
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (6 * pen + 3, 6 * pen + 3))
    balloons = cv2.erode(balloons.view(np.uint8), kernel).view(bool)
    dots = _screen(page.shape, pitch=width / rng.uniform(70, 220), share=rng.uniform(0.08, 0.7))
    toned = np.where(tone, np.minimum(plain, dots), plain)
    return Page(toned, plain, balloons, lettering, tone)


def _screen(shape: tuple[int, ...], *, pitch: float, share: float) -> AnyArray:
    """Dots at 45 degrees that cover a share of the sheet, antialiased, (H, W) uint8."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    u, v = ((rows + s * columns) * (np.sqrt(0.5) / pitch) % 1 - 0.5 for s in (1, -1))
    away = (
        np.hypot(u, v)
        if share < 0.6
        else np.minimum(0.707 - np.hypot(0.5 - abs(u), 0.5 - abs(v)), 1)
    )
    radius = np.sqrt(share / np.pi) if share < 0.6 else 0.707 - np.sqrt((1 - share) / np.pi)
    return np.asarray(np.clip((away - radius) * pitch + 0.5, 0, 1) * 255).astype(np.uint8)


def _written(rng: np.random.Generator, page: AnyArray) -> tuple[Mask, Mask]:
    """Put balloons, a caption and a sound on a page; where they are."""
    from PIL import Image, ImageDraw, ImageFont

    height, width = page.shape
    pen = max(1, width // 400)
    picture = Image.fromarray(page)
    inside, words = (Image.new("1", (width, height)) for _ in range(2))
    draw, fill, box = (ImageDraw.Draw(image) for image in (picture, inside, words))
    size = width / rng.uniform(32, 52)
    for number in range(6):
        font = ImageFont.load_default(size=size * (2.5 if number == 5 else 1))
        lines = [str(w) for w in rng.choice(WORDS, int(rng.integers(1, 4)), replace=False)]
        text = "\n".join(lines) if number < 5 else "CRASH"
        middle = width * rng.uniform(0.22, 0.78), height * (0.09 + 0.165 * number)
        left, top, right, low = draw.multiline_textbbox(
            middle, text, font=font, anchor="mm", align="center"
        )
        if number == 5:
            box.rectangle((left, top, right, low), fill=1)
            draw.text(middle, text, fill=0, font=font, anchor="mm")
            continue
        rx, ry = (
            (right - left) / 2 * rng.uniform(1.35, 1.8),
            (low - top) / 2 + size * rng.uniform(1, 2.2),
        )
        rim = _rim(rng, number, middle, (rx, ry))
        draw.polygon(rim, fill=255)
        draw.line([*rim, rim[0], rim[1]], fill=0, width=2 * pen, joint="curve")
        fill.polygon(rim, fill=1)
        draw.multiline_text(middle, text, fill=0, font=font, anchor="mm", align="center")
    page[:] = np.asarray(picture)
    return np.asarray(inside).copy(), np.asarray(words).copy()


def _rim(
    rng: np.random.Generator, number: int, middle: tuple[float, float], radii: tuple[float, float]
) -> list[tuple[float, float]]:
    """Outline of a balloon: round, nearly a box, a cloud, a shout or a caption."""
    turn = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    power = (2.0, 5.0, 2.0, 2.0, 60.0)[number]
    reach = (np.abs(np.cos(turn)) ** power + np.abs(np.sin(turn)) ** power) ** (-1 / power)
    if number == 2:
        reach = reach * (1.05 + 0.07 * np.abs(np.sin(6 * turn)))
    if number == 3:
        reach = reach * (1.2 + 0.25 * np.abs((turn * 18 / np.pi) % 2 - 1))
    if number in (0, 1, 3):
        at = int(rng.integers(20, 100))
        reach[at : at + 8] *= np.array([1, 1.3, 1.6, 1.9, 1.7, 1.4, 1.2, 1])
    points = np.stack([np.cos(turn), np.sin(turn)], 1) * reach[:, None] * radii + middle
    return [(float(x), float(y)) for x, y in points]


def run(options: Options) -> dict[str, Any]:
    """``{"pages": […]}``: each with its width and the shares of what stayed."""
    from nurie.api import Colorizer

    colorizer, rows = Colorizer.load(), []
    for width in options.sides or SIDES:
        for seed in range(options.repeats):
            page = invent_page(np.random.default_rng([seed, 7]), width)
            rows.append({"width": width, "seed": seed} | measured(page, colorizer))
    return {"pages": rows}


def measured(page: Page, colorizer: Any) -> dict[str, float]:
    """Shares of balloons and lettering kept, of regions found again, and their number."""
    layers = colorizer.colorize(page.lines)
    same = (layers.merged() == page.lines[..., None]).all(axis=2)
    plain = colorizer.read(page.plain).labels
    inside = page.balloons | page.lettering
    return {
        "balloons": round(float(same[page.balloons].mean()), 4),
        "lettering": round(float(same[page.lettering & (page.plain == 0)].mean()), 4),
        "iou": round(agreement(plain, layers.labels, page.tone & ~inside), 4),
        "regions": int(layers.labels.max()),
        "plain": int(plain.max()),
    }


def agreement(plain: Labels, found: Labels, where: Mask) -> float:
    """Mean over the pixels ``where`` of the IoU of their region in both maps."""
    one, two = plain.astype(np.int64), found.astype(np.int64)
    count = int(two.max()) + 1
    keys, both = np.unique(one * count + two, return_counts=True)
    a, b = np.divmod(keys, count)
    union = np.bincount(one.ravel())[a] + np.bincount(two.ravel())[b] - both
    best = np.zeros(int(one.max()) + 1)
    np.maximum.at(best, a, both / union)
    here = one[where & (one > 0)]
    return float(best[here].mean()) if here.size else 1.0


def show(facts: dict[str, Any]) -> str:
    """A table, one row a page."""
    keys = ("width", "seed", "balloons", "lettering", "iou", "regions", "plain")
    lines = ["| " + " | ".join(keys) + " |", "|---" * len(keys) + "|"]
    lines += ["| " + " | ".join(str(row[k]) for k in keys) + " |" for row in facts["pages"]]
    return "\n".join(lines)
