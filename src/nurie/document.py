"""What travels together: a sketch, what the user asks for, and the layers that come out."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from nurie.arrays import AnyArray, Floats, Histogram, Ints, Labels, Mask, Pixels, Rgb8
from nurie.errors import InputError

if TYPE_CHECKING:
    from nurie.ground import Ground
    from nurie.stack import Stack

PAPER = -1
"""Palette index of a region that stays paper."""


@dataclass(frozen=True, eq=False)
class Sketch:
    """A line drawing over white paper, at the depth of its file."""

    pixels: Pixels
    """(H, W) gray or (H, W, 3) sRGB, uint8 or uint16, 0 is ink."""
    dpi: tuple[float, float] | None = None
    """Horizontal and vertical dots per inch, when the file has them."""
    icc_profile: bytes | None = field(default=None, repr=False)
    """Embedded RGB profile, carried through unchanged."""
    stack: "Stack | None" = field(default=None, repr=False)
    """The layers of the user's file around the drawing, which are written back with it."""
    protect: Mask | None = field(default=None, repr=False)
    """(H, W) bool: where the user's layer *protect* is; regions mostly below it stay paper."""
    hints: "Hints | None" = field(default=None, repr=False)
    """What the user's layer *hints* holds."""
    inked: Pixels | None = field(default=None, repr=False)
    """``pixels`` without the trace lines, which part regions and are not seen in the picture."""

    pencil: bool = False
    """Whether coloured pencil below the ink parts regions as ink does."""
    letters: bool = True
    """Whether lettering, balloons and sound words stay paper."""
    notes: tuple[str, ...] = ()
    """What a person should hear of how it was read: sentences that follow the file's name."""
    ground: "Ground | None" = field(default=None, repr=False)
    """The picture as it was drawn, where ``pixels`` are only its lines in black on white."""

    @property
    def white(self) -> int:
        """Largest value of a channel: 255 or 65535."""
        return int(np.iinfo(self.pixels.dtype).max)

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]


