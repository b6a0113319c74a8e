"""Plots of cost against pixels and against regions: ``python -m nurie_lab.bench.studies.plots``.

Reads docs/benchmarks.json and docs/parts.json, writes docs/pictures/cost.svg.
"""

import json
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[5] / "docs"
COLORS = {"nurie": "#c2410c", "G'MIC smart, random": "#1d4ed8", "G'MIC auto-fill": "#0f766e"}
FIGURES = {"wall_s": "seconds", "peak_mib": "most memory, MiB"}
"""What is plotted, a row of plots each, and the name of its axis."""

Lines = dict[str, list[tuple[float, float]]]
"""Points by the name of a system or part."""


def main() -> None:
    speed = json.loads((DOCS / "benchmarks.json").read_text("utf-8"))["rows"]
    parts = json.loads((DOCS / "parts.json").read_text("utf-8"))["rows"]
    figure, grid = pyplot().subplots(2, 3, figsize=(11, 6.6), layout="constrained")
    for (left, middle, right), (name, label) in zip(grid, FIGURES.items(), strict=True):
        draw(left, pixels(speed, name), ("Clean drawing, warm", "megapixels", label))
        draw(middle, regions(parts, name), ("Cells on 2048 × 2048, warm", "regions", label))
        draw(right, shares(parts, name), ("Parts of nurie, clean drawing", "megapixels", label))
    save(figure, "cost.svg")


def pyplot() -> Any:
    """The module ``matplotlib.pyplot``, set up so that the same figures give the same file."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams |= {"svg.hashsalt": "nurie", "font.size": 9, "svg.fonttype": "path"}
    from matplotlib import pyplot as plt

    return plt


def save(figure: Any, name: str) -> None:
    """Write a plot to docs/pictures."""
    figure.savefig(DOCS / "pictures" / name, metadata={"Date": None})


def pixels(rows: list[dict[str, Any]], figure: str) -> Lines:
    """A figure against megapixels, by system."""
    found: Lines = {}
    for row in rows:
        if (row["kind"], row["mode"], row["failure"]) == ("clean", "warm", ""):
            found.setdefault(row["system"], []).append((row["side"] ** 2 / 1e6, row[figure]))
    return found


def regions(rows: list[dict[str, Any]], figure: str) -> Lines:
    """A figure against regions, by system; ours from the drawing in memory to a PNG."""
    found: Lines = {}
    table = {(r["at"], r["part"]): r[figure] for r in told(rows, "regions")}
    for (at, part), value in table.items():
        if part == "regions and colours":
            written = table[at, "png"]
            both = value + written if figure == "wall_s" else max(value, written)
            found.setdefault("nurie", []).append((at, both))
        elif part in COLORS:
            found.setdefault(part, []).append((at, value))
    return found


def shares(rows: list[dict[str, Any]], figure: str) -> Lines:
    """A figure against megapixels, by part."""
    found: Lines = {}
    for row in told(rows, "pixels"):
        found.setdefault(row["part"], []).append((row["at"] ** 2 / 1e6, row[figure]))
    return found


def told(rows: list[dict[str, Any]], growth: str) -> list[dict[str, Any]]:
    """What went well of one growth."""
    return [row for row in rows if row["growth"] == growth and not row["failure"]]


def draw(axes: Any, lines: Lines, words: tuple[str, str, str]) -> None:
    """One plot with logarithmic axes; the words are its title and the names of the axes."""
    for name, points in lines.items():
        axes.plot(
            *zip(*sorted(points), strict=True), "o-", ms=3, label=name, color=COLORS.get(name)
        )
    title, along, up = words
    axes.set(xscale="log", yscale="log", xlabel=along, ylabel=up)
    axes.set_title(title, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)


if __name__ == "__main__":
    main()
