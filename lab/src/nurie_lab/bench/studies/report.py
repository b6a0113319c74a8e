"""From costs to the two files: JSON with everything, and the tables of docs/benchmarks.md."""

import json
import math
import os
import platform
import re
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

Row = dict[str, Any]
"""kind, side, system, mode (whole or warm), wall_s, cpu_s, peak_mib, runs, failure."""

BEGIN, END = "<!-- speed: begin -->", "<!-- speed: end -->"
_PACKAGES = ("nurie", "gmic", "numpy", "opencv-python-headless", "onnxruntime", "pillow")
_DRAWINGS = {"clean": "Clean drawing", "canny": "Broken Canny lines"}
_MODES = {"whole": "whole process", "warm": "without start-up"}


def surroundings() -> dict[str, Any]:
    """Machine, date, commit and versions."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(),
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in _PACKAGES},
    }


def _cpu() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or "unknown"


def _commit() -> str:
    name = _git("rev-parse", "--short", "HEAD") or "unknown"
    return name + (" with changes" if _git("status", "--porcelain", "--untracked-files=no") else "")


def _git(*words: str) -> str:
    command = ["git", "-C", str(Path(__file__).parent), *words]
    try:
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def median(values: Iterable[float]) -> float:
    """Middle value, or the mean of the two in the middle.

    >>> median([3, 1, 2]), median([4, 1, 2, 3])
    (2, 2.5)
    """
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def growth(sides: Sequence[int], costs: Sequence[float]) -> float:
    """Exponent k of cost ≈ a · pixels**k, by least squares on logarithms.

    Args:
        sides: of square pictures, at least two different ones.
        costs: one a picture, above 0.

    >>> round(growth([512, 1024, 2048], [1.0, 4.0, 16.0]), 6)
    1.0
    """
    x = [2 * math.log(side) for side in sides]
    y = [math.log(cost) for cost in costs]
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    rise = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return rise / sum((a - middle_x) ** 2 for a in x)


def exponents(rows: list[Row], system: str) -> dict[str, dict[str, float]]:
    """Growth of a system's seconds without start-up: over all sizes, and over the last two."""
    found: dict[str, dict[str, float]] = {}
    for kind in _DRAWINGS:
        runs = sorted(
            (r["side"], r["wall_s"])
            for r in rows
            if (r["system"], r["kind"], r["mode"], r["failure"]) == (system, kind, "warm", "")
        )
        if len(runs) > 1:
            sides, costs = zip(*runs, strict=True)
            found[kind] = {"all": growth(sides, costs), "last": growth(sides[-2:], costs[-2:])}
    return found


def markdown(result: dict[str, Any]) -> str:
    """The tables, ready to stand between the two marks of docs/benchmarks.md."""
    parts = [_about(result["about"], result["repeats"])]
    parts.append(f"`nurie --help`: {_seconds(result['help'])}.")
    for mode, mode_name in _MODES.items():
        for kind, kind_name in _DRAWINGS.items():
            chosen = [r for r in result["rows"] if (r["mode"], r["kind"]) == (mode, kind)]
            parts += [f"### {kind_name}, {mode_name}", _table(chosen)]
    parts.append(_growth_lines(result["growth"]))
    return "\n\n".join(parts)


def _about(about: dict[str, Any], repeats: int) -> str:
    versions = ", ".join(f"{name} {v}" for name, v in about["versions"].items())
    return (
        f"Measured {about['date']} at commit {about['commit']}, on {about['cores']} cores of "
        f"{about['cpu']} ({about['system']}), Python {about['python']}; {versions}. "
        f"Median of {repeats} runs."
    )


def _table(rows: list[Row]) -> str:
    lines = [
        "| side, px | system | seconds | CPU seconds | peak MiB | seconds ÷ ours | MiB ÷ ours |",
        "|--:|---|--:|--:|--:|--:|--:|",
    ]
    ours = {r["side"]: r for r in rows if r["system"] == "nurie" and not r["failure"]}
    for r in rows:
        if r["failure"]:
            lines.append(f"| {r['side']} | {r['system']} | {r['failure']} | – | – | – | – |")
            continue
        ratios = [_ratio(r, ours.get(r["side"]), figure) for figure in ("wall_s", "peak_mib")]
        lines.append(
            f"| {r['side']} | {r['system']} | {r['wall_s']:.2f} | {r['cpu_s']:.2f} "
            f"| {r['peak_mib']:.0f} | {' | '.join(ratios)} |"
        )
    return "\n".join(lines)


def _ratio(row: Row, base: Row | None, figure: str) -> str:
    return f"{row[figure] / base[figure]:.2f}" if base and base[figure] else "–"


def _growth_lines(found: dict[str, dict[str, float]]) -> str:
    lines = [
        "### Growth",
        "",
        "Seconds of nurie without start-up grow as pixels to the power of:",
        "",
    ]
    for kind, values in found.items():
        over, last = f"{values['all']:.2f}", f"{values['last']:.2f}"
        lines.append(f"- {_DRAWINGS[kind]}: {over} over all sizes, {last} between the two largest")
    return "\n".join(lines)


def _seconds(row: Row) -> str:
    return row["failure"] or f"{row['wall_s']:.3f} s"


def fill(document: str, text: str) -> str:
    """Put text between the marks of a document, or at its end where it has none.

    >>> print(fill(f"A {BEGIN}old{END} B", "new"))
    A <!-- speed: begin -->
    new
    <!-- speed: end --> B
    """
    block = f"{BEGIN}\n{text}\n{END}"
    if BEGIN not in document or END not in document:
        return f"{document.rstrip()}\n\n{block}\n".lstrip()
    before, _, rest = document.partition(BEGIN)
    return before + block + rest.partition(END)[2]


def tell(figures: object, out: Path | None = None) -> None:
    """Print figures as JSON, and write them where asked."""
    print(json.dumps(figures, indent=1))
    if out:
        save(figures, out)


def save(figures: object, out: Path) -> None:
    """Write figures as JSON."""
    replace(out, json.dumps(figures, indent=1) + "\n")


def replace(path: Path, text: str) -> None:
    """Write a text file in one piece."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, "utf-8")
    partial.replace(path)