def sketch_of(array: AnyArray) -> Sketch:
    """A sketch from an array; transparency is laid over white, equal channels become gray.

    Raises:
        InputError: it is not a picture.

    >>> sketch_of(np.array([[[0, 0, 0, 0], [0, 0, 0, 255]]], np.uint8)).pixels.tolist()
    [[255, 0]]
    """
    if array.dtype not in (np.uint8, np.uint16) or array.ndim not in (2, 3) or not array.size:
        raise InputError(
            f"An array of shape {array.shape} and type {array.dtype} is not a drawing; give "
            "(H, W), (H, W, 3) or (H, W, 4) of uint8 or uint16."
        )
    if array.ndim == 3 and array.shape[2] not in (3, 4):
        raise InputError(f"A drawing has 3 or 4 channels, not {array.shape[2]}.")
    if array.ndim == 3 and array.shape[2] == 4:
        white = np.uint64(np.iinfo(array.dtype).max)
        alpha = array[..., 3:].astype(np.uint64)
        over = array[..., :3] * alpha + (white - alpha) * white
        array = ((over + white // 2) // white).astype(array.dtype)
    if array.ndim == 3 and (array == array[..., :1]).all():
        array = array[..., 0]
    return Sketch(np.ascontiguousarray(array))


def check_colored(array: AnyArray) -> None:
    """Refuse what is not (H, W, 3) of uint8, a coloured picture.

    Raises:
        InputError: it is something else.
    """
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3 or not array.size:
        raise InputError(
            f"An array of shape {array.shape} and type {array.dtype} is not a coloured picture; "
            "give (H, W, 3) of uint8."
        )


@dataclass(frozen=True, eq=False)
class Palette:
    """Colours with an identity: layers point at entries, so an entry can be swapped later."""

    colors: Rgb8
    """(k, 3) uint8 sRGB."""
    names: tuple[str, ...] = ()
    """One name an entry, or empty."""
    name: str = "nurie"

    def __len__(self) -> int:
        """Number of entries."""
        return len(self.colors)


@dataclass(frozen=True, eq=False)
class Hints:
    """Colours that a person put at pixels; a region that holds one takes exactly that colour.

    Hints of several colours in one region cut it between them.
    """

    rows: Ints
    """(m,) int32 rows."""
    columns: Ints
    """(m,) int32 columns."""
    colors: Rgb8
    """(m, 3) uint8 sRGB."""
    marks: Ints | None = None
    """(m,) int32 which dot, stroke or area each pixel belongs to, the later ones given later; when
    None, pixels of one colour that touch are one mark."""
    parts: tuple[tuple[int, int, str], ...] = ()
    """Row, column and name of parts that a person named: this is hair."""


def fill_hints(ground: "Ground | None") -> "Hints | None":
    """What a person has filled of a drawing already, as hints."""
    if ground is None or ground.below is None or not ground.filled:
        return None
    rows, columns, areas = ground.fills()
    return Hints(rows, columns, ground.below[rows, columns], areas) if len(rows) else None


def with_fills(layers: "Layers") -> "Layers":
    """The same, with what the person has filled in the largest region of exactly that colour."""
    ground = layers.sketch.ground
    if ground is None or not ground.filled:
        return layers
    colors, labels = layers.region_colors(), layers.labels
    size = np.bincount(labels.ravel(), minlength=len(colors)) * (layers.entries >= 0)
    for color, own in ground.filled_with():
        right = (colors == color).all(axis=1)
        lost = own & ~right[labels]
        if lost.any() and (size * right).any():
            labels = np.where(lost, np.int32((size * right).argmax()), labels)
    return replace(layers, labels=labels)


def joined(one: "Hints | None", two: "Hints | None") -> "Hints | None":
    """Hints with others after them."""
    if one is None or two is None:
        return two if one is None else one
    # Without numbers each pixel is a mark; those of one colour that lie together agree anyway.
    marks = [
        np.arange(len(each.rows), dtype=np.int32) if each.marks is None else each.marks
        for each in (one, two)
    ]
    marks[1] = marks[1] + marks[0].max(initial=0) + 1
    return Hints(
        np.append(one.rows, two.rows), np.append(one.columns, two.columns),
        np.concatenate([one.colors, two.colors]), np.concatenate(marks),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Mark:
    """A dot, a stroke or an area of one colour, as a person drew it."""

    points: Floats
    """(k, 2) float32 rows and columns, measured from the picture's upper left corner: the middle of
    the first pixel is (0.5, 0.5)."""
    color: tuple[int, int, int]
    """sRGB, each in [0, 255]."""
    radius: float = 0.0
    """Half the width of a stroke in pixels; a single point of radius 0 is a dot."""
    area: bool = False
    """Whether the points are the corners of a filled area."""


@dataclass(frozen=True)
class Wish:
    """A colour for parts of the drawing, or of one figure in it."""

    text: str
    """As a person wrote it."""
    parts: tuple[str, ...]
    """Names of the vocabulary, any of which it may be."""
    color: tuple[int, int, int]
    """sRGB, each in [0, 255]."""
    figure: str = ""
    """``left``, ``right``, ``middle`` or a number from the left, from 1; empty: every one."""


@dataclass(frozen=True)
class Design:
    """The colours of a cast, and of what is around it."""

    cast: tuple[str, ...]
    """Names of the figures, from left to right."""
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, eq=False)
class Over:
    """Colours for some of n regions, laid over whatever the model chooses."""

    colors: Rgb8
    """(n, 3) uint8."""
    given: Mask
    """(n,) bool: the regions that take them."""
    chance: Floats
    """(n,) float32 in [0, 1]: how sure it is that they are meant."""
    notes: tuple[str, ...] = ()
    """Sentences on what finds no region."""


@dataclass(frozen=True, eq=False)
class Guidance:
    """All that a person requests of the colours; every field may be missing."""

    hints: Hints | None = None
    palette: Palette | None = None
    histogram: Histogram | None = None
    """(512,) P(c) to take the place of the training's, paper left out."""
    over: Over | None = None
    """Colours laid over the answer; everything else stays as it would be without them."""
    minimal: bool = False
    """Whether hints are among these, and so are not shown to the model."""


@dataclass(frozen=True, eq=False)
class Layers:
    """A coloured drawing: the lines, one palette entry for each region, and paper beneath.

    ``entries[label]`` is the index of the region's colour in ``palette``, or ``PAPER``.
    """

    sketch: Sketch
    labels: Labels
    """(H, W) int32, 0 is line without fill below, 1…n are regions."""
    entries: Ints
    """(n + 1,) int32; ``entries[0]`` is ``PAPER``."""
    palette: Palette
    hinted: Mask
    """(n + 1,) bool: the regions whose colour a hint gave."""
    confidence: Floats | None = None
    """(n + 1,) float32 in [0, 1]: probability that the model gave to the region's colour."""
    shade: Rgb8 | None = None
    """(H, W, 3) uint8 multiplied into the flats: 255 leaves them as they are."""
    area: Floats | None = None
    """(n + 1,) float32 pixels of each region, 0 for line."""
    ask: Ints | None = None
    """(k,) int32 labels whose colour the model chose, in the order in which a hint helps most."""
    number: int = 0
    """Which answer of its seed it is, counted from 0."""
    parts: tuple[str, ...] = ()
    """(n + 1) what each region shows, empty where nobody is sure; none where nobody knows."""
    notes: tuple[str, ...] = ()
    """Sentences on what was requested and could not be done."""

    def region_colors(self) -> Rgb8:
        """Colour below the lines for each label, (n + 1, 3) uint8, white where paper stays."""
        colors = np.full((len(self.entries), 3), 255, np.uint8)
        filled = self.entries >= 0
        colors[filled] = self.palette.colors[self.entries[filled]]
        return colors

    def flat(self, top: int = 0, bottom: int | None = None) -> AnyArray:
        """Flat layer of the rows [top, bottom): (h, W, 4) uint8, alpha 0 where paper stays."""
        alpha = np.where(self.entries >= 0, 255, 0).astype(np.uint8)
        return np.column_stack([self.region_colors(), alpha])[self.labels[top:bottom]]

    def line(self, top: int = 0, bottom: int | None = None) -> AnyArray:
        """Line layer of the rows [top, bottom): (h, W, 4), straight alpha, at the sketch's depth.

        Over white it gives back the sketch but for trace lines: gray exactly, colours within one
        step. Lines on another ground give back the picture over ``Ground.paper``.
        """
        ground = self.sketch.ground
        if ground is not None:
            return ground.line(slice(top, self.sketch.shape[0] if bottom is None else bottom))
        return line_layer(self._inked(top, bottom))

    def trace(self, top: int = 0, bottom: int | None = None) -> AnyArray:
        """The trace lines that ``line`` leaves out: over it and white they give back the sketch."""
        pixels, inked = self.sketch.pixels[top:bottom], self._inked(top, bottom)
        lines = line_layer(pixels)
        over = inked != pixels
        bare = inked == self.sketch.white
        if pixels.ndim == 3:
            over, bare = over.any(axis=2), bare.all(axis=2)
            # Over mended ink only an opaque pixel looks as it was drawn.
            lines[over & ~bare, :3] = pixels[over & ~bare]
            lines[over & ~bare, 3] = self.sketch.white
        lines[~over] = 0
        return lines

    def _inked(self, top: int, bottom: int | None) -> Pixels:
        """Rows of the sketch without its trace lines."""
        inked = self.sketch.inked
        return (self.sketch.pixels if inked is None else inked)[top:bottom]

    def merged(self, top: int = 0, bottom: int | None = None) -> Pixels:
        """All layers flattened over white paper: (h, W, 3), at the sketch's depth.

        Trace lines are not seen: the fills beside them meet where they were.
        """
        pixels, colors, ground = self._inked(top, bottom), self.region_colors(), self.sketch.ground
        out: Pixels = np.empty((*pixels.shape[:2], 3), pixels.dtype)
        for rows in strips(len(out)):
            here = slice(top + rows.start, top + rows.stop)
            below, bare = colors[self.labels[here]], self.entries[self.labels[here]] < 0
            if self.shade is not None:
                shade = self.shade[here]
                if ground is not None:
                    # Shade falls on the person's own paper, and without it that stays as it is.
                    paper = ground.paper(here)
                    paper = (paper if paper.dtype == np.uint8 else paper // 257).astype(np.uint8)
                    below = np.where(bare[..., None], paper, below)
                    bare &= (shade == 255).all(axis=2)
                below = multiply(below, shade)
            if ground is None:
                out[rows] = lay_lines(pixels[rows], below)
                continue
            out[rows], own = ground.lay(here, below), ground.pixels[here]
            out[rows][bare] = own[bare] if own.ndim == 3 else own[bare][:, None]
        return out


def multiply(below: Rgb8, above: Rgb8) -> Rgb8:
    """The blend mode *multiply* of opaque colours, rounded: below · above / 255.

    >>> multiply(np.full((1, 1, 3), 200, np.uint8), np.full((1, 1, 3), 128, np.uint8)).tolist()
    [[[100, 100, 100]]]
    """
    product = below.astype(np.uint16) * above + 127
    return (product // 255).astype(np.uint8)


def strips(height: int, step: int = 256) -> Iterator[slice]:
    """Slices that cover ``height`` rows, so that large pages need little memory at a time.

    >>> list(strips(5, 2))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    for top in range(0, height, step):
        yield slice(top, min(top + step, height))


def line_layer(pixels: Pixels) -> AnyArray:
    """Straight-alpha line layer whose composite over white is ``pixels``.

    (H, W, 4) of the same type. Gray lines are black, with the gray as transparency.

    >>> line_layer(np.array([[255, 55, 0]], np.uint8))[0].tolist()
    [[0, 0, 0, 0], [0, 0, 0, 200], [0, 0, 0, 255]]
    """
    white = np.iinfo(pixels.dtype).max
    out = np.zeros((*pixels.shape[:2], 4), pixels.dtype)
    if pixels.ndim == 2:
        out[..., 3] = white - pixels
        return out
    darkest = pixels.min(axis=2)
    alpha = white - darkest
    over = (pixels - darkest[..., None]).astype(np.uint64) * white
    half = np.maximum(alpha, 1)[..., None].astype(np.uint64)
    out[..., :3] = (over + half // 2) // half
    out[..., 3] = alpha
    return out


def lay_lines(pixels: Pixels, below: Rgb8) -> Pixels:
    """Lines over opaque colours, as integer arithmetic of the line layer's alpha.

    With m the darkest channel of a line pixel p and M white: p - m + below · m / M, rounded. For
    gray lines this is multiplication; over white it is p itself. The result is (H, W, 3) of the
    type of ``pixels``.

    >>> lay_lines(np.array([[128, 255]], np.uint8), np.full((1, 2, 3), 200, np.uint8))[0].tolist()
    [[100, 100, 100], [200, 200, 200]]
    """
    white = int(np.iinfo(pixels.dtype).max)
    wide = np.dtype(np.uint16 if white == 255 else np.uint32)
    color = pixels if pixels.ndim == 3 else pixels[..., None]
    darkest = color.min(axis=2, keepdims=True)
    laid: AnyArray = below.astype(wide)
    laid *= white // 255
    laid *= darkest
    laid += white // 2
    laid //= white
    return np.asarray((laid + (color - darkest)).astype(pixels.dtype))
