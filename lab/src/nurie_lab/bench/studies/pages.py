"""Comic pages made by program: what stays paper of balloons and lettering, and what tone does.

A page is drawn once, for 600 dpi, with screentone and without, and made smaller, as scans of one
page are. It is read as files of several kinds are. Counted are the pixels of balloons and in
letters whose region stays paper, and those of the art that wrongly does; the regions under tone are
compared with those of the same page without it, and those of the art with the segments that it was
drawn of. Processor time and peak memory are those of reading the page with tone.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Labels, Mask
from nurie_lab.bench.studies import Options, table
from nurie_lab.bench.worker import forget_peak, peak_mib

SIDES = (827, 2480, 4960)
"""Widths of the pages in pixels: A4 at 100, 300 and 600 dpi."""

WORDS = ("WHO PUT", "THE HOUSE HERE?", "I do not know", "but it is nice", "RUN!", "Over there,")
SOUNDS = ("CRASH", "KA-BOOM!", "WHAM!", "ZAP", "THUD", "SPLASH", "BANG!", "GRROAR", "TOCK")
FONTS = [
    "DejaVuSans-Bold", "DejaVuSans-BoldOblique", "DejaVuSerif-Bold", "DejaVuSans",
    "DejaVuSansMono-Bold", "cmss10", "STIXGeneralBol", "",
]  # fmt: skip
"""Fonts that come with matplotlib, or a path; empty: Pillow's own."""

# Width in pixels at which the art is drawn, before it is made larger.
_DRAWN = 1240


@dataclass(frozen=True, eq=False)
class Page:
    """A page, and what is known of it; masks are (H, W) bool."""

    lines: AnyArray  # (H, W) uint8
    plain: AnyArray  # The same without tone
    where: dict[str, Mask]
    """``balloons`` and captions, lettering and all; inside of ``outlined`` sound words; holes of
    ``solid`` ones and of ``free`` letters on the drawing; the ``art``, and ``tone`` on it."""
    segments: Labels  # (H, W) what the art was drawn of, 0 elsewhere

    def at(self, width: int) -> "Page":
        """The page at another size."""
        import cv2

        height = round(len(self.plain) * width / self.plain.shape[1])
        small, plain = (_sized(picture, (width, height)) for picture in (self.lines, self.plain))
        masks = {
            k: _sized(m.view(np.uint8) * 255, plain.shape[::-1]) for k, m in self.where.items()
        }
        parts = cv2.resize(self.segments, plain.shape[::-1], interpolation=cv2.INTER_NEAREST)
        # What is seen as white is sure to be inside; lettering makes no demand where it is gray.
        where = {k: (m > 200) & (plain > 250) for k, m in masks.items()}
        return Page(small, plain, where, parts * where["art"])


