"""The flat layers of a document: one hard-edged colour each, or one layer of them all."""

import numpy as np

from nurie.arrays import AnyArray, Mask
from nurie.document import Hints, strips
from nurie.io.layered.document import Document
from nurie.io.layered.tree import FLATS
from nurie.stack import Node, walk
from nurie.verify.report import Check, Point, any_channel, broken, codes, first_pixel, hex_of


class Flats:
    """The flat layers, decoded one after the other and laid onto one canvas."""

    def __init__(self, document: Document) -> None:
        self.canvas: AnyArray = np.zeros((*document.shape, 4), np.uint8)
        """(H, W, 4) uint8: the colour below the lines, alpha 0 where paper shows."""
        self._hard: Check | None = None
        self._disjoint: Check | None = None
        self._colors: list[tuple[Node, int, Point]] = []
        self._single = any(
            node.name == FLATS and not node.is_group for node in walk(document.nodes)
        )
        for node in document.flats:
            self._lay(document, node)

    def checks(self) -> list[Check]:
        """Whether each layer is one hard-edged colour, and whether no two overlap."""
        found = f"{len(self._colors)} layers of one colour each"
        if self._single:
            found = "one layer of colours with hard edges"
        return [
            self._hard or Check("flats", True, found),
            self._disjoint or Check("disjoint", True, "no pixel lies in two flat layers"),
        ]

    def check_palette(self, allowed: AnyArray) -> Check:
        """Whether each layer's colour is one of the codes."""
        if self._single:
            return self._check_pixels(allowed)
        for node, code, first in self._colors:
            if code not in allowed:
                sentence = f"The flat layer {node.name!r} is {hex_of(code)}, which is not asked for"
                return broken("palette", sentence, first)
        return Check("palette", True, "each flat layer is of the palette or hinted")

    def seen(self, hints: Hints) -> AnyArray:
        """Colour codes below the hints, -1 where paper shows."""
        below = self.canvas[hints.rows, hints.columns]
        return np.where(below[:, 3] == 255, codes(below[:, :3]), -1)

    def _check_pixels(self, allowed: AnyArray) -> Check:
        def bad(rows: slice) -> Mask:
            part = self.canvas[rows]
            return np.asarray((part[..., 3] > 0) & ~np.isin(codes(part[..., :3]), allowed))

        pixel = first_pixel(len(self.canvas), bad)
        if pixel:
            code = int(codes(self.canvas[pixel][:3]))
            sentence = f"The flat layer has {hex_of(code)}, which is not asked for"
            return broken("palette", sentence, pixel)
        return Check("palette", True, "each colour of the flats is of the palette or hinted")

    def _lay(self, document: Document, node: Node) -> None:
        """Lay one layer; the first pixel that breaks the promise is kept."""
        top, left = max(node.top, 0), max(node.left, 0)
        bottom = min(node.top + node.height, document.height)
        right = min(node.left + node.width, document.width)
        if node.rows is None or top >= bottom or left >= right:
            return
        pixels = node.rows(slice(top - node.top, bottom - node.top))
        pixels = _eight(pixels[:, left - node.left : right - node.left])
        filled = pixels[..., 3] > 0
        first = first_pixel(len(filled), filled.__getitem__)
        if first is None:
            return
        color = pixels[first].copy()
        color[3] = 255
        self._colors.append((node, int(codes(color[:3])), (first[0] + top, first[1] + left)))
        bad = first_pixel(len(pixels), lambda r: filled[r] & self._soft(pixels[r], color))
        if bad and self._hard is None:
            sentence = f"The flat layer {node.name!r} is not one colour with hard edges"
            self._hard = broken("flats", sentence, (bad[0] + top, bad[1] + left))
        window = self.canvas[top:bottom, left:right]
        bad = first_pixel(len(pixels), lambda r: filled[r] & (window[r][..., 3] > 0))
        if bad and self._disjoint is None:
            sentence = f"The flat layer {node.name!r} overlaps another one"
            self._disjoint = broken("disjoint", sentence, (bad[0] + top, bad[1] + left))
        for rows in strips(len(pixels)):
            window[rows][filled[rows]] = pixels[rows][filled[rows]]

    def _soft(self, part: AnyArray, color: AnyArray) -> Mask:
        """What is no opaque pixel of the layer's colour, or, in the one layer of all, of any."""
        if self._single:
            return np.asarray(part[..., 3] < 255)
        return any_channel(part != color)


def _eight(pixels: AnyArray) -> AnyArray:
    """Samples of 8 bits; what lies between two steps is not opaque then, and so is found."""
    if pixels.dtype == np.uint8:
        return pixels
    eight = (pixels // 257).astype(np.uint8)
    between = any_channel(pixels % 257 != 0) & (pixels[..., 3] > 0)
    eight[between, 3] = np.minimum(eight[between, 3], 254)
    return eight
