"""How fast nurie and its rivals colour a drawing, side by side in one run.

Every drawing is coloured by every system in turn, again and again, so that what else the machine
does falls on all alike; the medians are reported. A rival that fails or takes too long becomes a
row that says so.
"""

import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.bench.bench import SystemSpec
from nurie_lab.bench.host import FailedError, Host, run_command
from nurie_lab.bench.requests import Cost
from nurie_lab.bench.studies import Options
from nurie_lab.bench.systems import command_line, nurie_command

NURIE = SystemSpec("nurie", "nurie")
RIVALS = (
    SystemSpec("G'MIC auto-fill", "gmic-fill"),
    SystemSpec("G'MIC smart, random", "gmic-random"),
)
SIDES = (512, 1024, 2048, 4096, 5760)
RIVALS_UP_TO = 4096
"""Side in pixels up to which the rivals colour, too."""

SEED = 3
FIGURES = ("wall_s", "cpu_s", "peak_mib")


def clean(side: int) -> AnyArray:
    """(side, side) uint8 closed and antialiased lines of one scene, at every size the same."""
    from nurie_lab.drawings.scenes import invent_scene

    return invent_scene(np.random.default_rng(SEED), size=side).lines


def canny(side: int) -> AnyArray:
    """(side, side) uint8 edges of the scene's colours with pieces rubbed out: broken lines."""
    import cv2

    from nurie.lines import canny_lines
    from nurie_lab.drawings.scenes import invent_scene

    rng = np.random.default_rng(SEED)
    lines = canny_lines(invent_scene(rng, size=1024).color).copy()
    rows, columns = np.nonzero(lines < 128)
    for i in rng.integers(0, len(rows), 150):
        radius = int(rng.integers(2, 7))
        cv2.circle(lines, (int(columns[i]), int(rows[i])), radius, 255, -1)
    way = cv2.INTER_AREA if side < 1024 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(lines, (side, side), interpolation=way))


DRAWINGS: dict[str, Callable[[int], AnyArray]] = {"clean": clean, "canny": canny}
TITLES = {"clean": "Clean drawing", "canny": "Broken Canny lines"}
MODES = {"whole": "whole process", "warm": "without start-up"}


def run(options: Options) -> dict[str, Any]:
    """The facts of ``Speed``."""
    from nurie.io.images import write_picture

    rows: list[dict[str, Any]] = []
    with TemporaryDirectory(prefix="nurie-speed-") as folder:
        drawing = Path(folder) / "in.png"
        for side in options.sides or SIDES:
            for kind, make in DRAWINGS.items():
                write_picture(drawing, make(side), force=True)
                systems = (NURIE, *(RIVALS if side <= RIVALS_UP_TO else ()))
                rows += [
                    {"kind": kind, "side": side, **row}
                    for row in compare(systems, drawing, options)
                ]
    helped = partial(run_command, [*nurie_command(), "--help"], limit=30)
    return {
        "repeats": options.repeats,
        "timeout_s": options.limit,
        "help": take_turns({"help": helped}, 5)["help"],
        "growth": exponents(rows, NURIE.name),
        "rows": rows,
    }


def compare(
    systems: Sequence[SystemSpec], drawing: Path, options: Options
) -> Iterator[dict[str, Any]]:
    """Rows for one drawing: every system as a whole process, then warm.

    One that failed as a process is not tried warm.
    """
    out = drawing.with_name("out.png")
    cold = take_turns(
        {
            spec.name: partial(
                run_command, command_line(spec, drawing, out), limit=options.limit, out=out
            )
            for spec in systems
        },
        options.repeats,
    )
    with ExitStack() as stack:
        jobs = warm_jobs([s for s in systems if not cold[s.name]["failure"]], drawing, stack)
        warm = take_turns(jobs, options.repeats + 1, skip=1)
    untried = {**dict.fromkeys(FIGURES, 0.0), "failure": "not tried", "runs": 0}
    for mode, table in (("whole", cold), ("warm", warm)):
        for spec in systems:
            yield {"system": spec.name, "mode": mode, **table.get(spec.name, untried)}


