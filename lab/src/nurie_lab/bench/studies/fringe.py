"""Is there a fringe between line and fill? nurie beside G'MIC and a paint bucket.

    python -m nurie_lab.bench.studies.fringe [--out fringe.json] [--sizes 512 1024]

Under a soft line the fill must go on: line over fill is then fill · line at every pixel. Beside the
lines each pixel of a composite is compared with that, for the colour of each fill within reach (at
a line either side's fill is right), and the best one counts. A pixel is fringe when a channel still
differs by more than 8 of 255. At 400 % both are enlarged by bicubic interpolation first, as paint
programs show them.
"""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from nurie_lab.bench.studies.report import save

Array = np.ndarray
VISIBLE = 8
"""Difference of a channel, of 255, from which on a pixel is fringe."""

_INK = 250
_DEEP = 40
_FAR = 3
_REACH = 9


@dataclass(frozen=True)
class Fringe:
    """What is wrong beside the lines of one composite."""

    share: float
    """Share of the pixels beside lines that are fringe, at 100 %."""
    share_400: float
    """The same of the picture enlarged to 400 %."""
    mean: float
    """Mean difference of those pixels' worst channel, of 255, at 100 %."""


def measure(picture: Array, line: Array) -> Fringe:
    """Fringe of a composite.

    Args:
        picture: (H, W, 3) uint8, lines over fills.
        line: (H, W) uint8, the lines over white.
    """
    import cv2

    ideal, known = ideal_of(picture, line)
    near = cv2.dilate((line < _INK).view(np.uint8), np.ones((5, 5), np.uint8)).view(bool)
    beside = near & (line > _DEEP) & known
    off = np.abs(picture.astype(np.int32) - ideal).max(axis=2)
    large = [enlarged(p) for p in (picture, ideal.astype(np.uint8))]
    wide = cv2.resize(beside.view(np.uint8), None, fx=4, fy=4, interpolation=0).view(bool)
    off_400 = np.abs(large[0].astype(np.int32) - large[1]).max(axis=2)[wide]
    if not beside.any():
        return Fringe(0.0, 0.0, 0.0)
    return Fringe(
        float((off[beside] > VISIBLE).mean()),
        float((off_400 > VISIBLE).mean()),
        float(off[beside].mean()),
    )


def ideal_of(picture: Array, line: Array) -> tuple[Array, Array]:
    """The composite as it would be with the best fill within reach under each pixel.

    Returns:
        (H, W, 3) int32, and (H, W) bool: where some fill is within reach.
    """
    import cv2

    ink = (line < _INK).view(np.uint8)
    away = cv2.distanceTransform(1 - ink, cv2.DIST_L2, 3) >= _FAR
    count, parts, stats, _ = cv2.connectedComponentsWithStats(away.view(np.uint8), connectivity=4)
    seen = np.zeros_like(ink)
    best = np.full(line.shape, 1 << 20, np.int32)
    ideal = np.zeros((*line.shape, 3), np.int32)
    kernel = np.ones((2 * _REACH + 1,) * 2, np.uint8)
    for part in range(1, count):
        left, top, width, height, area = stats[part]
        if area < 12:
            continue
        rows = slice(max(top - _REACH, 0), top + height + _REACH)
        columns = slice(max(left - _REACH, 0), left + width + _REACH)
        own = parts[rows, columns] == part
        seen[rows, columns] |= own
        color = np.median(picture[rows, columns][own], axis=0)
        laid = ((line[rows, columns, None] * color + 127) // 255).astype(np.int32)
        off = np.abs(picture[rows, columns].astype(np.int32) - laid).max(axis=2)
        reached = cv2.dilate(own.view(np.uint8), kernel).view(bool)
        better = reached & (off < best[rows, columns])
        best[rows, columns][better] = off[better]
        ideal[rows, columns][better] = laid[better]
    # Where it is so tight that a fill is never seen alone, nobody knows what is right.
    side = 2 * _FAR + 1
    tight = (1 - ink) & (1 - cv2.dilate(seen, np.ones((side, side), np.uint8)))
    doubt = cv2.dilate(tight, kernel).view(bool)
    return ideal, (best < 1 << 20) & ~doubt


def enlarged(picture: Array) -> Array:
    """A picture at 400 %."""
    import cv2

    return cv2.resize(picture, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)


def bucket(line: Array) -> Array:
    """What a paint bucket makes of it: pixels as light as paper take a colour, no others do."""
    import cv2

    rng = np.random.default_rng(0)
    count, parts = cv2.connectedComponents((line > 200).view(np.uint8), connectivity=4)
    colors = rng.integers(40, 230, (count, 3))
    colors[0] = 255
    return ((colors[parts] * line[..., None].astype(np.int32) + 127) // 255).astype(np.uint8)


def soft(line: Array) -> Array:
    """The drawing as if with a soft brush."""
    import cv2

    return cv2.GaussianBlur(line, (0, 0), 1.5)


def painters(folder: Path) -> dict[str, Callable[[Array], Array]]:
    """Each system as a function from lines to a composite."""
    from systems import PIPELINES, load

    def through(system: str) -> Callable[[Array], Array]:
        job = load(system)

        def paint(line: Array) -> Array:
            import cv2

            before, after = folder / "line.png", folder / "painted.png"
            cv2.imwrite(str(before), line)
            job(str(before), str(after))
            return cv2.imread(str(after), cv2.IMREAD_COLOR_RGB)

        return paint

    return {s: through(s) for s in ("nurie", *PIPELINES)} | {"paint bucket": bucket}


def main() -> None:
    from drawings import clean

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[512, 1024])
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="nurie-fringe-") as folder:
        systems = painters(Path(folder))
        for side in options.sizes:
            for kind, line in (("clean", clean(side)), ("soft", soft(clean(side)))):
                for name, paint in systems.items():
                    found = measure(paint(line), line)
                    rows.append({"side": side, "lines": kind, "system": name, **asdict(found)})
                    print(
                        f"| {side} | {kind} | {name} | {100 * found.share:.2f} % | "
                        f"{100 * found.share_400:.2f} % | {found.mean:.2f} |",
                        flush=True,
                    )
    if options.out:
        save(rows, options.out)


if __name__ == "__main__":
    main()
