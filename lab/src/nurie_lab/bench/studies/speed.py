"""How fast nurie and its rivals colour a drawing, side by side in one run.

    python -m nurie_lab.bench.studies.speed --out docs/benchmarks.json --table docs/benchmarks.md

Every drawing is coloured by every system in turn, again and again, so that what else the machine
does falls on all alike; the medians are reported. A rival that fails or takes too long becomes a
row that says so.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nurie_lab.bench.studies import report
from nurie_lab.bench.studies.measuring import Cost, Worker, whole
from nurie_lab.bench.studies.systems import NURIE, SYSTEMS, command, nurie

KINDS = ("clean", "canny")
_HERE = Path(__file__).parent


def main() -> None:
    options = _options()
    rows: list[report.Row] = []
    with tempfile.TemporaryDirectory(prefix="nurie-speed-") as folder:
        for side in options.sizes:
            for kind in KINDS:
                systems = SYSTEMS if side <= options.rivals_up_to else (NURIE,)
                drawing = draw(kind, side, Path(folder))
                for row in compare(systems, drawing, options.repeats, options.timeout):
                    rows.append({"kind": kind, "side": side, **row})
                    print(line(rows[-1]), flush=True)
                drawing.unlink()
    result = {
        "about": report.surroundings(),
        "repeats": options.repeats,
        "timeout_s": options.timeout,
        "help": middle([whole([*nurie(), "--help"], timeout=30) for _ in range(5)]),
        "growth": report.exponents(rows, NURIE),
        "rows": rows,
    }
    text = report.markdown(result)
    print(text)
    report.save(result, options.out)
    if options.table:
        document = options.table.read_text("utf-8") if options.table.exists() else ""
        report.replace(options.table, report.fill(document, text))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="JSON file with all figures")
    parser.add_argument("--table", type=Path, help="Markdown file whose marked part is replaced")
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(side) for side in text.split(",")],
        default=[512, 1024, 2048, 4096, 5760],
        help="sides of the square drawings in pixels",
    )
    parser.add_argument("--repeats", type=int, default=3, help="runs of which the median counts")
    parser.add_argument("--timeout", type=float, default=120, help="seconds that one run may take")
    parser.add_argument(
        "--rivals-up-to", type=int, default=4096, help="larger drawings are for nurie alone"
    )
    return parser.parse_args()


def draw(kind: str, side: int, folder: Path) -> Path:
    """Make a drawing, in a process of its own so that this one stays small."""
    path = folder / f"{kind}-{side}.png"
    subprocess.run(
        [sys.executable, str(_HERE / "drawings.py"), kind, str(side), str(path)], check=True
    )
    return path


def compare(
    systems: tuple[str, ...], drawing: Path, repeats: int, timeout: float
) -> Iterator[dict[str, Any]]:
    """Rows for one drawing: every system as a whole process, then warm, taken in turn.

    A system that fails once is not tried again with this drawing.
    """
    cold = run_whole(systems, drawing, repeats, timeout)
    fit = tuple(system for system in systems if not failed(cold[system]))
    warm = run_warm(fit, drawing, repeats, timeout)
    for mode, costs in (("whole", cold), ("warm", warm)):
        for system in systems:
            runs = costs.get(system) or [Cost(failure="not tried")]
            yield {"system": system, "mode": mode, **middle(runs)}


def run_whole(
    systems: tuple[str, ...], drawing: Path, repeats: int, timeout: float
) -> dict[str, list[Cost]]:
    costs: dict[str, list[Cost]] = {system: [] for system in systems}
    out = drawing.with_name("out.png")
    for _ in range(repeats):
        for system in systems:
            if not failed(costs[system]):
                job = command(system, drawing, out)
                costs[system].append(whole(job, timeout=timeout, out=out))
    return costs


def run_warm(
    systems: tuple[str, ...], drawing: Path, repeats: int, timeout: float
) -> dict[str, list[Cost]]:
    costs: dict[str, list[Cost]] = {system: [] for system in systems}
    workers: dict[str, Worker] = {}
    try:
        for i, system in enumerate(systems):
            out = drawing.with_name(f"out-{i}.png")
            workers[system] = Worker(system, drawing, out, timeout=timeout)
        for _ in range(repeats):
            for system, worker in workers.items():
                costs[system].append(worker.run())
    finally:
        for worker in workers.values():
            worker.close()
    return costs


def failed(costs: list[Cost]) -> bool:
    return any(cost.failure for cost in costs)


def middle(costs: list[Cost]) -> dict[str, Any]:
    """The median of each figure, or the first failure."""
    failure = next((cost.failure for cost in costs if cost.failure), "")
    if failure:
        return {**asdict(Cost(failure=failure)), "runs": len(costs)}
    names = ("wall_s", "cpu_s", "peak_mib")
    figures = {name: round(report.median([getattr(c, name) for c in costs]), 4) for name in names}
    return {**figures, "failure": "", "runs": len(costs)}


def line(row: report.Row) -> str:
    figures = row["failure"] or "{wall_s:.2f} s, CPU {cpu_s:.2f} s, {peak_mib:.0f} MiB".format(
        **row
    )
    return f"{row['side']:5} {row['kind']:5} {row['mode']:5} {row['system']:20} {figures}"


if __name__ == "__main__":
    main()