def warm_jobs(
    systems: Sequence[SystemSpec], drawing: Path, stack: ExitStack, *, limit: float = 120.0
) -> dict[str, Callable[[], Cost]]:
    """A job for each system that colours the drawing in a process that has it in memory."""
    jobs: dict[str, Callable[[], Cost]] = {}
    for i, spec in enumerate(systems):
        host = stack.enter_context(Host(spec, limit=limit, files=True))
        jobs[spec.name] = partial(host.color_file, drawing, drawing.with_name(f"out-{i}.png"))
    return jobs


def take_turns(
    jobs: Mapping[str, Callable[[], Cost]], rounds: int, *, skip: int = 0
) -> dict[str, dict[str, Any]]:
    """Medians of jobs that take ``rounds`` turns, of which the first ``skip`` only warm up.

    One that fails is not tried again.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in jobs}
    failures: dict[str, str] = {}
    for turn in range(rounds):
        for name, job in jobs.items():
            if name in failures:
                continue
            try:
                cost = job()
            except FailedError as error:
                failures[name] = str(error)
                continue
            if turn >= skip:
                costs[name].append(cost)
    return {name: medians(costs[name], failures.get(name, "")) for name in jobs}


def medians(costs: Sequence[Cost], failure: str = "") -> dict[str, Any]:
    """The median of each figure, or the failure."""
    found = dict.fromkeys(FIGURES, 0.0)
    if not failure:
        found = {
            name: round(statistics.median(getattr(cost, name) for cost in costs), 4)
            for name in FIGURES
        }
    return {**found, "failure": failure, "runs": len(costs)}


def growth(sides: Sequence[int], costs: Sequence[float]) -> float:
    """Exponent k of cost ≈ a · pixels**k, by least squares on logarithms.

    >>> round(growth([512, 1024, 2048], [1.0, 4.0, 16.0]), 6)
    1.0
    """
    pixels = [2 * math.log(side) for side in sides]
    return statistics.linear_regression(pixels, [math.log(cost) for cost in costs]).slope


def exponents(rows: list[dict[str, Any]], system: str) -> dict[str, dict[str, float]]:
    """Growth of a system's seconds without start-up: over all sizes, and over the last two."""
    found: dict[str, dict[str, float]] = {}
    for kind in DRAWINGS:
        wanted = (system, kind, "warm", "")
        own = [r for r in rows if (r["system"], r["kind"], r["mode"], r["failure"]) == wanted]
        runs = sorted((row["side"], row["wall_s"]) for row in own)
        if len(runs) > 1:
            sides, costs = zip(*runs, strict=True)
            found[kind] = {"all": growth(sides, costs), "last": growth(sides[-2:], costs[-2:])}
    return found


def show(facts: dict[str, Any]) -> str:
    """A table for each mode and kind of drawing."""
    parts = [f"`nurie --help`: {facts['help']['wall_s']:.3f} s."]
    for mode, during in MODES.items():
        for kind, title in TITLES.items():
            rows = [r for r in facts["rows"] if (r["mode"], r["kind"]) == (mode, kind)]
            parts += [f"### {title}, {during}", _table(rows)]
    for kind, k in facts["growth"].items():
        parts.append(
            f"{TITLES[kind]}: seconds of nurie without start-up grow as pixels to the power of "
            f"{k['all']:.2f}; {k['last']:.2f} between the two largest."
        )
    return "\n\n".join(parts)


def _table(rows: list[dict[str, Any]]) -> str:
    """A ratio (÷ ours) above 1 means that the rival took more than nurie."""
    lines = [
        "| side, px | system | seconds | CPU seconds | peak MiB | seconds ÷ ours | MiB ÷ ours |",
        "|--:|---|--:|--:|--:|--:|--:|",
    ]
    ours = {r["side"]: r for r in rows if r["system"] == NURIE.name and not r["failure"]}
    for row in rows:
        head = f"| {row['side']} | {row['system']} |"
        if row["failure"]:
            lines.append(f"{head} {row['failure']} | – | – | – | – |")
            continue
        base = ours.get(row["side"])
        ratios = [f"{row[f] / base[f]:.2f}" if base else "–" for f in ("wall_s", "peak_mib")]
        figures = f"{row['wall_s']:.2f} | {row['cpu_s']:.2f} | {row['peak_mib']:.0f}"
        lines.append(f"{head} {figures} | {' | '.join(ratios)} |")
    return "\n".join(lines)
