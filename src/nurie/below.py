"""What lies below lines: paper in uneven light, and areas that a person has filled already."""

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Mask, Pixels, Rgb8, grainy, high_bytes, sampled
from nurie.colors import color_codes, colors_of

# Longer side in pixels of the reduced picture, and of a tile of it in which paper is looked for.
_SIDE, _TILE = 640, 10
# Share of a tile's pixels that are darker than its paper: lines, the dark half of the noise.
_DARKER = 0.75
# A tile this much darker than the lightest one near it is solid ink, in no light of its own; on a
# dark ground, from which ink may differ less, that is in inverse levels.
_SOLID, _DIMMED = 0.42, 0.7
# How far away that lightest one may be, in tiles.
_NEAR = 5
# Least ratio of dim to bright light, in logarithms, that is not taken for even.
_UNEVEN = 0.07
# Largest step of light from tile to tile, in logarithms, how many of them may be larger, and how
# many where no line is and the paper has grain: such are the edges of shadows.
_STEP, _STEPS, _SHADOWS = 0.14, 0.012, 0.04
# How far the tint of a tile may lie off the usual one, in logarithms, and how many may.
_TINT, _TINTS = 0.11, 0.06
# Share of the picture that is paper at the least, and how dark paper may be in its light.
_PAPER, _DARK = 0.5, 0.86
# Least difference between the channels of a colour that is no gray, and brightest channel of ink,
# both of 255.
_TINTED, _INKY = 24, 70
# Least share of a picture that is filled with one colour, and largest share that is of no such.
_FILLED, _MIXED = 0.001, 0.01
# A sheet on a desk: its share of the picture, of its convex hull, and of the sides of the picture
# that the desk lies along; how much darker that is, of the sheet's light, and how much of it.
_SHEET, _CONVEX, _ALONG, _DESK, _SURELY = (0.3, 0.97), 0.93, 0.6, 0.8, 0.75
# Level below which a channel of a dark ground is as dark as any.
_DEEP = 16
# Level of a channel from which on paper is white, and share of the picture that is white at the
# least where a tint that covers more is a fill.
_WHITE, _BARE = 247, 0.05
# How much darker than a colour the line that bounds it is at the least, of 255.
_BOUND = 40


