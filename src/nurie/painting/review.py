"""Doubt: which regions a person should look at, in the order in which a hint helps most."""

from dataclasses import replace
from typing import Any

import numpy as np

from nurie.arrays import Floats, Ints, Mask
from nurie.colors import to_hex
from nurie.document import PAPER, Layers, Palette
from nurie.errors import OptionError
from nurie.painting.kin import directions
from nurie.regions.measure import measure

SURE = 0.5
"""A region whose colour has less than this confidence is unsure."""

# How much of a region's doubt goes away, as it is counted, when one quite like it gets a hint.
FOLLOW = 0.5

# Cosine of two regions' features, less the drawing's mean, from which on they are alike.
_ALIKE = 0.6
# Regions with the greatest doubt, among which likeness is looked at; the rest follow by doubt.
_MOST = 512


def doubt(confidence: Floats, area: Floats) -> Floats:
    """What is at stake in each region: the chance that it is wrong times the root of its area.

    The root stands between counting regions, where every one is a click, and counting pixels,
    where the sky is all that matters; it is also the weight of the model's training.

    >>> doubt(np.array([0.5, 1.0]), np.array([100.0, 100.0])).tolist()
    [5.0, 0.0]
    """
    return np.asarray((1 - confidence) * np.sqrt(area))


def asking_order(confidence: Floats, area: Floats, features: Floats, free: Mask) -> Ints:
    """Regions in the order in which a hint helps most.

    A hint settles its own region and, by the model, those that look like it. The gain of a hint for
    region i is d_i + ``FOLLOW`` Σ_j s_ij d_j over the other free regions, with d the ``doubt`` and
    s_ij in [0, 1] how alike their features are. Once a region is in the order, it settles its share
    of the doubt of the others: the next is chosen from what is left, so that one of ten feathers
    comes early and not all ten.

    (n,) confidence in [0, 1], (n,) pixels, (n, C) features, and (n,) regions whose colour is the
    model's choice; of these the rows, the most helpful first.

    >>> one, area = np.array([0.9, 0.2, 0.2]), np.array([100.0, 100.0, 400.0])
    >>> asking_order(one, area, np.eye(3), np.array([True, True, True])).tolist()
    [2, 1, 0]
    """
    stake = doubt(confidence, area)
    rows = np.flatnonzero(free)
    rows = rows[np.argsort(-stake[rows], kind="stable")]
    # Likeness of all pairs would take memory as the square of the regions.
    some, rest = rows[:_MOST], rows[_MOST:]
    shape = directions(features[some])
    # 0 up to a cosine of that, rising to 1.
    alike: Floats = np.maximum((shape @ shape.T - _ALIKE) / (1 - _ALIKE), 0).astype(np.float32)
    np.fill_diagonal(alike, 0)
    left = stake[some].astype(np.float32)
    order, waiting = list[int](), np.ones(len(some), bool)
    for _ in range(len(some)):
        gain = left + FOLLOW * (alike @ left)
        best = int(np.where(waiting, gain, -np.inf).argmax())
        order.append(best)
        waiting[best] = False
        left -= FOLLOW * alike[best] * left
        # Its own doubt is gone once it has a hint.
        left[best] = 0
    return np.concatenate([some[order], rest]).astype(np.int32)


def review(layers: Layers, *, sure: float = SURE) -> Ints:
    """The unsure regions, in the order in which a hint helps most.

    (k,) int32 labels, the least sure first where the layers do not say what to ask; none where
    nothing is known of the confidence.

    Raises:
        OptionError: ``sure`` is no probability.
    """
    if not 0 <= sure <= 1:
        raise OptionError(f"A confidence of {sure} makes no sense; give a number from 0 to 1.")
    if layers.confidence is None:
        return np.zeros(0, np.int32)
    ask = layers.ask
    if ask is None:
        ask = np.argsort(layers.confidence, kind="stable").astype(np.int32)
        ask = ask[(layers.entries >= 0)[ask] & ~layers.hinted[ask]]
    return np.asarray(ask[layers.confidence[ask] < sure])


def leave_unsure(layers: Layers, *, sure: float = SURE) -> Layers:
    """The same drawing with its unsure regions left as paper, and no palette entry unused."""
    entries = layers.entries.copy()
    entries[review(layers, sure=sure)] = PAPER
    used, palette = np.unique(entries[entries >= 0]), layers.palette
    # One more, which PAPER points at.
    number = np.full(len(palette) + 1, PAPER, np.int32)
    number[used] = np.arange(len(used))
    names = tuple(palette.names[i] for i in used.tolist()) if palette.names else ()
    kept = Palette(palette.colors[used], names, palette.name)
    return replace(layers, entries=number[entries], palette=kept)


def report(layers: Layers, *, sure: float = SURE) -> dict[str, Any]:
    """All that is known of a coloured drawing's regions, ready for JSON.

    ``unsure`` are labels in the order in which a hint helps most. Of a region ``center`` is (row,
    column), ``box`` (top, left, bottom, right), ``part`` what it shows where that is sure, ``ask``
    its place in ``unsure`` from 1.
    """
    order = review(layers, sure=sure).tolist()
    place = {label: i for i, label in enumerate(order, 1)}
    measures, colors = measure(layers.labels), layers.region_colors()
    height, width = layers.sketch.shape
    regions, sure_of = [], layers.confidence
    for i, entry in enumerate(layers.entries[1 : len(measures) + 1].tolist()):
        about = {
            "label": i + 1,
            "area": int(measures.area[i]),
            "center": [round(float(v), 2) for v in measures.center[i]],
            "box": [int(v) for v in measures.box[i]],
            "color": to_hex(colors[i + 1]) if entry >= 0 else None,
            "entry": entry if entry >= 0 else None,
            "confidence": None if sure_of is None else round(float(sure_of[i + 1]), 4),
            "part": (layers.parts[i + 1] if layers.parts else "") or None,
            "hinted": bool(layers.hinted[i + 1]),
            "paper": entry < 0,
            "ask": place.get(i + 1),
        }
        regions.append(about)
    return {"width": width, "height": height, "sure": sure, "unsure": order, "regions": regions}


def score(layers: Layers) -> float:
    """How likely the model holds a colouring: mean log confidence by root of area, at most 0.

    Regions that a person coloured, and those that stay paper whatever the model says, do not
    count.
    """
    ask, confidence, area = layers.ask, layers.confidence, layers.area
    if ask is None or confidence is None or area is None or not len(ask):
        return 0.0
    weight, logs = np.sqrt(area[ask]), np.log(np.maximum(confidence[ask], 1e-4))
    return float((logs * weight).sum() / max(weight.sum(), 1e-9))
