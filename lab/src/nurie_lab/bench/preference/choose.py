"""Choices for a critic: a model's samples of each drawing of a pack, on blind sheets, and answers.

``PACK/choose`` receives the sheets, their key, and ``candidates.jsonl`` with the colours by point;
``PACK/choose/answers.txt`` is written by whoever looks (see ``kept``).
"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nurie.api import Colorizer
from nurie.arrays import AnyArray
from nurie.io.files import replacing
from nurie.painting.terms import CONSTANTS
from nurie_lab.bench.preference.contest import read_contest
from nurie_lab.bench.preference.kept import draw_sheets, read_verdicts
from nurie_lab.data.answers import read_pack
from nurie_lab.data.shards import decode, encode

SAMPLES = 7
"""Colourings on a sheet."""

_SINGLE = replace(CONSTANTS, candidates=1)
"""One sample an answer: choices teach what the critic is to choose among."""


def offer(pack: Path, model: str) -> int:
    """Let a model colour each drawing of a pack several times, and draw blind sheets; how many.

    The pack is a folder with ``pack.jsonl`` and ``lines/``.

    Raises:
        InputError: the pack cannot be read.
        ModelError: there is no such model.
    """
    colorizer = Colorizer(Colorizer.load(model).session, constants=_SINGLE)
    rows, out = read_pack(pack), pack / "choose"
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        for row in rows:
            lines = decode((pack / "lines" / f"{row['n']:04d}.png").read_bytes(), "L")
            reading = colorizer.read(lines)
            _save(Path(scratch) / "lines", row["n"], lines)
            colors = []
            for seed in range(SAMPLES):
                layers = reading.colorize(seed=seed)
                colors.append(layers.region_colors()[1:])
                _save(Path(scratch) / f"seed{seed}", row["n"], layers.merged()[..., :3])
            found.append(_candidates(row, reading.labels, colors))
        systems = [Path(scratch) / f"seed{seed}" for seed in range(SAMPLES)]
        sheets = draw_sheets(read_contest(systems, Path(scratch) / "lines"), out, seed=len(rows))
    with replacing(out / "candidates.jsonl", force=True) as stream:
        stream.write("".join(json.dumps(row) + "\n" for row in found).encode())
    return len(sheets)


def _save(folder: Path, number: int, pixels: AnyArray) -> None:
    folder.mkdir(exist_ok=True)
    with replacing(folder / f"{number:04d}.png") as stream:
        stream.write(encode(pixels, "png"))


def _candidates(row: dict[str, Any], labels: AnyArray, colors: list[AnyArray]) -> dict[str, Any]:
    """A drawing's samples by point."""
    points = np.array(row["points"]).reshape(-1, 3)
    at = labels[points[:, 1], points[:, 0]]
    points, at = points[at > 0], at[at > 0] - 1
    kept = {name: row[name] for name in ("n", "key", "where", "source", "licence", "size")}
    chosen = [
        {"kind": f"seed{seed}", "colors": one[at].astype(np.uint8).tobytes().hex()}
        for seed, one in enumerate(colors)
    ]
    return kept | {"points": points.tolist(), "candidates": chosen}


def pack_choices(packs: Iterable[Path], out: Path, *, force: bool = False) -> int:
    """Write ``choices.jsonl`` of the packs whose blind sheets were answered; the number of rows.

    Folders without answers are passed over, and without any row no file is written.

    Raises:
        InputError: a folder lacks the sheets' key or its candidates, or an answer makes no sense.
        ExistsError: the file is there, and ``force`` was not given.
    """
    found = [row for pack in packs for row in _chosen(pack / "choose")]
    if found:
        with replacing(out / "choices.jsonl", force=force) as stream:
            stream.write("".join(json.dumps(row) + "\n" for row in found).encode())
    return len(found)


def _chosen(folder: Path) -> Iterator[dict[str, Any]]:
    """Candidates of a folder's drawings with what was answered."""
    if not (folder / "answers.txt").exists():
        return
    text = (folder / "candidates.jsonl").read_text("utf-8")
    rows = {row["n"]: row for row in map(json.loads, text.splitlines())}
    for verdict in read_verdicts(folder):
        row = rows[int(verdict.drawing)]
        number = {c["kind"]: i for i, c in enumerate(row["candidates"], 1)}
        keep = sorted(number[system] for system in verdict.kept)
        best, worst = number[verdict.best], number[verdict.worst]
        yield row | {"keep": keep, "best": best, "worst": worst, "why": verdict.why}