def paper_light(eight: AnyArray, *, white: bool = False, dark: bool = False) -> Rgb8 | None:
    """Colour of the paper at each pixel of a drawing in uneven light; None where light is even.

    Light changes slowly over a page, whatever its colour, and most of a drawing is paper; a
    painting has jumps and many tints, and a gray tone on white paper an edge. What lies around a
    sheet on a desk is as it is in the picture, so that nothing is drawn there; on ``white`` paper
    there is nothing else to find.

    (H, W) or (H, W, 3) uint8, dark ink on lighter paper, or lighter ink on ``dark`` ground, gives
    (H, W, 3) uint8.

    >>> slope = np.tile(np.linspace(120, 250, 400), (300, 1)).astype(np.uint8)
    >>> int(np.abs(paper_light(slope)[..., 0].astype(int) - slope).max()) <= 5
    True
    >>> paper_light(np.full((300, 400), 200, np.uint8)) is None
    True
    """
    height, width = eight.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    down, across = (round(side * scale / _TILE) for side in (height, width))
    if min(down, across) < 6:
        return None
    size = across * _TILE, down * _TILE
    small = cv2.resize(eight, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    small = np.maximum(small.reshape(size[1], size[0], -1), 4)
    if dark:
        # In inverse levels light ink is dark, and light has the same steps.
        small = (np.float32(255 * _DEEP) / np.maximum(small, _DEEP)).astype(np.float32)
    tiles = _tiles(small, (down, across))
    grain = grainy(eight)
    light, desk = _sheet_light(tiles, small) if grain and not dark else (None, None)
    if white and desk is None:
        return None
    if light is None:
        light = _filled(tiles, np.ones((down, across), bool), _DIMMED if dark else _SOLID)
    lit = _lit(small, light)
    edges = _edges(light, small) & (grain and not dark)
    share = _PAPER * (1 if desk is None else 1 - desk.mean())
    if not _is_light(light, edges, sure=desk is not None) or (lit > _DARK).mean() < share:
        return None
    # In bytes: as floats the light of a page of 50 megapixels would not fit.
    bright = 255 * _DEEP / np.exp(light) if dark else np.exp(light)
    levels = np.clip(bright + 0.5, 1, 255).astype(np.uint8)
    levels = np.ascontiguousarray(np.broadcast_to(levels, (down, across, 3)))
    paper = np.asarray(cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR))
    if edges.any():
        # The edge of a shadow is finer than a tile: there the picture without its lines is light.
        soft = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((_TILE + 1, _TILE + 1), np.uint8))
        soft = cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR)
        beside = cv2.dilate(edges.view(np.uint8), np.ones((3, 3), np.uint8))
        at = cv2.resize(beside, (width, height), interpolation=cv2.INTER_NEAREST) > 0
        paper[at] = soft[at].reshape(np.count_nonzero(at), -1)
    if desk is not None:
        off = cv2.resize(desk.view(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
        paper[off] = eight[off].reshape(np.count_nonzero(off), -1)
    return paper


def _sheet_light(tiles: Floats, small: AnyArray) -> tuple[Floats | None, Mask | None]:
    """Light on a sheet, and the desk around it, (h, w) bool; neither where there is none."""
    on = _sheet(tiles)
    # A part of it that lies in a shadow is no darker than this, and has its tint.
    off = tiles - _filled(tiles, on)
    shaded = (off.min(axis=2) > np.log(_SOLID)) & (np.ptp(off, axis=2) < _TINT)
    for sheet in (on, _whole(on | shaded)):
        light = _filled(tiles, sheet)
        desk = _desk(_lit(small, light), sheet)
        if desk is not None:
            return light, desk
    return None, None


def _sheet(tiles: Floats) -> Mask:
    """Tiles of the largest area in which light changes slowly, (down, across) bool."""
    flat = np.ascontiguousarray(np.broadcast_to(tiles, (*tiles.shape[:2], 3)))
    flat, best = cv2.medianBlur(flat, 3), np.zeros(flat.shape[:2], np.uint8)
    for row, column in np.ndindex(5, 5):
        at = (2 * column + 1) * flat.shape[1] // 10, (2 * row + 1) * flat.shape[0] // 10
        area = np.zeros((flat.shape[0] + 2, flat.shape[1] + 2), np.uint8)
        if not best[at[::-1]]:
            how = 4 | 1 << 8 | cv2.FLOODFILL_MASK_ONLY
            cv2.floodFill(flat, area, at, 0, (_STEP,) * 3, (_STEP,) * 3, how)
            best = max(best, area[1:-1, 1:-1], key=np.count_nonzero)
    return np.asarray(best > 0)


def _whole(tiles: Mask) -> Mask:
    """The largest piece of some tiles without its gaps and holes."""
    closed = cv2.morphologyEx(tiles.view(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = sorted(outlines, key=cv2.contourArea)[-1:]
    return np.asarray(cv2.drawContours(np.zeros_like(closed), largest, -1, 1, cv2.FILLED) > 0)


def _desk(lit: Floats, on: Mask) -> Mask | None:
    """What lies around a sheet of paper, (h, w) bool; None where no sheet lies on anything.

    ``lit`` is the picture, (h, w), over the light of the sheet, of which ``on`` are the tiles.
    """
    if not _SHEET[0] < on.mean() < _SHEET[1]:
        return None
    near = cv2.dilate(on.view(np.uint8), np.ones((3, 3), np.uint8))
    near = cv2.resize(near, lit.shape[::-1], interpolation=cv2.INTER_NEAREST)
    bright = near & (lit > _DESK)
    # Lines go, and then what hangs on the sheet by a thread.
    for how, side in ((cv2.MORPH_CLOSE, _TILE), (cv2.MORPH_OPEN, 2 * _TILE)):
        bright = cv2.morphologyEx(bright, how, np.ones((side, side), np.uint8))
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    sheet = max(outlines, key=cv2.contourArea, default=None)
    if sheet is None:
        return None
    hull = cv2.convexHull(sheet)
    # A margin inwards, as the edge of paper is soft and has a shadow.
    desk = np.ones(lit.shape, np.uint8)
    cv2.drawContours(desk, [hull], 0, 0, cv2.FILLED)
    sides = [side.mean() > _ALONG for side in (desk[0], desk[-1], desk[:, 0], desk[:, -1])]
    dark = (lit < _DESK)[desk > 0]
    if (
        sum(sides) < 2
        or dark.mean() < _SURELY
        or cv2.contourArea(sheet) < _CONVEX * cv2.contourArea(hull)
    ):
        return None
    return np.asarray(cv2.dilate(desk, np.ones((7, 7), np.uint8)) > 0)


def _tiles(small: AnyArray, shape: tuple[int, int]) -> Floats:
    """Logarithm of the paper's level in each tile, (down, across, channels)."""
    tiles = small.reshape(shape[0], _TILE, shape[1], _TILE, -1).swapaxes(1, 2)
    tiles = tiles.reshape(*shape, _TILE**2, -1)
    place = int(_DARKER * _TILE**2)
    return np.log(np.partition(tiles, place, axis=2)[:, :, place].astype(np.float32))


def _lit(small: AnyArray, light: Floats) -> Floats:
    """How light a picture is in the light of its tiles, of white: (h, w) float32."""
    whole = np.exp(cv2.resize(light, small.shape[1::-1], interpolation=cv2.INTER_LINEAR))
    return np.asarray((small / whole.reshape(small.shape)).min(axis=2))


def _filled(light: Floats, on: Mask, solid: float = _SOLID) -> Floats:
    """The same where ink leaves no paper to see: light goes on from what is around.

    ``on``, (down, across) bool, are the tiles of the sheet.
    """
    level = np.where(on, light.max(axis=2), light.min())
    near = cv2.dilate(level, np.ones((2 * _NEAR + 1, 2 * _NEAR + 1), np.uint8))
    seen = (on & (level > near + np.log(solid))).astype(np.float32)
    planes = []
    for channel in np.moveaxis(light, 2, 0):
        # A broad line fills tiles whole, but not three of them side by side.
        plane = cv2.morphologyEx(channel, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        plane = cv2.medianBlur(plane, 3)
        value, weight = plane * seen, seen
        # Each round reaches twice as far, so that nothing stays empty.
        for side in (1, 3, 7, 15, 31, 63, 127):
            broad, held = (cv2.blur(part, (side, side)) for part in (plane * seen, seen))
            value = np.where(weight > 0, value, broad)
            weight = np.where(weight > 0, weight, held)
        planes.append(cv2.GaussianBlur(value / np.maximum(weight, 1e-6), (0, 0), 0.8))
    return np.stack(planes, axis=2)


def _edges(light: Floats, small: AnyArray) -> Mask:
    """Tiles beside which light changes at once, though no line is there: (down, across) bool."""
    level, shape = light.mean(axis=2), light.shape[:2]
    hard = np.zeros(shape, bool)
    for one, two in ((level, hard), (level.T, hard.T)):
        steps = np.abs(np.diff(one, axis=0)) > _STEP
        two[1:] |= steps
        two[:-1] |= steps
    dark = small.min(axis=2).reshape(shape[0], _TILE, shape[1], _TILE).min(axis=(1, 3))
    return np.asarray(hard & (np.log(dark) > light.min(axis=2) + np.log(_SOLID)))


def _is_light(light: Floats, edges: Mask, *, sure: bool) -> bool:
    """Whether levels of paper differ as light does: in a photograph (``sure``) they may be even."""
    level = light.mean(axis=2)
    low, high = np.percentile(level, (5, 95))
    if high - low < _UNEVEN and not sure:
        return False
    steps = [np.abs(np.diff(level, axis=axis)) > _STEP for axis in (0, 1)]
    all_steps = np.concatenate([part.ravel() for part in steps]).mean()
    steps[0] &= ~(edges[1:] & edges[:-1])
    steps[1] &= ~(edges[:, 1:] & edges[:, :-1])
    lined = np.concatenate([part.ravel() for part in steps]).mean()
    tint = light - level[..., None]
    off = np.abs(tint - np.median(tint, axis=(0, 1))).max(axis=2)
    even = (lined < _STEPS or sure) and all_steps < _SHADOWS
    return bool(even and (off > _TINT).mean() < _TINTS)


def balanced(pixels: Pixels, paper: AnyArray) -> Pixels:
    """The picture with its paper made white, of the same shape and type.

    ``paper`` is (3,) or (H, W, 3), its colour in [0, 255].

    >>> balanced(np.array([[200, 50]], np.uint8), np.array([200, 200, 200])).tolist()
    [[255, 64]]
    """
    white, out = int(np.iinfo(pixels.dtype).max), np.empty_like(pixels)
    # Strip by strip: in whole the arithmetic would need many times the picture.
    for top in range(0, len(pixels), 256):
        rows = slice(top, top + 256)
        part = paper if paper.ndim == 1 else paper[rows]
        part = part if pixels.ndim == 3 else part.max(axis=-1)
        lit = pixels[rows] * (np.float32(255) / np.maximum(part, 1).astype(np.float32))
        out[rows] = np.minimum(lit + np.float32(0.5), white).astype(pixels.dtype)
    return out


def find_fills(pixels: Pixels) -> Rgb8 | None:
    """What lies below the lines of a drawing in which a person has filled some areas.

    A fill is broad and of one colour, which is neither white nor as dark as ink; at least one is no
    gray. Below lines and soft edges the nearest fill or paper goes on. (H, W, 3) uint8, white where
    paper is bare; None where nothing is filled, or where colours are mixed as in a painting.

    >>> page = np.full((90, 90, 3), 255, np.uint8); page[30:60, 30:60] = 200, 60, 60
    >>> find_fills(page)[[0, 45], [0, 45]].tolist(), find_fills(page[..., 0])
    ([[255, 255, 255], [200, 60, 60]], None)
    """
    if pixels.ndim == 2:
        return None
    small = high_bytes(sampled(pixels)).reshape(-1, 3)
    tinted = np.ptp(small, axis=1) >= _TINTED
    if np.count_nonzero(tinted) < _FILLED * len(small):
        return None
    # Colours that fills may have, the commonest first.
    codes, count = np.unique(color_codes(small), return_counts=True)
    colors = colors_of(codes)
    fits = count >= _FILLED * len(small)
    fits &= (colors.min(axis=1) < _WHITE) & (colors.max(axis=1) >= _INKY)
    return _below(high_bytes(pixels), colors[fits][np.argsort(-count[fits], kind="stable")])


def leaves_bare(pixels: Pixels, tint: tuple[int, int, int]) -> bool:
    """Whether lines part much white from a tint: a person has filled all around it.

    White paint on tinted paper is small, and has no lines along it.
    """
    eight = high_bytes(pixels)
    bare = (eight.min(axis=2) >= _WHITE).view(np.uint8)
    return bool(bare.mean() > _BARE and _bounded(bare, eight.max(axis=2) < max(tint) - _BOUND))


def _below(eight: Rgb8, colors: Rgb8) -> Rgb8 | None:
    """What lies below the lines, where areas are filled with some of these colours."""
    radius = max(4, round(0.008 * min(eight.shape[:2])))
    broad = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    below, known, gray = np.full_like(eight, 255), eight.min(axis=2) >= _WHITE, True
    strokes = np.zeros_like(known)
    for color in colors:
        low, high = (np.clip(color.astype(int) + d, 0, 255).astype(np.uint8) for d in (-3, 3))
        like = cv2.inRange(eight, low, high)
        like[known] = 0
        if cv2.morphologyEx(like, cv2.MORPH_OPEN, broad).any():
            if _is_stroke(like, eight.max(axis=2) < int(color.max()) - _BOUND):
                strokes |= like > 0
                continue
            heart = cv2.morphologyEx(like, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
            # Into its corners, too: all that hangs on it.
            count, pieces = cv2.connectedComponents(like)
            hangs = np.bincount(pieces[heart > 0], minlength=count) > 0
            own = hangs[pieces]
            below[own], known = color, known | own
            gray &= bool(np.ptp(color) < _TINTED)
    rest = (~(known | strokes) & (eight.max(axis=2) > _INKY)).view(np.uint8)
    if gray or not known.any() or cv2.morphologyEx(rest, cv2.MORPH_OPEN, broad).mean() > _MIXED:
        return None
    under = _nearest(below, known)
    # A soft pixel that is lighter than the fill beside it is a line over white, which a bucket
    # that fills up to a threshold has left: the fill goes on below it.
    bare = (eight > under.astype(np.int16) + 8).any(axis=2)
    fade = eight.max(axis=2) / np.maximum(under.max(axis=2), 1)
    bare |= 2 * np.ptp(eight, axis=2) < np.ptp(under, axis=2) * fade
    under[bare & ~known] = 255
    # The soft edge of a fill that no line bounds lies between its colour and white, and is no line.
    fill = known & (np.ptp(below, axis=2) >= _TINTED)
    edge = _grown(fill, 2) & _grown(known & ~fill, 2) & ~known & ~strokes
    at, fills = np.nonzero(edge), _nearest(below, fill)
    lost, way = 255.0 - eight[at], 255.0 - fills[at]
    share = (lost * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1)
    mixed = (share < 1) & (np.abs(lost - share[:, None] * way).max(axis=1, initial=0) <= 12)
    under[at[0][mixed], at[1][mixed]] = eight[at][mixed]
    return under


def _nearest(colors: Rgb8, known: Mask) -> Rgb8:
    """Colour of the nearest known pixel at each one, white where there is none at all."""
    _, nearest = cv2.distanceTransformWithLabels(
        (~known).view(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.full((int(nearest.max()) + 1, 3), 255, np.uint8)
    table[nearest[known]] = colors[known]
    return np.asarray(table[nearest])


def _grown(mask: Mask, radius: int) -> Mask:
    side = 2 * radius + 1
    return np.asarray(cv2.dilate(mask.view(np.uint8), np.ones((side, side), np.uint8)) > 0)


def _bounded(like: AnyArray, darker: Mask) -> bool:
    """Whether darker pixels lie along most of the rim of an area, (H, W) uint8, 1 on it."""
    rim = (like > 0) & (cv2.erode(like, np.ones((3, 3), np.uint8)) == 0)
    return bool(2 * np.count_nonzero(rim & _grown(darker, 3)) > np.count_nonzero(rim))


def _is_stroke(like: AnyArray, darker: Mask) -> bool:
    """Whether pixels of one colour are lines of coloured ink: thin, and bounded by no darker ones.

    (H, W) uint8, 1 on the colour, and (H, W) bool.
    """
    edges = [np.count_nonzero(np.diff(like, axis=axis)) for axis in (0, 1)]
    width = 2 * np.count_nonzero(like) / max(sum(edges), 1)
    if _bounded(like, darker):
        return False
    core = cv2.distanceTransform(like, cv2.DIST_L2, 3) > 0.8 * width
    away = cv2.distanceTransform((~core).view(np.uint8), cv2.DIST_L2, 3)
    thin = (like > 0) & (away > 0.8 * width) if core.any() else like > 0
    return bool(np.count_nonzero(thin) > 0.25 * np.count_nonzero(like))
