"""Colouring as the page asks for it: from wishes about regions to answers about regions."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nurie.api import Colorizer
from nurie.arrays import Labels, Mask
from nurie.colors import parse_hex, to_hex
from nurie.document import PAPER, Guidance, Hints, Layers, Sketch
from nurie.errors import OptionError
from nurie.painting.colorize import Drawing
from nurie.painting.review import review
from nurie.studio import file_store as shelf
from nurie.studio import minimal_change as calm
from nurie.studio.results import palette_from
from nurie.studio.strokes import hinted_regions

if TYPE_CHECKING:
    from nurie.painting.references import Reference


def color(
    colorizer: Colorizer,
    labels: tuple[Path, tuple[int, int]],
    cutting: Path,
    *,
    wishes: Mapping[str, Any],
    references: Sequence[Path] = (),
) -> dict[str, Any]:
    """Colour the regions of a drawing.

    Args:
        colorizer: the model.
        labels: their file, and height and width.
        cutting: what is known of the regions.
        wishes: the request.
        references: what was read of coloured drawings.

    Returns:
        The answers as the page reads them.
    """
    known: shelf.Cutting = shelf.load(cutting)
    asked = _wished(wishes, shelf.load_labels(*labels), known)
    read: list[Reference] = [shelf.load(path) for path in references]
    if "keep" not in wishes:
        found = _asked(colorizer, known, asked, wishes, read)
    else:
        kept = calm.kept_of(wishes["keep"], known)
        told, follows = calm.hold(kept, asked, known.scene)
        found = _asked(colorizer, known, told, wishes, read)
        found = {n: calm.settle(a, kept, asked, follows, known) for n, a in found.items()}
    return {"answers": [{"choice": n, **_answer(layers, known)} for n, layers in found.items()]}


def _asked(
    colorizer: Colorizer,
    known: shelf.Cutting,
    asked: calm.Asked,
    wishes: Mapping[str, Any],
    references: "Sequence[Reference]",
) -> dict[int, Layers]:
    """What the model makes of it, by the answers' numbers."""
    rows = np.flatnonzero(asked.given).astype(np.int32)
    hints = Hints(np.zeros_like(rows), rows + 1, asked.colors[rows])
    palette = palette_from(wishes["palette"], wishes.get("names")) if "palette" in wishes else None
    drawing = colorizer.consult(_as_row(known, asked.paper), references)
    guidance, seed = Guidance(hints, palette), int(wishes.get("seed", 0))
    if "choice" in wishes:
        number = int(wishes["choice"])
        return {number: colorizer.answer(drawing, guidance=guidance, seed=seed, number=number)}
    count = int(wishes.get("variations", 1))
    return colorizer.numbered(drawing, count, guidance=guidance, seed=seed)


def _wished(wishes: Mapping[str, Any], labels: Labels, known: shelf.Cutting) -> calm.Asked:
    """Colours given by hints or exactly, where, and what shall stay paper.

    Hints of the request win over those of the drawing itself.
    """
    colors, given = hinted_regions(wishes.get("hints", ()), labels, known.count)
    hinted = given.copy()
    own = known.numbers[known.hinted & ~given[known.numbers]]
    colors[own], given[own] = known.colors[known.hinted & ~given[known.numbers]], True
    paper = np.zeros(known.count + 1, bool)
    paper[known.numbers] = known.paper
    for text, exact in wishes.get("fixed", {}).items():
        region = int(text)
        if not 0 < region <= known.count:
            raise OptionError(f"There is no region {region}; they are 1 to {known.count}.")
        given[region], paper[region], hinted[region] = exact is not None, exact is None, False
        colors[region] = parse_hex(exact) if exact else 255
    rows = known.numbers
    return calm.Asked(colors[rows], given[rows], hinted[rows], paper[rows])


def _as_row(known: shelf.Cutting, paper: Mask) -> Drawing:
    """The drawing with one pixel a region, which is all that its colours depend on."""
    size = len(known.numbers) + 1
    row = np.arange(size, dtype=np.int32)[None]
    return Drawing(Sketch(np.full((1, size), 255, np.uint8)), row, known.scene, paper)


def _answer(layers: Layers, known: shelf.Cutting) -> dict[str, Any]:
    entries = np.full(known.count + 1, PAPER, np.int32)
    entries[known.numbers] = layers.entries[1:]
    sure = np.zeros(known.count + 1)
    if layers.confidence is not None:
        sure[known.numbers] = layers.confidence[1:]
    return {
        "palette": [to_hex(color) for color in layers.palette.colors],
        "names": list(layers.palette.names or ("",) * len(layers.palette)),
        "entries": entries.tolist(),
        "confidence": sure.round(3).tolist(),
        "ask": known.numbers[review(layers) - 1].tolist(),
    }
