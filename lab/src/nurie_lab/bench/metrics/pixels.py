"""What a picture looks like, in colours and pixel by pixel, and how far two of them are apart.

Pictures are (H, W, 3) uint8 sRGB, ``where`` are the (H, W) bool pixels that count.
"""

import numpy as np

from nurie.arrays import AnyArray, Floats, Mask, Rgb8
from nurie.colors import WHITE_BIN, bins_of, color_codes, delta_e, srgb_to_lab

_MOST = 64
"""Colours of a picture that enter the earth mover's distance, the commonest first."""


def psnr(found: Rgb8, truth: Rgb8) -> float:
    """Peak signal-to-noise ratio of two pictures, 10 log₁₀(255² / mean squared error), in dB.

    >>> round(psnr(np.zeros((2, 2), np.uint8), np.full((2, 2), 255, np.uint8)), 2)
    0.0
    """
    error = float(np.square(found.astype(np.float64) - truth).mean())
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def ssim(found: Rgb8, truth: Rgb8) -> float:
    """Mean structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004, equation 13), in [-1, 1].

    Gaussian window of 11 pixels and sigma 1.5, K₁ = 0.01, K₂ = 0.03; channels are averaged, and
    the five pixels along the edges, which have no whole window, are left out. Pictures are uint8
    of at least 11 pixels a side.

    >>> ssim(np.eye(16, dtype=np.uint8), np.eye(16, dtype=np.uint8))
    1.0
    """
    import cv2

    def mean(values: AnyArray) -> AnyArray:
        smooth = cv2.GaussianBlur(values, (11, 11), 1.5, borderType=cv2.BORDER_REFLECT)
        return np.asarray(smooth)

    a, b = found.astype(np.float64), truth.astype(np.float64)
    ma, mb = mean(a), mean(b)
    va, vb, cov = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    each = (2 * ma * mb + c1) * (2 * cov + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2))
    return float(each[5:-5, 5:-5].mean())


def mean_delta_e(found: Rgb8, truth: Rgb8, where: Mask | None = None) -> float:
    """Mean CIEDE2000 of two (H, W, 3) uint8 pictures over the (H, W) bool pixels that count.

    >>> mean_delta_e(np.zeros((1, 2, 3), np.uint8), np.zeros((1, 2, 3), np.uint8))
    0.0
    """
    a, b = found.reshape(-1, 3), truth.reshape(-1, 3)
    if where is not None:
        a, b = a[where.ravel()], b[where.ravel()]
    if not len(a):
        return 0.0
    # Flat pictures hold few colours: each pair is compared once.
    pairs, counts = np.unique(np.concatenate([a, b], 1), axis=0, return_counts=True)
    apart = delta_e(srgb_to_lab(pairs[:, :3]), srgb_to_lab(pairs[:, 3:]))
    return float((apart * counts).sum() / counts.sum())


def white_share(picture: Rgb8) -> float:
    """Share of the pixels that fall into the white bin, every channel 224 or more.

    >>> white_share(np.array([[[255, 240, 224], [255, 255, 223]]], np.uint8))
    0.5
    """
    return float((bins_of(picture) == WHITE_BIN).mean())


def sharpness(picture: Rgb8) -> float:
    """Variance of the gradient of luma (BT.601), in gray levels squared; less for a softer picture.

    >>> sharpness(np.full((4, 4, 3), 80, np.uint8))
    0.0
    """
    luma = picture.astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    steps = np.concatenate([np.diff(luma, axis=axis).ravel() for axis in (0, 1)])
    return float(steps.var())


def colorfulness(picture: Rgb8) -> float:
    """Colourfulness M̂⁽³⁾ of Hasler and Süsstrunk (2003): 0 gray, 109 extremely colourful.

    >>> colorfulness(np.full((2, 2, 3), 80, np.uint8))
    0.0
    """
    r, g, b = np.moveaxis(picture.astype(np.float64), -1, 0)
    rg, yb = r - g, (r + g) / 2 - b
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


def signature(picture: Rgb8, where: Mask | None = None) -> tuple[Rgb8, Floats]:
    """The at most 64 commonest colours of a picture, (k, 3) uint8, and their shares, (k,) float32.

    >>> signature(np.zeros((2, 2, 3), np.uint8))[1].tolist()
    [1.0]
    """
    pixels = picture.reshape(-1, 3) if where is None else picture[where]
    colors, counts = np.unique(pixels, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:_MOST]
    share = counts[order] / max(counts[order].sum(), 1)
    return colors[order], share.astype(np.float32)


def earth_movers(one: tuple[Rgb8, AnyArray], two: tuple[Rgb8, AnyArray]) -> float:
    """Earth mover's distance of two signatures (Rubner, Tomasi, Guibas 2000), in Lab (ΔE*ab).

    Infinite where only one of them has colours.

    >>> black, white = np.zeros((1, 3), np.uint8), np.full((1, 3), 255, np.uint8)
    >>> round(earth_movers((black, np.ones(1)), (white, np.ones(1))))
    100
    """
    import cv2

    if not len(one[0]) or not len(two[0]):
        return 0.0 if len(one[0]) == len(two[0]) else float("inf")
    tables = [
        np.hstack([(w / w.sum())[:, None], srgb_to_lab(c)]).astype(np.float32)
        for c, w in (one, two)
    ]
    return float(cv2.EMD(tables[0], tables[1], cv2.DIST_L2)[0])


def obedience(picture: Rgb8, allowed: Rgb8, where: Mask) -> float:
    """Share of coloured pixels whose colour is exactly one of a palette; 1 where none is coloured.

    White pixels are paper and do not count, as those do not that are not in ``where``.

    >>> red = np.array([[[200, 0, 0], [0, 9, 0]]], np.uint8)
    >>> obedience(red, red[0, :1], np.ones((1, 2), bool))
    0.5
    """
    pixels = picture[where]
    pixels = pixels[(pixels < 255).any(axis=1)]
    inside = np.isin(color_codes(pixels), color_codes(allowed))
    return float(inside.mean()) if len(inside) else 1.0


def variety(pictures: list[Rgb8], where: Mask) -> float:
    """Mean CIEDE2000 between all pairs of answers to one drawing; 0 of fewer than two.

    >>> one, two = np.zeros((1, 1, 3), np.uint8), np.full((1, 1, 3), 255, np.uint8)
    >>> round(variety([one, two], np.ones((1, 1), bool)))
    100
    """
    labs = [srgb_to_lab(p[where]) for p in pictures]
    pairs = [(a, b) for i, a in enumerate(labs) for b in labs[:i]]
    if not pairs or not where.any():
        return 0.0
    return float(np.mean([delta_e(a, b).mean() for a, b in pairs]))
