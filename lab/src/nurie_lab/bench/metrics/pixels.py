"""What a picture looks like pixel by pixel, and how far two of them are apart."""

import numpy as np

from nurie.arrays import AnyArray, Mask, Rgb8
from nurie.colors import WHITE_BIN, bins_of, delta_e, srgb_to_lab


def psnr(found: Rgb8, truth: Rgb8) -> float:
    """Peak signal-to-noise ratio, 10 log₁₀(255² / mean squared error).

    Args:
        found: (H, W, 3) or (H, W) uint8.
        truth: the same shape.

    Returns:
        Decibels; infinite for equal pictures.

    >>> round(psnr(np.zeros((2, 2), np.uint8), np.full((2, 2), 255, np.uint8)), 2)
    0.0
    """
    error = float(np.square(found.astype(np.float64) - truth).mean())
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def ssim(found: Rgb8, truth: Rgb8) -> float:
    """Mean structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004, equation 13).

    Gaussian window of 11 pixels and sigma 1.5, K₁ = 0.01, K₂ = 0.03; channels are averaged, and
    the five pixels along the edges, which have no whole window, are left out.

    Args:
        found: (H, W, 3) or (H, W) uint8, at least 11 pixels a side.
        truth: the same shape.

    Returns:
        In [-1, 1]; 1 for equal pictures.

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
    """Mean CIEDE2000 of two pictures.

    Args:
        found: (H, W, 3) uint8.
        truth: the same shape.
        where: (H, W) bool pixels that count; None: all.

    Returns:
        0 or more; 0 where no pixel counts.

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

    Args:
        picture: (H, W, 3) uint8.

    Returns:
        In [0, 1].

    >>> white_share(np.array([[[255, 240, 224], [255, 255, 223]]], np.uint8))
    0.5
    """
    return float((bins_of(picture) == WHITE_BIN).mean())


def sharpness(picture: Rgb8) -> float:
    """Variance of the gradient of luma (BT.601): 0 for one colour, less for a softer picture.

    Args:
        picture: (H, W, 3) uint8, at least 2 pixels a side.

    Returns:
        Gray levels squared, of steps from a pixel to the next, down and to the right.

    >>> sharpness(np.full((4, 4, 3), 80, np.uint8))
    0.0
    """
    luma = picture.astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    steps = np.concatenate([np.diff(luma, axis=axis).ravel() for axis in (0, 1)])
    return float(steps.var())
