"""What nurie stores beside the layers, so that regions and palette come back from the file alone.

The facts are JSON: the palette, the entry of each region, the regions that hints coloured, and the
name of the line layer where it is the user's own. The label map is a PNG: 16-bit gray, or 24 bits
as RGB above 65535 regions.

The seal is a checksum of all that the document holds beside the facts: while it is right, nobody
has painted in the document.

Each layer that nurie adds is listed with its identity and a digest of what it holds. Only where
both are right a layer is nurie's, and may be replaced: a name proves nothing, and one whose digest
is wrong has been painted in, so that it is the user's from then on.

With another palette, stored entries are found again in the palette of the layers by their order,
where nobody changed the layers' colours since, and else by name and colour.
"""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from nurie.arrays import Labels
from nurie.colors import color_codes, parse_hex, to_hex
from nurie.document import Layers, Palette, strips
from nurie.errors import OptionError, UnreadableError
from nurie.io.layered.document import Document
from nurie.io.png import Sink, write_png
from nurie.io.raster import open_raster
from nurie.io.samples import with_alpha

TEXT_LIMIT = 16 << 20
"""Bytes of facts that make sense."""


Own: TypeAlias = Mapping[str, tuple[str, str]]
"""nurie's own layers: for the identity of each its role and its digest."""


def facts_of(layers: Layers, seal: int, own: Own) -> bytes:
    """The facts of a coloured drawing as JSON, with the seal of its document."""
    stack = layers.sketch.stack
    facts: dict[str, Any] = {
        "version": 1,
        "palette": _palette_record(layers.palette),
        "entries": layers.entries.tolist(),
        "hinted": np.flatnonzero(layers.hinted).tolist(),
        "gray": layers.sketch.pixels.ndim == 2 and layers.sketch.ground is None,
        "own": {identity: list(said) for identity, said in own.items()},
    }
    if stack is not None:
        facts["line"] = stack.line.name if stack.line is not None else None
    return facts_text(facts, seal)


def facts_text(facts: Mapping[str, Any], seal: int | None) -> bytes:
    """Facts as JSON, sealed anew, or without a seal where nobody knows what the document holds."""
    kept = {key: value for key, value in facts.items() if key != "seal"}
    sealed = kept if seal is None else kept | {"seal": f"{seal:08x}"}
    return (json.dumps(sealed, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def is_seal(facts: Mapping[str, Any] | None, seal: int) -> bool:
    """Whether facts are sealed with this checksum.

    >>> is_seal({"seal": "000000ff"}, 255), is_seal(None, 255)
    (True, False)
    """
    return facts is not None and facts.get("seal") == f"{seal:08x}"


def parse_facts(text: bytes, damaged: str) -> dict[str, Any]:
    """Facts from JSON, or an error with the sentence given.

    >>> parse_facts(b'{"version": 1}', "")
    {'version': 1}
    """
    try:
        facts = json.loads(text) if len(text) <= TEXT_LIMIT else None
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise UnreadableError(damaged)
    return facts


def _palette_record(palette: Palette) -> dict[str, Any]:
    colors = [to_hex(color) for color in palette.colors]
    return {"name": palette.name, "colors": colors, "names": list(palette.names)}


def write_labels(sink: Sink, layers: Layers) -> None:
    """Write the label map as PNG."""
    shape, wide = layers.sketch.shape, len(layers.entries) > 65536
    parts = (layers.labels[rows] for rows in strips(shape[0]))
    if wide:
        halves = (np.stack([p >> 16, p >> 8, p], axis=-1).astype(np.uint8) for p in parts)
        write_png(sink, halves, (*shape, 3))
    else:
        write_png(sink, (part.astype(np.uint16) for part in parts), shape)


def labels_from(name: str, data: bytes, max_pixels: int) -> Labels:
    """The label map from its PNG; complaints name it so."""
    samples = open_raster(name, data=data, max_pixels=max_pixels).pixels
    if samples.dtype == np.uint16:
        return (samples if samples.ndim == 2 else samples[..., 0]).astype(np.int32)
    return color_codes(with_alpha(samples)[..., :3]).astype(np.int32)


def facts_with(
    document: Document, old: Palette, new: Palette, digests: Mapping[str, str]
) -> dict[str, Any] | None:
    """What nurie stored beside the layers, with a new palette; None when there is nothing."""
    facts, palette = document.read_facts(), reordered(document, old, new)
    if palette is None or facts is None:
        return None
    intact = {document.identity(n) for n, (_, whole) in document.own.items() if whole}
    listed = {
        key: [said[0], digests.get(key, said[1])] if key in intact else said
        for key, said in document.listed.items()
    }
    return facts | {"palette": _palette_record(palette), "own": listed}


def reordered(document: Document, old: Palette, new: Palette) -> Palette | None:
    """The new palette in the order of what nurie stored; None when there is nothing."""
    name, pairs = stored(document)
    if not pairs:
        return None
    entries = (document.read_facts() or {}).get("entries")
    entries = entries if isinstance(entries, list) else []
    # Those that some region has, in the order of their layers.
    used = sorted({at for at in entries if isinstance(at, int) and at >= 0})
    olds = [to_hex(color) for color in old.colors]
    # Where the layers' palette has each stored entry: by their order, else by name and colour.
    if [pairs[at][1] for at in used if at < len(pairs)] == olds:
        places: list[int | None] = [
            used.index(at) if at in used else None for at in range(len(pairs))
        ]
    else:
        names = old.names or ("",) * len(olds)
        by_color = {old: at for at, old in reversed(list(enumerate(olds)))}
        by_both = {(names[at], old): at for at, old in reversed(list(enumerate(olds)))}
        places = [by_both.get(pair, by_color.get(pair[1])) for pair in pairs]
    new_names = new.names or ("",) * len(new)
    colors = np.array([parse_hex(color) for _, color in pairs], np.uint8)
    called = [called for called, _ in pairs]
    for at, place in enumerate(places):
        if place is not None:
            colors[at], called[at] = new.colors[place], new_names[place]
    return Palette(colors, tuple(called) if any(called) else (), name)


def stored(document: Document) -> tuple[str, list[tuple[str, str]]]:
    """Name of the palette, and name and hex of each entry, as nurie stored them; else nothing."""
    try:
        own = (document.read_facts() or {})["palette"]
        colors = [to_hex(parse_hex(color)) for color in own["colors"]]
        names = [str(name) for name in own["names"]] or [""] * len(colors)
        return str(own["name"]), list(zip(names, colors, strict=True))
    except (KeyError, TypeError, ValueError, AttributeError, OptionError):
        return document.path.stem, []
