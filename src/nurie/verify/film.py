"""The promise for a film: frame by frame, with one palette for all, and holds that hold."""

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Pixels, high_bytes
from nurie.colors import color_codes, colors_of, delta_e, srgb_to_lab, to_hex
from nurie.document import Palette, Sketch
from nurie.errors import NurieError
from nurie.io.files import PathLike
from nurie.io.images import read_exact
from nurie.verify import verify
from nurie.verify.report import Check, Report

NEAR = 2.0
"""ΔE2000 below which two colours that never share a frame are one that has drifted."""

LEAST = 20
"""Pixels that a colour fills before it counts: fewer may be where soft lines meet."""

Frame: TypeAlias = tuple[str, Callable[[], Sketch], PathLike]
"""Its name, what reads its drawing, and the file that was made of it."""


def verify_film(
    frames: Iterable[Frame], *, palette: Palette | None = None, pages: bool = False
) -> Report:
    """Prove the pixel promise of a coloured film.

    Frames are read one by one, checked and let go. The report says what broke first in which frame,
    and of all but ``pages``, each of which was coloured alone, whether they have one palette, and
    whether equal drawings have equal pictures.
    """
    checks: list[Check] = []
    unproven: dict[str, None] = {}
    owners: dict[int, list[int]] = {}
    pictures: dict[str, tuple[str, str]] = {}
    moved: str | None = None
    count = shown_twice = 0
    for count, (name, read, path) in enumerate(frames, 1):
        try:
            sketch = read()
            report = verify(sketch, path, palette=palette)
            merged = read_exact(path, max_pixels=max(2 * sketch.pixels.size, 1 << 24))
        except NurieError as error:
            checks.append(Check("frame", False, f"{name}: {error}"))
            continue
        checks += [
            Check(f"{check.name} of {name}", False, f"{name}: {check.detail}", check.pixel)
            for check in report.checks
            if not check.ok
        ]
        unproven |= dict.fromkeys(report.unproven)
        for code in _fills(sketch, merged).tolist():
            owners.setdefault(code, []).append(count)
        drawn, shown = _digest(sketch.pixels), _digest(merged)
        shown_twice += drawn in pictures
        before = pictures.setdefault(drawn, (shown, name))
        if before[0] != shown and moved is None:
            moved = f"{name} has the drawing of {before[1]} and another picture."
    if not checks:
        what = "pages" if pages else "frames"
        checks.append(Check(what, True, f"each of {count} {what} keeps the pixel promise"))
    if pages:
        return Report(tuple(checks), tuple(unproven))
    held = f"equal drawings have equal pictures ({shown_twice} repeated)"
    checks += [_one_palette(owners), Check("holds", moved is None, moved or held)]
    return Report(tuple(checks), tuple(unproven))


def _fills(sketch: Sketch, merged: Pixels) -> AnyArray:
    """Packed colours that fill bare pixels of a frame."""
    bare = sketch.pixels == sketch.white
    bare = bare if bare.ndim == 2 else bare.all(axis=2)
    merged = high_bytes(merged)
    if merged.ndim == 2 or bare.shape != merged.shape[:2]:
        return np.zeros(0, np.int64)
    found, pixels = np.unique(color_codes(merged[bare][:, :3]), return_counts=True)
    return np.asarray(found[pixels >= LEAST])


def _one_palette(owners: dict[int, list[int]]) -> Check:
    """Whether no colour of one frame is a colour of another one that has drifted."""
    found = np.array(sorted(owners), np.int64)
    colors = colors_of(found)
    lab = srgb_to_lab(colors)
    for i, code in enumerate(found.tolist()):
        near = np.flatnonzero(delta_e(lab[i], lab[i + 1 :]) < NEAR) + i + 1
        for j in near.tolist():
            other = owners[int(found[j])]
            if not set(owners[code]) & set(other):
                one, two = to_hex(colors[i]), to_hex(colors[j])
                return Check(
                    "palette", False,
                    f"{one} and {two} are hardly different and never in one frame: frame "
                    f"{owners[code][0]} has the one, frame {other[0]} the other.",
                )  # fmt: skip
    return Check("palette", True, f"all frames share one palette of {len(found)} colours")


def _digest(pixels: Pixels) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels).data).hexdigest()
