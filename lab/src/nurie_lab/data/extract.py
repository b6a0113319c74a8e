"""Line art from colour pictures, in the many ways people draw, and with the flaws of real paper."""

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.lines import canny_lines, ink_lines
from nurie_lab.data.scans import wear

Generator = np.random.Generator


def draw_lines(color: Rgb8, drawn: AnyArray | None, rng: Generator) -> AnyArray:
    """Line art of a picture by a method drawn at random.

    Args:
        color: (H, W, 3) uint8 on white.
        drawn: (H, W) uint8 the designer's own strokes, taken most of the time where given.
        rng: source of all choices.

    Returns:
        (H, W) uint8, 0 ink, 255 paper.
    """
    if drawn is not None and rng.random() < 0.8:
        return drawn
    if _dark_share(color) > 0.02 and rng.random() < 0.65:
        return ink_lines(color, fill=rng.random() < 0.3, edges=rng.random() < 0.5)
    if rng.random() < 0.35:
        return soft_lines(color, sigma=float(rng.uniform(0.6, 1.4)))
    return canny_lines(color, sigma=float(rng.choice([0.8, 1.2, 1.8, 2.5])))


def _dark_share(color: Rgb8) -> float:
    return float((color.max(axis=2) < 70).mean())


def soft_lines(color: Rgb8, *, sigma: float) -> AnyArray:
    """Pencil-like lines: extended difference of Gaussians (Winnemöller 2011) of every channel.

    Args:
        color: (H, W, 3) uint8.
        sigma: width of the inner Gaussian in pixels.

    Returns:
        (H, W) uint8, 0 ink, soft.

    >>> soft_lines(np.full((8, 8, 3), 90, np.uint8), sigma=1.0).min()
    np.uint8(255)
    """
    import cv2

    picture = color.astype(np.float32)
    inner = cv2.GaussianBlur(picture, (0, 0), sigma)
    outer = cv2.GaussianBlur(picture, (0, 0), 1.6 * sigma)
    response = (inner - outer).min(axis=2)
    lines: AnyArray = (255 * np.clip(1 + (response + 1.5) / 12, 0, 1)).astype(np.uint8)
    return lines


def warp(lines: AnyArray, color: Rgb8, rng: Generator) -> tuple[AnyArray, Rgb8]:
    """The same picture turned, stretched and bent a little, as another drawing of it would be.

    Args:
        lines: (H, W) uint8 line art.
        color: (H, W, 3) uint8 on white.
        rng: source of all choices.

    Returns:
        Lines and colours of the same shapes.
    """
    import cv2

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
    return cv2.remap(lines, to_x, to_y, cv2.INTER_LINEAR, borderValue=255), moved


def degrade(lines: AnyArray, rng: Generator) -> AnyArray:
    """Flaws of real drawings: broken, thick, soft, pale, doubled, hatched, noisy lines; paper.

    Args:
        lines: (H, W) uint8, 0 ink.
        rng: source of all choices.

    Returns:
        (H, W) uint8.
    """
    import cv2

    lines = lines.copy()
    if rng.random() < 0.35:
        kernel = np.ones((2, 2) if rng.random() < 0.7 else (3, 3), np.uint8)
        lines = cv2.erode(lines, kernel)
    if rng.random() < 0.3:
        _break(lines, rng)
    if rng.random() < 0.3:
        lines = cv2.GaussianBlur(lines, (0, 0), float(rng.uniform(0.4, 0.9)))
    if rng.random() < 0.25:
        strength = rng.uniform(0.45, 1)
        lines = (255 - (255 - lines.astype(np.float32)) * strength).astype(np.uint8)
    if rng.random() < 0.2:
        noise = rng.normal(0, rng.uniform(1, 6), lines.shape)
        lines = np.clip(lines + noise, 0, 255).astype(np.uint8)
    return wear(lines, rng)


def _break(lines: AnyArray, rng: Generator) -> None:
    """Rub out a few short pieces of line, in place."""
    import cv2

    rows, columns = np.nonzero(lines < 128)
    if not len(rows):
        return
    for i in rng.integers(0, len(rows), int(rng.integers(1, 8))):
        cv2.circle(lines, (int(columns[i]), int(rows[i])), int(rng.integers(1, 4)), 255, -1)
