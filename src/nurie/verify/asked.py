"""What a person asked for: hints and palette."""

import numpy as np

from nurie.arrays import AnyArray, Labels, Mask
from nurie.document import Hints, Palette, Sketch
from nurie.guidance.hints import marks_of, settle
from nurie.guidance.spill import Lines, for_lines
from nurie.regions.ink import find_ink
from nurie.verify.report import Check, broken, codes, hex_of

CONFLICT = "hints of several colours in one region: only nurie's label map tells which one wins"
"""Why some hints could not be judged."""


def allowed_codes(palette: Palette, hints: Hints | None) -> AnyArray:
    """Colours that flats may have: (k,) int64 codes of the palette and of the hints."""
    hinted = codes(hints.colors) if hints is not None else np.zeros(0, np.int64)
    return np.unique(np.concatenate([codes(palette.colors), hinted]))


def check_hints(hints: Hints, seen: AnyArray, labels: Labels | None) -> tuple[Check, bool]:
    """Whether hints are obeyed, and whether some could not be judged.

    With the regions known, hints are those that count in them (``guidance.hints.settle``); where
    several colours share a region, the most frequent one wins.
    """
    wanted, conflict = codes(hints.colors), False
    if labels is None:
        bad = seen != wanted
        bad &= ~slips(hints, bad)
        conflict = bool((bad & np.isin(seen, wanted)).any())
        bad &= ~np.isin(seen, wanted)
    else:
        region = labels[hints.rows, hints.columns].astype(np.int64)
        bad = (region > 0) & ~np.isin(region << 25 | (seen + 1), _winners(region, wanted))
    if bad.any():
        i = min(np.flatnonzero(bad), key=lambda i: (hints.rows[i], hints.columns[i]))
        found = hex_of(int(seen[i])) if seen[i] >= 0 else "paper"
        sentence = f"The flat layers have {found} and not the hinted {hex_of(int(wanted[i]))}"
        return broken("hints", sentence, (int(hints.rows[i]), int(hints.columns[i]))), conflict
    return Check("hints", True, f"{len(wanted)} hinted pixels have their region's hint"), conflict


def obeyed_by(hints: Hints, sketch: Sketch, labels: Labels | None) -> Hints:
    """The hints that a colouring of a sketch must obey.

    With the regions known, these are the ones that count in them. Regions may have been cut since,
    so of a hint picture's marks that cling to lines only those which reach the deepest are judged.
    Without regions, such marks in the colour of the line below them are left out.
    """
    if hints.marks is not None:
        return hints if labels is None else settle(hints, labels)
    on = Lines(find_ink(sketch.pixels).mask, sketch.pixels, shallow=1.0)
    if labels is not None:
        return settle(hints, labels, on)
    _, first, mark = np.unique(marks_of(hints), return_index=True, return_inverse=True)
    at = np.ravel_multi_index((hints.rows, hints.columns), sketch.shape)
    kept = ~for_lines(at, mark.reshape(-1), hints.colors[first], on)[mark.reshape(-1)]
    return Hints(hints.rows[kept], hints.columns[kept], hints.colors[kept])


def slips(hints: Hints, bad: Mask) -> Mask:
    """(m,) pixels by which a broad mark, obeyed in most of its pixels, lies over a neighbour."""
    marks = marks_of(hints)
    size = np.bincount(marks)
    obeyed = np.bincount(marks, ~bad, len(size)) >= np.maximum(size / 2, 1)
    return bad & obeyed[marks]


def _winners(region: AnyArray, wanted: AnyArray) -> AnyArray:
    """Keys (region << 25 | code + 1) of the most frequent hint colours of each region."""
    keys, counts = np.unique(region << 25 | (wanted + 1), return_counts=True)
    most = np.zeros(int(region.max(initial=0)) + 1, np.int64)
    np.maximum.at(most, keys >> 25, counts)
    winners: AnyArray = keys[counts == most[keys >> 25]]
    return winners
