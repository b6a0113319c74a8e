"""What each part of a colouring costs, and how it grows with pixels and with regions.

A drawing is taken through finding its regions, colouring them, writing layers and swapping their
palette, in one process that is warm. For the growth with regions, sheets of one size hold more and
more wobbly cells; the rivals of G'MIC colour the same sheets from file to file, each in a warm
process of its own. They take turns with the parts.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.bench.requests import Cost
from nurie_lab.bench.studies import Options
from nurie_lab.bench.studies.speed import NURIE, RIVALS, clean, take_turns, warm_jobs
from nurie_lab.bench.worker import measured

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from nurie.api import Colorizer
    from nurie.document import Layers

SIDES = (512, 1024, 2048, 4096)
CELLS = (9, 36, 144, 576, 2304)
"""Cells of a sheet: squares of whole numbers."""

SHEET = 2048
"""Side of the sheets of cells in pixels."""

COLORS = {"nurie": "#c2410c", "G'MIC smart, random": "#1d4ed8", "G'MIC auto-fill": "#0f766e"}

Points: TypeAlias = dict[str, list[tuple[float, float]]]
"""Points of a plot by the name of a system or part."""


def run(options: Options) -> dict[str, Any]:
    """The facts of ``Parts``; ``cost.svg`` is drawn beside them where ``speed.json`` is there."""
    sheets: list[tuple[int, str, int, Callable[[], AnyArray]]] = [
        (side, "pixels", side, partial(clean, side)) for side in options.sides or SIDES
    ]
    sheets += [(SHEET, "regions", count, partial(cells, count)) for count in CELLS]
    # Small pages first: part of what a process once held stays with it.
    sheets.sort(key=lambda sheet: sheet[0])
    colorizer, rows = options.colorizer(), list[dict[str, Any]]()
    with TemporaryDirectory(prefix="nurie-parts-") as folder:
        for _, growth, at, make in sheets:
            taken = measure(colorizer, make(), Path(folder), options, rivals=growth == "regions")
            rows += [{"growth": growth, "at": at, "part": part, **row} for part, row in taken]
    speed = options.out / "speed.json"
    if speed.exists():
        plot(json.loads(speed.read_text("utf-8"))["rows"], rows, options.out / "cost.svg")
    return {"repeats": options.repeats, "rows": rows}


def cells(count: int) -> AnyArray:
    """(SHEET, SHEET) uint8 sheet of cells between wobbly lines, 0 ink on 255 paper."""
    import cv2

    across, rng = round(count**0.5), np.random.default_rng(0)
    page = np.full((SHEET, SHEET), 255, np.uint8)
    along = np.linspace(0, SHEET, 400)
    for k in range(1, across):
        for turned in (False, True):
            swing = SHEET / across * 0.2 * np.sin(along / SHEET * 9 + rng.uniform(0, 6))
            points = np.stack([along, SHEET * k / across + swing], 1)
            points = (points[:, ::-1] if turned else points).round().astype(np.int32)
            cv2.polylines(page, [points], False, 0, 5, cv2.LINE_AA)
    return page


def measure(
    colorizer: "Colorizer", page: AnyArray, folder: Path, options: Options, *, rivals: bool
) -> Iterable[tuple[str, dict[str, Any]]]:
    """What every part, and every rival, took of one drawing, in turns."""
    from nurie.io.images import write_picture

    drawing = folder / "in.png"
    write_picture(drawing, page, force=True)
    with ExitStack() as stack:
        jobs = parts(colorizer, page, folder)
        if rivals:
            jobs |= warm_jobs(RIVALS, drawing, stack, limit=options.limit)
        return take_turns(jobs, options.repeats + 1, skip=1).items()


def parts(colorizer: "Colorizer", page: AnyArray, folder: Path) -> dict[str, Callable[[], Cost]]:
    """A job for each part of one colouring, in the order in which they must be done."""
    from nurie.api import save
    from nurie.document import Palette, Sketch
    from nurie.io.recolor import read_flats, write_flats
    from nurie.regions.segment import segment

    sketch, made = Sketch(np.ascontiguousarray(page)), list["Layers"]()

    def color() -> None:
        made[:] = [colorizer.colorize(sketch)]

    def write(suffix: str) -> None:
        save(made[0], folder / f"out.{suffix}", force=True)

    def swap(suffix: str) -> None:
        drawing = read_flats(folder / f"out.{suffix}")
        other = Palette(255 - drawing.palette.colors, drawing.palette.names)
        write_flats(folder / f"swapped.{suffix}", drawing, other, force=True)

    jobs: dict[str, Callable[[], object]] = {
        "regions": lambda: segment(sketch.pixels),
        "regions and colours": color,
        **{suffix: partial(write, suffix) for suffix in ("png", "ora", "psd")},
        **{f"other palette, {suffix}": partial(swap, suffix) for suffix in ("ora", "psd")},
    }
    return {name: partial(measured, job) for name, job in jobs.items()}


def show(facts: dict[str, Any]) -> str:
    """One table."""
    lines = ["| growth with | at | part | seconds | peak MiB |", "|---|--:|---|--:|--:|"]
    for row in facts["rows"]:
        figures = row["failure"] or "{wall_s:.3f} | {peak_mib:.0f}".format(**row)
        lines.append(f"| {row['growth']} | {row['at']} | {row['part']} | {figures} |")
    return "\n".join(lines)


def plot(speed: list[dict[str, Any]], rows: list[dict[str, Any]], path: Path) -> None:
    """Seconds and memory against pixels and against regions, as an SVG with the same bytes."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from nurie.io.files import replacing

    style: Any = {"svg.hashsalt": "nurie", "font.size": 9, "svg.fonttype": "path"}
    with rc_context(style), replacing(path, force=True) as stream:
        figure = Figure(figsize=(11, 6.6), layout="constrained")
        grid = figure.subplots(2, 3)
        for axes, (name, up) in zip(
            grid, {"wall_s": "seconds", "peak_mib": "most memory, MiB"}.items(), strict=True
        ):
            _draw(axes[0], by_pixels(speed, name), ("Clean drawing, warm", "megapixels", up))
            _draw(axes[1], by_regions(rows, name), ("Cells on 2048 × 2048, warm", "regions", up))
            _draw(axes[2], by_part(rows, name), ("Parts of nurie", "megapixels", up))
        figure.savefig(stream, format="svg", metadata={"Date": None})


