"""Line art from colour pictures, in the many ways people draw, and with the flaws of real paper."""

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Rgb8
from nurie.lines import canny_lines

Generator = np.random.Generator


def wear(lines: AnyArray, rng: Generator) -> AnyArray:
    """Some of the flaws of this module, none of them most of the time; (H, W) uint8 both."""
    for flaw, odds in _FLAWS:
        if rng.random() < odds:
            lines = flaw(lines, rng)
    return lines


def double(lines: AnyArray, rng: Generator) -> AnyArray:
    """A second, paler stroke beside each one, as in a sketch.

    >>> thin = np.full((9, 9), 255, np.uint8); thin[:, 4] = 0
    >>> bool((double(thin, np.random.default_rng(0)) < 255).sum() > 9)
    True
    """
    height, width = lines.shape
    angle, scale = float(rng.normal(0, 0.5)), float(rng.normal(1, 0.006))
    move = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    move[:, 2] += rng.uniform(1, 2.5, 2) * rng.choice([-1, 1], 2)
    other = cv2.warpAffine(lines, move, (width, height), borderValue=255)
    pale = 255 - (255 - other.astype(np.float32)) * float(rng.uniform(0.3, 0.8))
    return np.asarray(np.minimum(lines, pale.astype(np.uint8)))


def hatch(lines: AnyArray, rng: Generator) -> AnyArray:
    """Parallel strokes in a few of the closed areas."""
    white = (lines > 200).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(white, connectivity=4)
    area = stats[:, cv2.CC_STAT_AREA]
    middling = np.flatnonzero((area > 150) & (area < lines.size / 2.5))
    middling = middling[(middling > 0) & (middling != labels[0, 0])]
    if not len(middling):
        return lines
    chosen = rng.choice(middling, min(len(middling), int(rng.integers(1, 4))), replace=False)
    rows, columns = np.ogrid[: lines.shape[0], : lines.shape[1]]
    angle, pitch = rng.uniform(0, np.pi), rng.uniform(5, 11)
    along = (rows * np.sin(angle) + columns * np.cos(angle)) % pitch
    strokes = (along < rng.uniform(0.9, 1.8)) & np.isin(labels, chosen)
    return np.where(strokes, np.uint8(rng.integers(20, 140)), lines)


def pencil(lines: AnyArray, rng: Generator) -> AnyArray:
    """Graphite on the tooth of paper: grainy ink, clean paper."""
    grain = rng.random(lines.shape, np.float32)
    return _scaled(lines, 0.45 + float(rng.uniform(0.3, 0.6)) * grain)


def pressure(lines: AnyArray, rng: Generator) -> AnyArray:
    """A hand that presses here more, there less."""
    return _scaled(lines, _field(lines.shape, rng, 6) * 0.55 + 0.45)


def unfinished(lines: AnyArray, rng: Generator) -> AnyArray:
    """A drawing inked in one part, and pencilled still in the other."""
    share = float(rng.uniform(0.3, 0.55))
    inked = np.clip((_field(lines.shape, rng, 2) - 0.5) * 6 + 0.5, 0, 1)
    return _scaled(lines, share + (1 - share) * inked)


def paper(lines: AnyArray, rng: Generator) -> AnyArray:
    """Tinted paper with uneven light, grain, and now and then the shadow of a fold."""
    light = float(rng.uniform(0.78, 0.97)) * (0.9 + 0.1 * _field(lines.shape, rng, 2))
    if rng.random() < 0.3:
        upright = rng.random() < 0.5
        n = lines.shape[1 if upright else 0]
        away = np.abs(np.arange(n) - rng.uniform(0.2, 0.8) * n) / (0.02 * n)
        fold = 1 - 0.12 * np.exp(-away, dtype=np.float64)
        light = light * (fold[None, :] if upright else fold[:, None])
    noise = rng.standard_normal(lines.shape, np.float32) * float(rng.uniform(0.5, 3))
    return np.asarray(np.clip(lines * light + noise, 0, 255).astype(np.uint8))