def _sized(picture: AnyArray, size: tuple[int, ...]) -> AnyArray:
    import cv2

    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def invent_page(rng: np.random.Generator, width: int = 4960) -> Page:
    """A page of two to six panels with balloons, captions, sound words, letters and tone.

    >>> page = invent_page(np.random.default_rng(0), 1240).at(400)
    >>> page.lines.shape, bool(page.where["balloons"].any())
    ((565, 400), True)
    """
    import cv2

    from nurie_lab.drawings.scenes.comics import invent_comic

    size = round(width * 1.413), width
    made = invent_comic(rng, size=(round(_DRAWN * 1.413), _DRAWN), words=False)
    large = cv2.resize(made.lines, size[::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32)
    # A drawing that is made larger has soft lines; pens have not.
    page = np.clip((large - 128) * max(1, width / _DRAWN) + 128, 0, 255).astype(np.uint8)
    parts = cv2.resize(made.parts.astype(np.float32), size[::-1], interpolation=0).astype(int)
    where = _written(rng, page)
    count = np.bincount(parts.ravel())
    toned = rng.choice(np.argsort(-count[1:])[:8] + 1, 3, replace=False)
    words = where.pop("words") | where["balloons"]
    where |= {"tone": np.isin(parts, toned) & ~words, "art": (parts > 0) & ~words}
    dots = _screen(size, pitch=width / rng.uniform(70, 220), share=rng.uniform(0.08, 0.7))
    lines = np.where(where["tone"], np.minimum(page, dots), page)
    return Page(lines, page, where, _pieces(parts, where["art"]))


def _pieces(parts: AnyArray, where: Mask) -> Labels:
    """Connected pieces of numbered parts, those that touch and are one part together."""
    import cv2

    edge = np.zeros(parts.shape, bool)
    edge[:, 1:] |= parts[:, 1:] != parts[:, :-1]
    edge[1:] |= parts[1:] != parts[:-1]
    # Lines lie on these edges.
    inside = (where & ~edge).view(np.uint8)
    return np.asarray(cv2.connectedComponents(inside, connectivity=4, ltype=cv2.CV_32S)[1])


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


def _written(rng: np.random.Generator, page: AnyArray) -> dict[str, Mask]:
    """Put balloons, captions, sounds and letters on a page; where they are."""
    kinds = ("balloons", "outlined", "solid", "free", "words")
    where = {kind: np.zeros(page.shape, bool) for kind in kinds}
    taken = np.zeros(page.shape, bool)
    size = page.shape[1] / rng.uniform(40, 58)
    for kind in ["balloons"] * 5 + ["outlined", "solid", "outlined", "free", "free"]:
        loud = kind in ("outlined", "solid")
        letters = _letters(rng, size * (rng.uniform(3, 7) if loud else 1), loud=loud)
        spare = round(size * (2.2 if kind == "balloons" else 0.3))
        letters = np.pad(letters, spare)
        for _ in range(30):
            top, left = (int(rng.integers(0, s)) for s in page.shape)
            window = slice(top, top + len(letters)), slice(left, left + letters.shape[1])
            if taken[window].shape == letters.shape and not taken[window].any():
                taken[window] = True
                break
        else:
            continue
        inside, words = _put(rng, page[window], letters, kind, pen=max(1, page.shape[1] // 600))
        where[kind][window] |= inside
        where["words"][window] |= words
    return where


def _letters(rng: np.random.Generator, size: float, *, loud: bool) -> Mask:
    """Words as large as the box around them: one that slants, or lines of them."""
    import cv2
    from PIL import Image, ImageDraw, ImageFont

    name = str(rng.choice(FONTS[: 4 if loud else None]))
    if name and not Path(name).is_file():
        import matplotlib as mpl

        name = f"{mpl.get_data_path()}/fonts/ttf/{name}.ttf"
    font: Any = ImageFont.truetype(name, size) if name else ImageFont.load_default(size)
    lines = [str(w) for w in rng.choice(WORDS, int(rng.integers(1, 4)), replace=False)]
    text = str(rng.choice(SOUNDS)) if loud else "\n".join(lines)
    wide, tall = round(size * 14), round(size * (8 if loud else 5))
    picture = Image.new("L", (wide, tall))
    draw = ImageDraw.Draw(picture)
    draw.multiline_text(
        (wide / 2, tall / 2), text, fill=255, font=font, anchor="mm", align="center"
    )
    drawn = np.asarray(picture)
    if loud:
        turn = cv2.getRotationMatrix2D((wide / 2, tall / 2), rng.uniform(-20, 20), 1)
        drawn = cv2.warpAffine(drawn, turn, (wide, tall))
    rows, columns = (np.flatnonzero(drawn.any(axis=axis)) for axis in (1, 0))
    return np.asarray(drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] > 127)


def _put(
    rng: np.random.Generator, page: AnyArray, letters: Mask, kind: str, *, pen: int
) -> tuple[Mask, Mask]:
    """Draw letters on a window of a page: what should stay paper, and all that is no art."""
    import cv2

    if kind == "balloons":
        inside = _balloon(rng, letters.shape)
        page[_grown(inside, 2 * pen)] = 0
        page[inside] = 255
        page[letters] = 0
        return ~_grown(~inside, pen), _grown(inside, 2 * pen)
    outlines, tree = cv2.findContours(letters.view(np.uint8), cv2.RETR_CCOMP, 1)
    whole = np.zeros(letters.shape, np.uint8)
    for outline, links in zip(outlines, tree[0], strict=True):
        if links[3] < 0:
            cv2.drawContours(whole, [outline], 0, 1, cv2.FILLED)
    if kind == "outlined":
        rim = _grown(letters, round(pen * rng.uniform(1.2, 2.4)))
        page[rim] = 0
        page[letters] = 255
        return letters, rim | whole.view(bool)
    if rng.random() < 0.5:
        page[_grown(letters, 2 * pen)] = 255
    page[letters] = 0
    return whole.view(bool) & ~letters, _grown(whole.view(bool), 2 * pen)


def _grown(mask: Mask, by: int) -> Mask:
    import cv2

    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * by + 1, 2 * by + 1))
    return np.asarray(cv2.dilate(mask.view(np.uint8), kernel)).view(bool)


