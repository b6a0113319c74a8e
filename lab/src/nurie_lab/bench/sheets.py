"""Contact sheets: what each system made of the same few pictures."""

from pathlib import Path
from typing import TYPE_CHECKING

from nurie_lab.bench.evaluate import SHOWN, Job, shown_path

if TYPE_CHECKING:
    from nurie.arrays import AnyArray

TILE = 256
"""Side of a picture on a sheet in pixels."""


def write_sheets(out: Path, jobs: list[Job]) -> list[Path]:
    """A sheet for each task, condition and set: a row a picture, a column a system.

    The first two columns are the drawing as it is without the condition, and the truth.
    """
    from nurie.document import lay_lines
    from nurie.io.images import read_color
    from nurie_lab.bench.contact import write_grid

    groups: dict[tuple[str, str, str], list[Job]] = {}
    for job in jobs:
        if job.index < SHOWN:
            groups.setdefault((job.task, job.condition, job.set), []).append(job)
    written = []
    for group, own in groups.items():
        systems = list(dict.fromkeys(job.system.name for job in own))
        rows: list[list[AnyArray | None]] = []
        for case in {job.case.name: job.case for job in own}.values():
            frame = case.frames[-1] if group[0] == "reference" else case.frame
            paths = [shown_path(out, group, case.name, system) for system in systems]
            shown = [read_color(path) if path.exists() else None for path in paths]
            rows.append([frame.lines, lay_lines(frame.lines, frame.color), *shown])
        if all(cell is None for row in rows for cell in row[2:]):
            continue
        path = out / "sheets" / f"{shown_path(out, group, '', '').parent.name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_grid(path, rows, ["drawing", "original", *systems], side=TILE)
        written.append(path)
    return written
