"""How well a cast keeps its colours through books, and whether balloons stay white.

Counted are segments of more than 10 pixels of two people on comic pages drawn by program: *right*
have exactly the colour of the design that was given, *agree* have the colour that their part mostly
has in the book; both also as shares of the area. *Balloons* is the share of their pixels beside the
words that stays white. A book of three pages takes about 40 seconds of a processor.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nurie.arrays import Rgb8
from nurie.colors import color_codes
from nurie.document import lay_lines
from nurie_lab.bench.metrics.regions import PAPER_TONE, segment_colors, segments
from nurie_lab.bench.studies import Options, films
from nurie_lab.bench.studies.films import share_of
from nurie_lab.drawings.kit.strokes import Made

PAGES, SIZE = 3, (720, 512)
"""Pages of a book, and their height and width in pixels."""


def invented(number: int) -> tuple[list[Made], list[Rgb8]]:
    """The pages of a book, and a coloured design of each of its two people."""
    from nurie_lab.drawings.figures import invent_figure
    from nurie_lab.drawings.figures.persona import any_pose, character
    from nurie_lab.drawings.scenes.comics import invent_comic

    rng = np.random.default_rng([89_000, number])
    cast = [character(rng) for _ in range(2)]
    pages = [invent_comic(rng, size=SIZE, cast=cast) for _ in range(PAGES)]
    drawn = [invent_figure(who, replace(any_pose(rng), view="full"), rng) for who in cast]
    return pages, [lay_lines(m.lines, m.color).astype(np.uint8) for m in drawn]


def scores(pages: Sequence[Made], found: Sequence[Rgb8]) -> dict[str, float]:
    """Shares of what is right, of what agrees, and of balloons that stay white.

    ``found`` are the colours of the pages without lines, (H, W, 3) uint8.
    """
    rows, white = [np.zeros((4, 0), np.int64)], [np.zeros(0, bool)]
    for made, colors in zip(pages, found, strict=True):
        pieces = segments(made.parts, made.lines)
        count = int(pieces.max(initial=0))
        part = np.zeros(count + 1, np.int64)
        part[pieces] = made.parts
        owner = [int(n.startswith("cast ") and n[5]) for n in ("", *made.names)]
        cast = np.array(owner)[part[1:]]
        seen = (
            color_codes(made.colors)[part[1:]], cast, segment_colors(pieces, colors)[0],
            np.bincount(pieces.ravel(), minlength=count + 1)[1:],
        )  # fmt: skip
        rows.append(np.stack(seen).astype(np.int64)[:, cast > 0])
        speech = [i for i, name in enumerate(made.names, 1) if ".speech" in name]
        inside = np.isin(made.parts, speech) & (made.lines > PAPER_TONE)
        white.append((colors[inside] == 255).all(axis=1))
    true, whose, taken, area = np.concatenate(rows, axis=1)
    things = whose << 24 | true
    usual = np.full(len(things), -1)
    for thing in np.unique(things):
        own = things == thing
        values, counts = np.unique(taken[own], return_counts=True)
        usual[own] = values[counts.argmax()]
    shares = {}
    for name, good in (("right", taken == true), ("agree", taken == usual)):
        shares[name] = share_of([good])
        shares[f"{name} area"] = float(good @ area / max(area.sum(), 1))
    return shares | {"balloons": share_of(white)}


def run(options: Options) -> dict[str, Any]:
    """``{"rows": […]}``: of each book the figures of ``scores`` with designs and without."""
    reader, rows = options.colorizer(), []
    for number in range(options.repeats):
        pages, designs = invented(number)
        for way, given in (("designs", designs), ("no designs", [])):
            book = reader.book([made.lines for made in pages], designs=given)
            layers = [book.layers(i) for i in range(len(pages))]
            found = scores(pages, [each.region_colors()[each.labels] for each in layers])
            rounded = {name: round(value, 4) for name, value in found.items()}
            rows.append(
                {"set": "books", "film": f"book {number}", "system": way, "scores": rounded}
            )
    return {"rows": rows}


def show(facts: dict[str, Any]) -> str:
    """A table, means over the books."""
    return films.show(facts)
