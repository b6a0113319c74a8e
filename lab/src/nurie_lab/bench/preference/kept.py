"""Which colourings would be kept: blind sheets of several a drawing, and what was answered.

A sheet shows the line art and, numbered, the colourings of all systems in random order. Whoever
looks writes a line a sheet: ``12 | keep 1 3 | best 3 | worst 2 | why``. *Kept* is what an
illustrator would go on with after at most a handful of touches. The key is in a file of its own, to
be opened last.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import Rgb8
from nurie.errors import InputError
from nurie.io.files import replacing
from nurie.io.images import read_color
from nurie_lab.bench.preference.contest import Contest
from nurie_lab.data.shards import encode

SIDE = 440
"""Longer side of each picture on a sheet, in pixels."""

_GAP, _HEAD = 10, 26
_KEY, _ANSWERS = "key.json", "answers.txt"
_LINE = re.compile(
    r"^\s*(\d+)\s*\|\s*keep\s*([\d\s]*|none)\s*\|\s*best\s*(\d+)\s*\|\s*worst\s*(\d+)\s*(?:\|(.*))?$"
)


@dataclass(frozen=True)
class Verdict:
    """What was answered about one sheet, by system."""

    drawing: str
    kept: frozenset[str]
    best: str
    worst: str
    systems: tuple[str, ...]  # All that were shown
    why: str = ""


@dataclass(frozen=True)
class Share:
    """How often, with a 95 % interval over drawings (Wilson 1927)."""

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """``count / of``."""
        return self.count / self.of if self.of else float("nan")


def draw_sheets(contest: Contest, out: Path, *, seed: int = 0) -> list[Path]:
    """One sheet for each drawing that every system coloured, and their key.

    Raises:
        OptionError: there is no drawing that all have coloured.
        InputError: a picture cannot be read.
    """
    systems = sorted(contest.pictures)
    drawings = contest.shared()
    rng = np.random.default_rng(seed)
    drawings = [drawings[i] for i in rng.permutation(len(drawings))]
    out.mkdir(parents=True, exist_ok=True)
    key, paths = [], []
    for number, drawing in enumerate(drawings, 1):
        order = [systems[i] for i in rng.permutation(len(systems))]
        pictures = [contest.pictures[system][drawing] for system in order]
        if drawing in contest.sketches:
            pictures = [contest.sketches[drawing], *pictures]
        path = out / f"{number:03d}.png"
        sheet = _sheet([_small(p) for p in pictures], 0 if drawing in contest.sketches else 1)
        with replacing(path, force=True) as stream:
            stream.write(encode(sheet, "png"))
        key.append({"sheet": number, "drawing": drawing, "systems": order})
        paths.append(path)
    with replacing(out / _KEY, force=True) as stream:
        stream.write("".join(json.dumps(row) + "\n" for row in key).encode())
    return paths


def _small(path: Path) -> Rgb8:
    """A picture on white, its longer side ``SIDE`` px."""
    import cv2

    pixels = read_color(path)
    scale = SIDE / max(pixels.shape[:2])
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small: Rgb8 = cv2.resize(pixels, size, interpolation=kind)
    return small


def _sheet(pictures: Sequence[Rgb8], first: int) -> Rgb8:
    """Pictures in rows, each under its number; number 0 is the line art."""
    from PIL import Image, ImageDraw, ImageFont

    height, width = pictures[0].shape[:2]
    across = min(len(pictures), max(2, round((1.6 * len(pictures) * height / width) ** 0.5)))
    down = -(-len(pictures) // across)
    cell = (width + _GAP, height + _HEAD + _GAP)
    sheet = Image.new("RGB", (across * cell[0] + _GAP, down * cell[1] + _GAP), (205, 208, 214))
    write, font = ImageDraw.Draw(sheet), ImageFont.load_default(20)
    for i, pixels in enumerate(pictures):
        x, y = _GAP + i % across * cell[0], _GAP + i // across * cell[1]
        write.text((x, y), str(i + first) if i + first else "lines", fill=(0, 0, 0), font=font)
        sheet.paste(Image.fromarray(pixels), (x, y + _HEAD))
    return np.asarray(sheet)


def read_verdicts(folder: Path) -> list[Verdict]:
    """The answers of a folder of sheets, by system.

    Raises:
        InputError: key or answers are missing, or a line is not one of these.
    """
    try:
        key = [json.loads(row) for row in (folder / _KEY).read_text("utf-8").splitlines()]
        lines = (folder / _ANSWERS).read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise InputError(
            f"{folder} needs {_KEY}, as nurie prefer --sheets writes it, and {_ANSWERS} ({error})."
        ) from error
    sheets = {row["sheet"]: row for row in key}
    verdicts: dict[int, Verdict] = {}
    for at, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.match(line)
        row = sheets.get(int(found[1])) if found else None
        if found is None or row is None:
            raise InputError(
                f"{folder / _ANSWERS}, line {at}, should be: sheet | keep 1 3 | best 3 | worst 2."
            )
        verdicts[int(found[1])] = _verdict(found, row, f"{folder / _ANSWERS}, line {at}")
    return list(verdicts.values())


def _verdict(found: re.Match[str], row: Mapping[str, Any], where: str) -> Verdict:
    systems = tuple(row["systems"])
    kept = [int(word) for word in found[2].replace("none", "").split()]
    numbers = [*kept, int(found[3]), int(found[4])]
    if not all(1 <= n <= len(systems) for n in numbers):
        raise InputError(f"{where}, names a colouring that is not on the sheet.")
    return Verdict(
        row["drawing"], frozenset(systems[n - 1] for n in kept), systems[numbers[-2] - 1],
        systems[numbers[-1] - 1], systems, (found[5] or "").strip(),
    )  # fmt: skip


def summary(verdicts: Sequence[Verdict], groups: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Counts by system, of groups of systems of which any would do, and of decided pairs.

    A pair is decided where one is kept and the other not, or one is best or the other worst.
    ``kept``, ``best``, ``worst`` and ``any`` are by name, ``beats`` by pairs "A over B".

    Raises:
        InputError: there are none.
    """
    if not verdicts:
        raise InputError("There are no answers yet.")
    systems = sorted({system for verdict in verdicts for system in verdict.systems})
    n = len(verdicts)
    facts: dict[str, Any] = {
        "sheets": n,
        "kept": {s: wilson(sum(s in v.kept for v in verdicts), n) for s in systems},
        "best": {s: wilson(sum(s == v.best for v in verdicts), n) for s in systems},
        "worst": {s: wilson(sum(s == v.worst for v in verdicts), n) for s in systems},
        "any": {
            name: wilson(sum(bool(v.kept & set(members)) for v in verdicts), n)
            for name, members in groups.items()
        },
    }
    beats = {}
    for a, b in permutations(systems, 2):
        won, lost = (sum(_over(v, *pair) for v in verdicts) for pair in ((a, b), (b, a)))
        if won + lost:
            beats[f"{a} over {b}"] = wilson(won, won + lost)
    return facts | {"beats": beats}


def _over(verdict: Verdict, a: str, b: str) -> bool:
    """Whether one was judged better than the other, for sure."""
    score = {s: 2 * (s in verdict.kept) + 3 * (s == verdict.best) for s in (a, b)}
    for system in (a, b):
        score[system] -= 3 * (system == verdict.worst)
    return score[a] > score[b]


def wilson(count: int, of: int) -> Share:
    """A share with its 95 % interval.

    >>> round(wilson(5, 10).low, 3), round(wilson(5, 10).high, 3)
    (0.237, 0.763)
    """
    z, p = 1.96, count / of
    middle, spread = p + z * z / (2 * of), z * ((p * (1 - p) + z * z / (4 * of)) / of) ** 0.5
    scale = 1 + z * z / of
    return Share(count, of, (middle - spread) / scale, (middle + spread) / scale)
