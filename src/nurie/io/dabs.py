"""Dabs of colour on a transparent picture, as hints."""

import numpy as np

from nurie.arrays import AnyArray, Mask, Rgb8
from nurie.document import Hints

_MAIN, _MAIN_SHARE = 16, 0.05
"""Pixels, or share of a dab, from which on a colour in it was meant."""


def dabs_of(pixels: AnyArray) -> Hints:
    """Hints wherever a picture is more than half opaque, in row order.

    The few pixels that a soft brush mixed where dabs of two colours touch take the nearer of these.

    Args:
        pixels: (H, W, 4) uint8 or uint16, straight alpha.

    >>> dabs_of(np.array([[[9, 8, 7, 255], [1, 1, 1, 9]]], np.uint8)).colors.tolist()
    [[9, 8, 7]]
    """
    hinted = pixels[..., 3] > np.iinfo(pixels.dtype).max // 2
    rows, columns = np.nonzero(hinted)
    colors = pixels[rows, columns, :3]
    if colors.dtype == np.uint16:
        colors = ((colors.astype(np.uint32) + 128) // 257).astype(np.uint8)
    colors = _unmixed(hinted, rows, columns, colors)
    return Hints(rows.astype(np.int32), columns.astype(np.int32), colors)


def _unmixed(hinted: Mask, rows: AnyArray, columns: AnyArray, colors: Rgb8) -> Rgb8:
    """Colours without those that a soft brush mixed: in a dab they become its nearest main one."""
    import cv2

    _, dabs = cv2.connectedComponents(hinted.view(np.uint8), connectivity=8, ltype=cv2.CV_32S)
    dab = dabs[rows, columns].astype(np.int64)
    packed = colors.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    keys, place, count = np.unique(dab << 24 | packed, return_inverse=True, return_counts=True)
    owner, code = keys >> 24, keys & 0xFFFFFF
    size, most = np.bincount(dab), np.zeros(int(dab.max(initial=0)) + 1, np.int64)
    np.maximum.at(most, owner, count)
    main = (count >= _MAIN) | (count >= _MAIN_SHARE * size[owner])
    # Where all colours are rare, as in a gradient, the commonest one is meant.
    main |= ~np.isin(owner, owner[main]) & (count == most[owner])
    shades = np.stack([code >> 16, code >> 8 & 255, code & 255], axis=1)
    for one in np.unique(owner[~main]).tolist():
        own = np.flatnonzero(owner == one)
        kept = own[main[own]]
        gap = np.abs(shades[own][:, None] - shades[kept][None]).sum(axis=2)
        shades[own] = shades[kept[gap.argmin(axis=1)]]
    unmixed: Rgb8 = shades.astype(np.uint8)[place.reshape(-1)]
    return unmixed
