"""Line art from colour pictures, in the many ways people draw, and with the flaws of real paper."""

import numpy as np

from nurie.arrays import AnyArray, Floats, Rgb8
from nurie.lines import canny_lines
from nurie_lab.data.outlines import ink_lines

Generator = np.random.Generator


def wear(lines: AnyArray, rng: Generator) -> AnyArray:
    """Some of the flaws of this module, none of them most of the time.

    Args:
        lines: (H, W) uint8, 0 ink.
        rng: source of all choices.

    Returns:
        (H, W) uint8.
    """
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
    import cv2

    height, width = lines.shape
    angle, scale = float(rng.normal(0, 0.5)), float(rng.normal(1, 0.006))
    move = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    move[:, 2] += rng.uniform(1, 2.5, 2) * rng.choice([-1, 1], 2)
    other = cv2.warpAffine(lines, move, (width, height), borderValue=255)
    pale = 255 - (255 - other.astype(np.float32)) * float(rng.uniform(0.3, 0.8))
    doubled: AnyArray = np.minimum(lines, pale.astype(np.uint8))
    return doubled


def hatch(lines: AnyArray, rng: Generator) -> AnyArray:
    """Parallel strokes in a few of the closed areas."""
    import cv2

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
    tinted: AnyArray = np.clip(lines * light + noise, 0, 255).astype(np.uint8)
    return tinted


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
    worn: AnyArray = (255 - (255 - lines.astype(np.float32)) * np.clip(share, 0, 1)).astype(
        np.uint8
    )
    return worn


def _field(shape: tuple[int, ...], rng: Generator, cells: int) -> Floats:
    """A smooth random field in [0, 1]."""
    import cv2

    coarse = rng.random((cells + 1, cells + 1), np.float32)
    field: Floats = np.clip(
        cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), 0, 1
    )
    return field


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


def warp(lines: AnyArray, color: Rgb8, rng: Generator, *more: AnyArray) -> tuple[AnyArray, ...]:
    """The same picture turned, stretched and bent a little, as another drawing of it would be.

    Args:
        lines: (H, W) uint8 line art.
        color: (H, W, 3) uint8 on white.
        rng: source of all choices.
        more: (H, W) integers that are moved likewise, -1 where nothing was.

    Returns:
        Lines, colours and these, of the same shapes.
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
    others = (cv2.remap(each, to_x, to_y, cv2.INTER_NEAREST, borderValue=-1) for each in more)
    return cv2.remap(lines, to_x, to_y, cv2.INTER_LINEAR, borderValue=255), moved, *others


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
