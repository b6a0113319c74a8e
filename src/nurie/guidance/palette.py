"""Palettes, taken from a picture or unified; chances of bins under a palette or a lightness."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nurie.arrays import AnyArray, Bins, Floats, Ints, Rgb8, sampled
from nurie.colors import (
    BINS,
    WHITE_BIN,
    color_codes,
    colors_of,
    delta_e,
    lab_to_srgb,
    srgb_to_lab,
)
from nurie.document import Palette, strips

# ΔE2000 up to which two colours of different files are one: hardly anybody sees a difference.
_NEARLY_EQUAL = 2.3

NEAR = 16.0
"""Width in Lab of the neighbourhood of a colour."""

# What a unit of chroma is worth, in ΔE2000 of expected error: without it, where much is possible,
# the middle of everything is brown and gray.
_VIVID = 0.07

LIKELY = 9.0
"""Width in Lab of the neighbourhood of the safest colour out of which the likeliest is taken: the
middle of orange and skin need not be a colour that occurs."""


# Difference in L* at which a bin becomes less likely by half a logit.
_LIGHT = 6.0
# Taken from the logits of what must not be.
_NEVER = 30.0

WHITE = 98.5
"""L* from which on a region is white, and below which it is not."""


def extract_palette(picture: Rgb8, *, most: int = 12, apart: float = 9.0) -> Palette:
    """The colours that a picture uses most, apart from near white and near black lines.

    At most ``most`` entries, each ``apart`` from the others in Lab, the commonest first.

    >>> picture = np.full((8, 8, 3), 255, np.uint8); picture[:4] = [200, 30, 30]
    >>> extract_palette(picture).colors.tolist()
    [[200, 30, 30]]
    """
    pixels = sampled(picture).reshape(-1, 3)
    # Sixteen levels a channel gather the grain of lossy files.
    fine = (pixels.astype(np.int32) >> 4) @ np.array([256, 16, 1])
    order = np.argsort(fine, kind="stable")
    starts = np.flatnonzero(np.diff(fine[order], prepend=-1))
    counts = np.diff(np.append(starts, len(order)))
    # What is rarer is no colour of the picture, but the soft edge of one.
    common = np.flatnonzero(counts >= counts.sum() / 3000)
    sizes, starts = counts[common], starts[common]
    medians = np.array([
        np.median(pixels[order[s : s + min(c, 4096)]], axis=0)
        for s, c in zip(starts, sizes, strict=True)
    ], np.uint8).reshape(-1, 3)  # fmt: skip
    # Paper and black lines are in every picture; a palette is what lies between them.
    plain = (medians.min(1) < 235) & (medians.max(1) > 40)
    if not plain.any():
        plain[:] = True
    medians, sizes = medians[plain], sizes[plain]
    lab, chosen = srgb_to_lab(medians), list[int]()
    for i in np.argsort(-sizes, kind="stable").tolist():
        if len(chosen) < most and all(np.linalg.norm(lab[i] - lab[j]) >= apart for j in chosen):
            chosen.append(i)
    return Palette(medians[chosen], name="picture")


def palette_tokens(palette: Palette | None, count: int) -> Floats:
    """Palette as the region model reads it; of a longer one, colours far from each other.

    (count, 4) float32: Lab / 100 and 1, or zeros.

    >>> palette_tokens(None, 2).tolist()
    [[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    """
    tokens = np.zeros((count, 4), np.float32)
    if palette is not None and len(palette):
        lab = srgb_to_lab(palette.colors)[farthest(srgb_to_lab(palette.colors), count)]
        tokens[: len(lab), :3], tokens[: len(lab), 3] = lab / 100, 1
    return tokens


def farthest(points: Floats, count: int) -> list[int]:
    """Indices of at most ``count`` points, each the one farthest from those before it.

    >>> farthest(np.array([[0.0], [1.0], [10.0]]), 2)
    [0, 2]
    """
    chosen, distance = [0], np.full(len(points), np.inf)
    while len(chosen) < min(count, len(points)):
        distance = np.minimum(distance, np.linalg.norm(points - points[chosen[-1]], axis=1))
        chosen.append(int(distance.argmax()))
    return chosen


def over_entries(chances: Floats, bin_colors: Rgb8, palette: Palette) -> Floats:
    """Distribution over palette entries: each bin gives its chance to the entries near it.

    (n, 512) rows that sum to 1 become (n, k) rows that do.

    >>> from nurie.colors import bin_centers, bins_of
    >>> chances = np.zeros((1, 512), np.float32); chances[0, bins_of(np.array([255, 0, 0]))] = 1
    >>> p = Palette(np.array([[250, 5, 5], [0, 0, 255]], np.uint8))
    >>> over_entries(chances, bin_centers(), p).round(2).tolist()
    [[1.0, 0.0]]
    """
    gap = np.linalg.norm(
        srgb_to_lab(bin_colors)[:, None] - srgb_to_lab(palette.colors)[None], axis=2
    )
    # Less the nearest gap: a bin far from all entries still gives its whole chance away.
    share = np.exp(-0.5 * ((gap - gap.min(1, keepdims=True)) / 10) ** 2)
    return np.asarray(chances @ (share / share.sum(1, keepdims=True)).astype(np.float32))


def shares(picture: Rgb8, palette: Palette) -> Floats:
    """Share of a picture that is nearest to each entry of a palette.

    (k,) float32 that sums to 1; k is at least 1.

    >>> picture = np.zeros((2, 2, 3), np.uint8); picture[0] = 250
    >>> shares(picture, Palette(np.array([[255] * 3, [9] * 3], np.uint8))).tolist()
    [0.5, 0.5]
    """
    codes, counts = np.unique(color_codes(sampled(picture)), return_counts=True)
    lab, entries = srgb_to_lab(colors_of(codes)), srgb_to_lab(palette.colors)
    nearest = np.empty(len(lab), np.int64)
    for rows in strips(len(lab), 4096):
        nearest[rows] = np.linalg.norm(lab[rows, None] - entries, axis=2).argmin(axis=1)
    total = np.bincount(nearest, counts, minlength=len(palette))
    return np.asarray(total / total.sum(), np.float32)


def gathered(colors: Rgb8, weight: AnyArray, near: float) -> Ints:
    """For each colour the one that takes its place, itself where it stays: (k,) int32.

    The heaviest of several nearer to each other than ``near`` (ΔE2000) stays.

    >>> gathered(np.array([[9, 9, 9], [10, 9, 9]], np.uint8), np.float32([1, 2]), 3.0).tolist()
    [1, 1]
    """
    lab, target, kept = srgb_to_lab(colors), np.arange(len(colors), dtype=np.int32), list[int]()
    for i in np.argsort(-weight, kind="stable").tolist():
        gap = delta_e(lab[i], lab[kept]) if kept else np.full(1, np.inf)
        if gap.min() < near:
            target[i] = kept[int(gap.argmin())]
        else:
            kept.append(i)
    return target


@dataclass(frozen=True, eq=False)
class Unified:
    """One palette for many files."""

    palette: Palette
    weights: Floats  # (k,) float32: sum of the weights of the entries that became one
    members: tuple[tuple[tuple[int, int], ...], ...]
    """For each entry, the (file, entry) pairs that became it."""


def unify(
    palettes: Sequence[Palette], weights: Sequence[Floats], *, near: float = _NEARLY_EQUAL
) -> Unified:
    """Make one palette of many: colours that are nearly equal become one entry.

    The heaviest colour of each group stays as it is, and names the entry; without a name of its
    own it takes the name of the heaviest that has one. Entries of one palette that have different
    names are different on purpose and stay apart.

    ``weights`` say how much each entry of each palette counts; the heaviest comes first.

    >>> one = Palette(np.array([[200, 30, 30]], np.uint8), ("shirt",))
    >>> two = Palette(np.array([[0, 0, 90], [201, 30, 30]], np.uint8))
    >>> unified = unify([one, two], [np.ones(1, np.float32), np.ones(2, np.float32)])
    >>> unified.palette.names, unified.members
    (('shirt', ''), (((0, 0), (1, 1)), ((1, 0),)))
    """
    places = [(file, at) for file, palette in enumerate(palettes) for at in range(len(palette))]
    if not places:
        return Unified(Palette(np.zeros((0, 3), np.uint8)), np.zeros(0, np.float32), ())
    colors = np.concatenate([palette.colors for palette in palettes])
    names = [palettes[f].names[at] if palettes[f].names else "" for f, at in places]
    heavy = np.concatenate(list(weights)).astype(np.float64)
    lab, groups = srgb_to_lab(colors), list[list[int]]()
    for i in np.argsort(-heavy, kind="stable").tolist():
        gap = delta_e(lab[i], lab[[g[0] for g in groups]]) if groups else np.zeros(0)
        for at in np.argsort(gap, kind="stable").tolist():
            apart = any(places[m][0] == places[i][0] and names[m] != names[i] for m in groups[at])
            # The nearest entry that may take it, not merely the nearest.
            if gap[at] <= near and not apart:
                groups[at].append(i)
                break
        else:
            groups.append([i])
    total = np.array([heavy[g].sum() for g in groups])
    groups = [groups[i] for i in np.argsort(-total, kind="stable")]
    called = tuple(next((names[i] for i in g if names[i]), "") for g in groups)
    return Unified(
        Palette(colors[[g[0] for g in groups]], called if any(called) else (), "unified"),
        np.sort(total)[::-1].astype(np.float32),
        tuple(tuple(places[i] for i in sorted(g)) for g in groups),
    )


def around(chances: Floats, lab: Floats) -> Floats:
    """Chance that a region's colour is about that of each bin; white counts for itself alone.

    ``chances`` are (n, 512) rows that sum to 1, the result (n, 512) in [0, 1].

    >>> from nurie.colors import bin_centers
    >>> even = np.full((1, 512), 1 / 512, np.float32)
    >>> float(around(even, srgb_to_lab(bin_centers())).max()) < 0.2
    True
    """
    return np.asarray(chances @ nearness(lab, NEAR))


def nearness(lab: Floats, width: float) -> Floats:
    """How near each bin is to each other one; white is near to itself alone.

    (512, 512) float32 in [0, 1], a Gaussian in Lab with the standard deviation ``width``.

    >>> from nurie.colors import bin_centers
    >>> float(nearness(srgb_to_lab(bin_centers()), 9.0)[WHITE_BIN].sum())
    1.0
    """
    return _near(lab.tobytes(), width)


@lru_cache(maxsize=4)
def _near(bins: bytes, width: float) -> Floats:
    """``nearness``, kept: each answer asks for the same two widths again and again."""
    lab = np.frombuffer(bins, np.float32).reshape(-1, 3) / width
    size = np.square(lab).sum(1)
    # A Gaussian of the squared distance |a - b|² = |a|² + |b|² - 2 a·b.
    near: Floats = np.exp(lab @ lab.T - (size[:, None] + size[None]) / 2).astype(np.float32)
    near[WHITE_BIN], near[:, WHITE_BIN], near[WHITE_BIN, WHITE_BIN] = 0, 0, 1
    near.flags.writeable = False
    return near


def safest(chances: Floats, bin_colors: Rgb8) -> Bins:
    """The bin that each region takes where one answer is wanted, by Bayes' decision.

    White where it is likelier than all colours together; else the colour of the least expected
    ΔE2000 under the chances of colours, chroma weighed in, and of the bins about it the likeliest.

    ``chances`` are (n, 512) rows that sum to 1.

    >>> from nurie.colors import bin_centers, bins_of
    >>> red, blue = bins_of(np.array([[200, 16, 16], [16, 16, 200]], np.uint8))
    >>> chances = np.zeros((1, 512), np.float32); chances[0, [red, blue]] = 0.9, 0.1
    >>> bool(safest(chances, bin_centers())[0] == red)
    True
    """
    colored = chances.copy()
    colored[:, WHITE_BIN] = 0
    share = colored.sum(axis=1, keepdims=True)
    error = (colored / np.maximum(share, 1e-9)) @ _apart(bin_colors.tobytes())
    lab = srgb_to_lab(bin_colors)
    # The least expected error alone is brown wherever much is possible.
    middle = (error - _VIVID * np.hypot(lab[:, 1], lab[:, 2])).argmin(axis=1)
    pick = (colored * nearness(lab, LIKELY)[middle]).argmax(axis=1)
    return np.where(chances[:, WHITE_BIN] > share[:, 0], WHITE_BIN, pick).astype(np.int32)


@lru_cache(maxsize=2)
def _apart(bin_colors: bytes) -> Floats:
    """(512, 512) ΔE2000 between all bins; 1e3 from any to white, which is nobody's neighbour."""
    lab = srgb_to_lab(np.frombuffer(bin_colors, np.uint8).reshape(BINS, 3))
    one, two = np.triu_indices(BINS)
    apart = np.zeros((BINS, BINS), np.float32)
    apart[one, two] = apart[two, one] = delta_e(lab[one], lab[two])
    apart[:, WHITE_BIN] = 1e3
    return apart


def favour_light(bin_colors: Rgb8, light: Floats) -> Floats:
    """Added to the logits of regions whose lightness is known.

    ``light`` is (n,) L*, NaN where it is not known. The result is (n, 512), at most 0; white is for
    white regions alone, which take nothing else.

    >>> from nurie.colors import bin_centers
    >>> favour_light(bin_centers(), np.float32([100, 50])).argmax(axis=1)[0] == WHITE_BIN
    np.True_
    """
    gap = srgb_to_lab(bin_colors)[None, :, 0] - light[:, None]
    favour = np.maximum(-0.5 * (gap / _LIGHT) ** 2, -_NEVER)
    white = light >= WHITE
    # White is paper: a region is white or it is not, with nothing between.
    favour[white] = -_NEVER
    favour[:, WHITE_BIN] = np.where(white, 0, -_NEVER)
    return np.where(np.isnan(light)[:, None], 0, favour).astype(np.float32)


def as_light(colors: Rgb8, light: Floats) -> Rgb8:
    """Colours of the same hue at another lightness, as colourful as sRGB holds there.

    ``light`` is (n,) L*, NaN for colours that stay; the result is within 0.6 of it.

    >>> as_light(np.array([[255, 0, 0], [9, 9, 9]], np.uint8), np.float32([20, np.nan])).tolist()
    [[106, 0, 0], [9, 9, 9]]
    """
    given = ~np.isnan(light)
    lab = srgb_to_lab(colors)[given]
    lab[:, 0] = light[given]
    # Few hues are as colourful in the dark: chroma is reduced until sRGB holds the colour.
    scale = np.linspace(1, 0, 33, dtype=np.float32)[:, None, None]
    tried = lab_to_srgb(lab * np.concatenate([np.ones_like(scale), scale, scale], axis=2))
    fits = np.abs(srgb_to_lab(tried)[..., 0] - lab[:, 0]) < 0.6
    fits[-1] = True
    out = colors.copy()
    out[given] = tried[fits.argmax(axis=0), np.arange(len(lab))]
    return out