def specks(lines: AnyArray, rng: Generator) -> AnyArray:
    """Dust on the glass."""
    worn = lines.copy()
    n = int(rng.integers(3, 30))
    rows, columns = rng.integers(0, lines.shape[0], n), rng.integers(0, lines.shape[1], n)
    worn[rows, columns] = np.minimum(worn[rows, columns], rng.integers(60, 220, n))
    return worn


def jpeg(lines: AnyArray, rng: Generator) -> AnyArray:
    """Ringing about lines: the cosines of 8 × 8 pixels, rounded coarsely (ITU T.81, annex A)."""
    height, width = (n // 8 * 8 for n in lines.shape)
    if not height or not width:
        return lines
    k, x = np.ogrid[:8, :8]
    cosine = np.cos((2 * x + 1) * k * np.pi / 16) * np.where(k == 0, np.sqrt(1 / 8), 0.5)
    cosine = cosine.astype(np.float32)
    blocks = lines[:height, :width].reshape(height // 8, 8, width // 8, 8).swapaxes(1, 2)
    step = (10 + 6 * (k + x)).astype(np.float32) * float(rng.uniform(0.4, 2.0))
    waves = cosine @ (blocks.astype(np.float32) - 128) @ cosine.T
    back = cosine.T @ (np.round(waves / step) * step) @ cosine + 128
    worn = lines.copy()
    worn[:height, :width] = np.clip(back, 0, 255).swapaxes(1, 2).reshape(height, width)
    return worn


def _scaled(lines: AnyArray, share: Floats) -> AnyArray:
    """Lines whose darkness is multiplied by a share at each pixel."""
    darkness = (255 - lines.astype(np.float32)) * np.clip(share, 0, 1)
    return np.asarray((255 - darkness).astype(np.uint8))


def _field(shape: tuple[int, ...], rng: Generator, cells: int) -> Floats:
    """A smooth random field in [0, 1]."""
    coarse = rng.random((cells + 1, cells + 1), np.float32)
    smooth = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(smooth, 0, 1))


_FLAWS = (
    (hatch, 0.05),
    (double, 0.05),
    (unfinished, 0.06),
    (pressure, 0.1),
    (pencil, 0.1),
    (paper, 0.12),
    (specks, 0.06),
    (jpeg, 0.08),
)


def draw_lines(color: Rgb8, drawn: AnyArray | None, rng: Generator) -> AnyArray:
    """Line art of a picture by a method drawn at random, (H, W) uint8, 0 ink, 255 paper.

    ``color`` is (H, W, 3) uint8 on white; ``drawn``, (H, W) uint8, the designer's own strokes, is
    taken most of the time where given.
    """
    if drawn is not None and rng.random() < 0.8:
        return drawn
    if outlined(color) and rng.random() < 0.65:
        return ink_lines(color, fill=rng.random() < 0.3, edges=rng.random() < 0.5)
    if rng.random() < 0.35:
        return soft_lines(color, sigma=float(rng.uniform(0.6, 1.4)))
    return canny_lines(color, sigma=float(rng.choice([0.8, 1.2, 1.8, 2.5])))


def outlined(color: Rgb8, share: float = 0.02) -> bool:
    """Whether more than a share of a picture is dark, as where it has outlines of its own."""
    return float((color.max(axis=2) < 70).mean()) > share


def ink_lines(color: Rgb8, *, fill: bool, edges: bool) -> AnyArray:
    """The dark outlines of an outlined picture.

    (H, W) uint8, 0 ink. Without ``fill`` only the contour of broad black areas is drawn; with
    ``edges``, colour borders without an outline are thin lines, too.

    >>> picture = np.full((9, 9, 3), 200, np.uint8); picture[:, 4] = 0
    >>> ink_lines(picture, fill=True, edges=False)[0].tolist()
    [255, 255, 255, 255, 0, 255, 255, 255, 255]
    """
    light = color.max(axis=2)
    lines = cv2.LUT(light, (np.clip((np.arange(256) - 40) / 70, 0, 1) * 255).astype(np.uint8))
    if not fill:
        dark = (light < 75).astype(np.uint8)
        radius = max(2, round(min(dark.shape) / 50))
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        broad = cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel)
        lines[cv2.erode(broad, np.ones((5, 5), np.uint8)) > 0] = 255
    if edges:
        # Thin dark strokes are closed by the colours beside them.
        bare = np.asarray(cv2.morphologyEx(color, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)))
        lines = np.minimum(lines, canny_lines(bare, sigma=1.2))
    return np.asarray(lines)


