"""How colourful, how gray and how near to the true pictures colourings are, by source.

Folders of pictures of the same names: the lines, one for each system, and the truth last. Distances
alone reward gray, so they stand beside what shows it.
"""

from collections import defaultdict
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Mask, Rgb8
from nurie.colors import srgb_to_lab
from nurie.errors import OptionError
from nurie.io.images import read_color
from nurie_lab.bench.metrics.pixels import colorfulness, mean_delta_e, white_share
from nurie_lab.bench.preference.contest import read_contest
from nurie_lab.bench.studies import Options, table

GRAY = 8.0
"""Chroma in Lab below which a pixel is gray."""

INK = 200
"""Tone from which on a pixel of the lines is no line."""


def run(options: Options) -> dict[str, Any]:
    """Measure; what stands before the first ``_`` of a name is its source.

    Raises:
        OptionError: fewer than three folders, two of one name, or no drawing in all of them.
        InputError: a folder is none, or holds no pictures.
    """
    if len(options.paths) < 3:
        raise OptionError("Name a folder of lines, one for each system, and one of true pictures.")
    lines, *folders = options.paths
    contest = read_contest(folders, lines)
    *_, truth = contest.pictures.values()
    found: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
    for name in contest.shared():
        if name not in contest.sketches:
            continue
        paper = read_color(contest.sketches[name]).min(axis=2) >= INK
        true = read_color(truth[name])
        for system, pictures in contest.pictures.items():
            row = _measured(read_color(pictures[name]), true, paper)
            found[name.partition("_")[0], system].append(row)
    rows = [
        {"source": source, "system": label, "pictures": len(rows)}
        | dict(zip(FIGURES, [float(np.median([r[0] for r in rows])),
                             *np.mean(rows, axis=0)[1:].tolist()], strict=True))
        for (source, label), rows in found.items()
    ]  # fmt: skip
    return {"rows": rows}


FIGURES = ("colorfulness", "gray", "white", "delta_e")
"""Median ratio to the truth's; shares of what is no line; mean CIEDE2000 there."""


def _measured(picture: Rgb8, truth: Rgb8, paper: Mask) -> list[float]:
    lab: AnyArray = srgb_to_lab(picture[paper])
    return [
        colorfulness(picture) / max(colorfulness(truth), 1e-6),
        float((np.hypot(lab[:, 1], lab[:, 2]) < GRAY).mean()),
        white_share(picture[paper]),
        mean_delta_e(picture, truth, paper),
    ]


def show(facts: dict[str, Any]) -> str:
    """One table."""
    heads = "source", "system", "n", "colourfulness, of the truth's", "gray", "white", "ΔE2000"
    form = "{source}|{system}|{pictures}|{colorfulness:.2f}|{gray:.0%}|{white:.0%}|{delta_e:.1f}"
    cells = (form.format(**row).replace("%", " %").split("|") for row in facts["rows"])
    return table(heads, cells)
