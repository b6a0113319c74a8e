"""Contact sheets: pictures with captions in a grid, to be looked at side by side."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray
from nurie.io.files import check_target, replacing
from nurie_lab.bench.evaluate import SHOWN, Job, shown_path

TILE = 256
"""Side of a picture on a sheet in pixels."""


def write_sheets(out: Path, jobs: list[Job]) -> list[Path]:
    """A sheet for each task, condition and set: a row a picture, a column a system.

    The first two columns are the drawing as it is without the condition, and the truth.
    """
    from nurie.document import lay_lines
    from nurie.io.images import read_color

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


_MARGIN, _CAPTION = 8, 24
_GROUND, _TEXT = (238, 238, 238), (40, 40, 40)


def write_grid(
    path: str | os.PathLike[str],
    rows: Sequence[Sequence[AnyArray | None]],
    captions: Sequence[str],
    *,
    side: int,
) -> None:
    """Write uint8 pictures, or None, in rows and columns as a PNG, over a file that is there.

    Captions stand above the columns; pictures whose longest side is over ``side`` are made smaller.

    Raises:
        OutputError: the target cannot be written.
    """
    from PIL import Image, ImageDraw, ImageFont

    check_target(path, force=True, suffixes=(".png",))
    step = side + _MARGIN
    size = len(captions) * step + _MARGIN, len(rows) * step + _CAPTION + _MARGIN
    sheet = Image.new("RGB", size, _GROUND)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    for i, caption in enumerate(captions):
        middle = _MARGIN + i * step + side / 2, _CAPTION / 2 + 2
        draw.text(middle, caption, fill=_TEXT, anchor="mm", font=font)
    for j, row in enumerate(rows):
        for i, pixels in enumerate(row):
            left, top = _MARGIN + i * step, _CAPTION + j * step
            if pixels is None:
                middle = left + side / 2, top + side / 2
                draw.text(middle, "no answer", fill=_TEXT, anchor="mm", font=font)
                continue
            tile = Image.fromarray(np.ascontiguousarray(pixels)).convert("RGB")
            tile.thumbnail((side, side), Image.Resampling.LANCZOS)
            sheet.paste(tile, (left + (side - tile.width) // 2, top + (side - tile.height) // 2))
    with replacing(path, force=True) as stream:
        sheet.save(stream, "PNG")
