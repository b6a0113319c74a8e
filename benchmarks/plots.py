"""Plots of cost against pixels and against regions: ``python benchmarks/plots.py``.

Reads docs/benchmarks.json and docs/parts.json, writes docs/pictures/cost.svg.
"""

import json
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent.parent / "docs"
COLORS = {"nurie": "#c2410c", "G'MIC smart, random": "#1d4ed8", "G'MIC auto-fill": "#0f766e"}


def main() -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    # The same figures give the same file.
    mpl.rcParams |= {"svg.hashsalt": "nurie", "font.size": 9, "svg.fonttype": "path"}
    from matplotlib import pyplot as plt

    speed = json.loads((DOCS / "benchmarks.json").read_text("utf-8"))
    parts = json.loads((DOCS / "parts.json").read_text("utf-8"))
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(11, 3.4), layout="constrained")
    draw(left, pixels(speed["rows"]), "Clean drawing, warm", "megapixels")
    draw(middle, regions(parts["rows"]), "Cells on 2048 × 2048, warm", "regions")
    draw(right, shares(parts["rows"]), "Parts of nurie, clean drawing", "megapixels")
    figure.savefig(DOCS / "pictures" / "cost.svg", metadata={"Date": None})


def pixels(rows: list[dict[str, Any]]) -> dict[str, list[tuple[float, float]]]:
    """Seconds against megapixels, by system."""
    found: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        if (row["kind"], row["mode"], row["failure"]) == ("clean", "warm", ""):
            found.setdefault(row["system"], []).append((row["side"] ** 2 / 1e6, row["wall_s"]))
    return found


def regions(rows: list[dict[str, Any]]) -> dict[str, list[tuple[float, float]]]:
    """Seconds against regions, by system; ours from the drawing in memory to a PNG."""
    found: dict[str, list[tuple[float, float]]] = {}
    table = {(r["at"], r["part"]): r["wall_s"] for r in rows if r["growth"] == "regions"}
    for (at, part), seconds in table.items():
        if part == "regions and colours":
            found.setdefault("nurie", []).append((at, seconds + table[at, "png"]))
        elif part in COLORS:
            found.setdefault(part, []).append((at, seconds))
    return found


def shares(rows: list[dict[str, Any]]) -> dict[str, list[tuple[float, float]]]:
    """Seconds against megapixels, by part."""
    found: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        if row["growth"] == "pixels":
            found.setdefault(row["part"], []).append((row["at"] ** 2 / 1e6, row["wall_s"]))
    return found


def draw(axes: Any, lines: dict[str, list[tuple[float, float]]], title: str, label: str) -> None:
    """One plot with logarithmic axes."""
    for name, points in lines.items():
        axes.plot(
            *zip(*sorted(points), strict=True), "o-", ms=3, label=name, color=COLORS.get(name)
        )
    axes.set(xscale="log", yscale="log", xlabel=label, ylabel="seconds")
    axes.set_title(title, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)


if __name__ == "__main__":
    main()