def soft_lines(color: Rgb8, *, sigma: float) -> AnyArray:
    """Pencil-like lines: extended difference of Gaussians (Winnemöller 2011) of every channel.

    (H, W, 3) uint8 to (H, W) uint8, 0 ink, soft; ``sigma`` is the inner Gaussian's in pixels.

    >>> soft_lines(np.full((8, 8, 3), 90, np.uint8), sigma=1.0).min()
    np.uint8(255)
    """
    picture = color.astype(np.float32)
    inner = cv2.GaussianBlur(picture, (0, 0), sigma)
    outer = cv2.GaussianBlur(picture, (0, 0), 1.6 * sigma)
    response = (inner - outer).min(axis=2)
    return np.asarray((255 * np.clip(1 + (response + 1.5) / 12, 0, 1)).astype(np.uint8))


def warp(lines: AnyArray, color: Rgb8, rng: Generator, *more: AnyArray) -> tuple[AnyArray, ...]:
    """The same picture turned, stretched and bent a little, as another drawing of it would be.

    Lines are (H, W) uint8, colours (H, W, 3) uint8 on white; ``more`` are (H, W) integers that are
    moved likewise, -1 where nothing was. All keep their shapes.
    """
    height, width = lines.shape
    angle, stretch = np.deg2rad(rng.normal(0, 7)), rng.uniform(0.85, 1.1, 2)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = rows - height / 2, columns - width / 2
    bend = rng.normal(0, 0.02 * max(height, width), (2, 4, 4)).astype(np.float32)
    dy, dx = (cv2.resize(b, (width, height), interpolation=cv2.INTER_CUBIC) for b in bend)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    to_y = ((cos * y + sin * x) / stretch[0] + height / 2 + dy).astype(np.float32)
    to_x = ((cos * x - sin * y) / stretch[1] + width / 2 + dx).astype(np.float32)
    moved = cv2.remap(color, to_x, to_y, cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    others = (cv2.remap(each, to_x, to_y, cv2.INTER_NEAREST, borderValue=-1) for each in more)
    return cv2.remap(lines, to_x, to_y, cv2.INTER_LINEAR, borderValue=255), moved, *others


def degrade(lines: AnyArray, rng: Generator) -> AnyArray:
    """Flaws of real drawings: broken, thick, soft, pale, doubled, hatched, noisy lines; paper.

    (H, W) uint8, 0 ink, to the same.
    """
    lines = lines.copy()
    if rng.random() < 0.35:
        kernel = np.ones((2, 2) if rng.random() < 0.7 else (3, 3), np.uint8)
        lines = cv2.erode(lines, kernel)
    if rng.random() < 0.3 and len(dark := np.argwhere(lines < 128)):
        # A few short pieces of line are rubbed out.
        for row, column in dark[rng.integers(0, len(dark), int(rng.integers(1, 8)))].tolist():
            cv2.circle(lines, (column, row), int(rng.integers(1, 4)), 255, -1)
    if rng.random() < 0.3:
        lines = cv2.GaussianBlur(lines, (0, 0), float(rng.uniform(0.4, 0.9)))
    if rng.random() < 0.25:
        strength = rng.uniform(0.45, 1)
        lines = (255 - (255 - lines.astype(np.float32)) * strength).astype(np.uint8)
    if rng.random() < 0.2:
        noise = rng.normal(0, rng.uniform(1, 6), lines.shape)
        lines = np.clip(lines + noise, 0, 255).astype(np.uint8)
    return wear(lines, rng)
