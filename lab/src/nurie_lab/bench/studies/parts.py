"""What each part of a colouring costs, and how it grows with pixels and with regions.

    python -m nurie_lab.bench.studies.parts --out docs/parts.json

A drawing is taken through finding its regions, colouring them, and writing layers, in one process
that is warm. For the growth with regions, sheets of one size hold more and more wobbly cells; the
rivals of G'MIC colour the same sheets, from file to file, each in a warm process of its own. They
take turns with the parts; medians are reported, and the most memory that a process held meanwhile.
"""

import argparse
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from nurie_lab.bench.studies import report
from nurie_lab.bench.studies.drawings import Array, clean
from nurie_lab.bench.studies.measuring import Cost, Worker, measured
from nurie_lab.bench.studies.speed import failed, middle
from nurie_lab.bench.studies.systems import PIPELINES

SIDES = (512, 1024, 2048, 4096)
CELLS = (9, 36, 144, 576, 2304)
"""Cells of a sheet: squares of whole numbers."""

SHEET = 2048
"""Side of the sheets of cells in pixels."""

TIMEOUT = 120.0
"""Seconds that a rival may take for a sheet."""


def main() -> None:
    from nurie.api import Colorizer

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="JSON file with all figures")
    parser.add_argument("--repeats", type=int, default=3, help="rounds of which the median counts")
    options = parser.parse_args()
    sheets = [(side, "pixels", side, partial(clean, side)) for side in SIDES]
    sheets += [(SHEET, "regions", count, partial(cells, count)) for count in CELLS]
    # Small pages first: part of what a process once held stays with it.
    sheets.sort(key=lambda sheet: sheet[0])
    colorizer, rows = Colorizer.load(), list[dict[str, Any]]()
    with tempfile.TemporaryDirectory(prefix="nurie-parts-") as folder:
        parts(colorizer, clean(SIDES[0]), Path(folder))
        for _, growth, at, draw in sheets:
            rivals = tuple(PIPELINES) if growth == "regions" else ()
            costs = measure(colorizer, draw(), rivals, options.repeats, Path(folder))
            for part, runs in costs.items():
                rows.append({"growth": growth, "at": at, "part": part, **middle(runs)})
                print(line(rows[-1]), flush=True)
    result = {"about": report.surroundings(), "repeats": options.repeats, "rows": rows}
    report.save(result, options.out)


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


def measure(
    colorizer: Any, page: Array, rivals: tuple[str, ...], repeats: int, folder: Path
) -> dict[str, list[Cost]]:
    """What every part and every rival took of one drawing, in turns."""
    import cv2

    costs: dict[str, list[Cost]] = {}
    cv2.imwrite(str(folder / "in.png"), page)
    workers = {
        name: Worker(name, folder / "in.png", folder / f"rival-{i}.png", timeout=TIMEOUT)
        for i, name in enumerate(rivals)
    }
    try:
        for _ in range(repeats):
            took = parts(colorizer, page, folder)
            took |= {name: worker.run() for name, worker in workers.items()}
            for name, cost in took.items():
                if not failed(costs.setdefault(name, [])):
                    costs[name].append(cost)
    finally:
        for worker in workers.values():
            worker.close()
    return costs


def parts(colorizer: Any, page: Array, folder: Path) -> dict[str, Cost]:
    """What each part of one colouring takes."""
    from nurie.api import save
    from nurie.document import Sketch
    from nurie.regions.segment import segment

    sketch, made = Sketch(np.ascontiguousarray(page)), []
    jobs = {
        "regions": lambda: segment(sketch.pixels),
        "regions and colours": lambda: made.append(colorizer.colorize(sketch)),
    }
    for suffix in ("png", "ora", "psd"):
        jobs[suffix] = lambda s=suffix: save(made[0], folder / f"out.{s}", force=True)
    return {name: measured(job) for name, job in jobs.items()}


def line(row: dict[str, Any]) -> str:
    figures = row["failure"] or "{wall_s:.3f} s, {peak_mib:.0f} MiB".format(**row)
    return f"{row['growth']:8} {row['at']:5} {row['part']:20} {figures}"


if __name__ == "__main__":
    main()