def by_pixels(speed: list[dict[str, Any]], figure: str) -> Points:
    """A figure of warm runs on the clean drawing against megapixels, by system."""
    found: Points = {}
    for row in speed:
        if (row["kind"], row["mode"], row["failure"]) == ("clean", "warm", ""):
            found.setdefault(row["system"], []).append((row["side"] ** 2 / 1e6, row[figure]))
    return found


def by_regions(rows: list[dict[str, Any]], figure: str) -> Points:
    """A figure against regions, by system; ours from the drawing in memory to a PNG."""
    found: Points = {}
    good = [row for row in rows if row["growth"] == "regions" and not row["failure"]]
    table = {(row["at"], row["part"]): row[figure] for row in good}
    for (at, part), value in table.items():
        if part == "regions and colours":
            written = table[at, "png"]
            both = value + written if figure == "wall_s" else max(value, written)
            found.setdefault(NURIE.name, []).append((at, both))
        elif part in COLORS:
            found.setdefault(part, []).append((at, value))
    return found


def by_part(rows: list[dict[str, Any]], figure: str) -> Points:
    """A figure against megapixels, by part."""
    found: Points = {}
    for row in rows:
        if row["growth"] == "pixels" and not row["failure"]:
            found.setdefault(row["part"], []).append((row["at"] ** 2 / 1e6, row[figure]))
    return found


def _draw(axes: "Axes", lines: Points, words: tuple[str, str, str]) -> None:
    """One plot with logarithmic axes; the words are its title and the names of the axes."""
    for name, points in lines.items():
        along, up = zip(*sorted(points), strict=True)
        axes.plot(along, up, "o-", ms=3, label=name, color=COLORS.get(name))
    axes.set(xscale="log", yscale="log", xlabel=words[1], ylabel=words[2])
    axes.set_title(words[0], loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)
