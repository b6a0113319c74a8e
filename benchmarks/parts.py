"""What each part of a colouring costs, and how it grows with pixels and with regions.

    python benchmarks/parts.py --out docs/parts.json

A drawing is taken through finding its regions, colouring them, and writing layers, in one process
that is warm. For the growth with regions, sheets of one size hold more and more wobbly cells; the
rivals of G'MIC colour the same sheets. Repeats go round all drawings; medians are reported.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import report
from systems import PIPELINES, load

from drawings import Array, clean

SIDES = (512, 1024, 2048, 4096)
CELLS = (9, 36, 144, 576, 2304)
"""Cells of a sheet: squares of whole numbers."""

SHEET = 2048
"""Side of the sheets of cells in pixels."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="JSON file with all figures")
    parser.add_argument("--repeats", type=int, default=3, help="rounds of which the median counts")
    options = parser.parse_args()
    drawings = {("pixels", side): clean(side) for side in SIDES}
    drawings |= {("regions", count): cells(count) for count in CELLS}
    rows = [row for round_ in range(options.repeats) for row in measure(drawings, round_)]
    result = {"about": report.surroundings(), "repeats": options.repeats, "rows": middle(rows)}
    for row in result["rows"]:
        print("{growth:8} {at:5} {part:20} {wall_s:.3f} s".format(**row))
    report.replace(options.out, json.dumps(result, indent=1) + "\n")


def cells(count: int, seed: int = 0) -> Array:
    """(SHEET, SHEET) uint8 sheet of cells between wobbly lines, 0 ink on 255 paper."""
    import cv2

    across = round(count**0.5)
    rng = np.random.default_rng(seed)
    page = np.full((SHEET, SHEET), 255, np.uint8)
    along = np.linspace(0, SHEET, 400)
    for k in range(1, across):
        for turned in (False, True):
            middle_of = SHEET * k / across
            swing = SHEET / across * 0.2 * np.sin(along / SHEET * 9 + rng.uniform(0, 6))
            points = np.stack([along, middle_of + swing], 1)
            points = points[:, ::-1] if turned else points
            cv2.polylines(page, [points.round().astype(np.int32)], False, 0, 5, cv2.LINE_AA)
    return page


def measure(drawings: dict[tuple[str, int], Array], round_: int) -> list[dict[str, Any]]:
    """One round over all drawings; the first is preceded by a warm-up."""
    from nurie.api import Colorizer
    from nurie.document import Sketch

    colorizer, rows = _colorizer(Colorizer), []
    rivals = {name: _rival(name) for name in PIPELINES} if round_ == 0 else _RIVALS
    _RIVALS.update(rivals)
    with tempfile.TemporaryDirectory(prefix="nurie-parts-") as folder:
        if round_ == 0:
            parts(colorizer, Sketch(np.ascontiguousarray(next(iter(drawings.values())))), folder)
        for (growth, at), page in drawings.items():
            took = parts(colorizer, Sketch(page), folder)
            if growth == "regions":
                for name, rival in rivals.items():
                    took[name] = rival(page, Path(folder))
            rows += [
                {"growth": growth, "at": at, "part": part, "wall_s": seconds}
                for part, seconds in took.items()
            ]
    return rows


_RIVALS: dict[str, Callable[[Array, Path], float]] = {}
_LOADED: list[Any] = []


def _colorizer(kind: Any) -> Any:
    """The packaged model, loaded once."""
    if not _LOADED:
        _LOADED.append(kind.load())
    return _LOADED[0]


def parts(colorizer: Any, sketch: Any, folder: str) -> dict[str, float]:
    """Seconds of each part of one colouring."""
    from nurie.api import save
    from nurie.regions.segment import segment

    took = {}
    start = time.perf_counter()
    segment(sketch.pixels)
    took["regions"] = time.perf_counter() - start
    start = time.perf_counter()
    layers = colorizer.colorize(sketch)
    took["regions and colours"] = time.perf_counter() - start
    for suffix in ("png", "ora", "psd"):
        start = time.perf_counter()
        save(layers, Path(folder) / f"out.{suffix}", force=True)
        took[suffix] = time.perf_counter() - start
    return took


def _rival(name: str) -> Callable[[Array, Path], float]:
    job = load(name)

    def run(page: Array, folder: Path) -> float:
        import cv2

        cv2.imwrite(str(folder / "in.png"), page)
        start = time.perf_counter()
        job(str(folder / "in.png"), str(folder / "rival.png"))
        return time.perf_counter() - start

    return run


def middle(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The median of each part on each drawing."""
    groups: dict[tuple[str, int, str], list[float]] = {}
    for row in rows:
        groups.setdefault((row["growth"], row["at"], row["part"]), []).append(row["wall_s"])
    return [
        {"growth": growth, "at": at, "part": part, "wall_s": round(report.median(seconds), 4)}
        for (growth, at, part), seconds in groups.items()
    ]


if __name__ == "__main__":
    main()