def _balloon(rng: np.random.Generator, shape: tuple[int, ...]) -> Mask:
    """A balloon that fills a window: round, nearly a box, a cloud, a shout or a caption."""
    import cv2

    turn, number = np.linspace(0, 2 * np.pi, 240, endpoint=False), int(rng.integers(5))
    power = (2.6, 5.0, 2.6, 2.6, 60.0)[number]
    reach = (np.abs(np.cos(turn)) ** power + np.abs(np.sin(turn)) ** power) ** (-1 / power)
    if number == 2:
        reach = reach * (0.93 + 0.07 * np.abs(np.sin(6 * turn)))
    if number == 3:
        reach = reach * (0.85 + 0.15 * np.abs((turn * 18 / np.pi) % 2 - 1))
    reach *= 0.75
    if number != 4:
        at = int(rng.integers(20, 100))
        reach[at : at + 8] *= np.array([1, 1.1, 1.2, 1.3, 1.25, 1.2, 1.1, 1])
    half = np.array(shape[::-1]) / 2
    points = np.stack([np.cos(turn), np.sin(turn)], 1) * reach[:, None] * half + half
    inside = np.zeros(shape, np.uint8)
    cv2.fillPoly(inside, [points.astype(np.int32)], 1)
    return inside.view(bool)


def run(options: Options) -> dict[str, Any]:
    """``{"rows": […]}``: each page with its width and the shares of what stayed."""
    colorizer, rows = options.colorizer(), []
    for seed in range(options.repeats):
        large = invent_page(np.random.default_rng([seed, 7]))
        for width in options.sides or SIDES:
            page = large.at(width)
            for kind in ("gray", "1-bit", "16-bit"):
                known = {"width": width, "kind": kind, "seed": seed}
                rows.append(known | measured(page, colorizer, kind))
    return {"rows": rows}


def measured(page: Page, colorizer: Any, kind: str = "gray") -> dict[str, float]:
    """Shares of balloons, letters and art that stay paper, of regions found again; the cost."""
    files = [page.lines, page.plain]
    if kind == "1-bit":
        files = [np.where(file > 127, np.uint8(255), np.uint8(0)) for file in files]
    elif kind == "16-bit":
        # As a scan of paper has them: no level twice, and paper that is not quite white.
        noise = np.random.default_rng(0).normal(0, 300, files[0].shape)
        files = [(file * 251.0 + noise).clip(0, 65535).astype(np.uint16) for file in files]
    forget_peak()
    start = time.process_time()
    read = colorizer.read(files[0])
    cost = {"cpu_s": round(time.process_time() - start, 2), "peak_mib": round(peak_mib())}
    plain = colorizer.read(files[1])
    stays = np.append(False, read.drawing.paper)[read.labels]
    shares = {k: round(float(stays[m].mean()), 4) for k, m in page.where.items() if m.any()}
    iou = agreement(plain.labels, read.labels, page.where["tone"])
    drawn = agreement(page.segments, read.labels, page.where["art"])
    counts = {"regions": int(read.labels.max()), "plain": int(plain.labels.max())}
    return shares | {"iou": round(iou, 4), "drawn": round(drawn, 4)} | counts | cost


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
    """A table, one row a width and kind: the means over the pages."""
    keys = ["balloons", "outlined", "solid", "free", "art", "iou", "drawn", "cpu_s", "peak_mib"]
    rows = []
    for width, kind in dict.fromkeys((row["width"], row["kind"]) for row in facts["rows"]):
        own = [r for r in facts["rows"] if (r["width"], r["kind"]) == (width, kind)]
        means = (np.mean([r[k] for r in own if k in r] or [np.nan]) for k in keys)
        rows.append([str(width), kind, *(f"{m:.3f}" for m in means)])
    return table(["width", "kind", *keys], rows)
