"""What nurie stores beside the layers, so that regions and palette come back from the file alone.

The facts are JSON: the palette, the entry of each region, the regions that hints coloured, and the
name of the line layer where it is the user's own. The label map is a PNG: 16-bit gray, or 24 bits
as RGB above 65535 regions.
"""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Labels
from nurie.color import to_hex
from nurie.document import Layers, strips
from nurie.io.png import Sink, write_png

TEXT_LIMIT = 16 << 20
"""Bytes of facts that make sense."""


def facts_of(layers: Layers) -> str:
    """The facts of a coloured drawing as JSON."""
    palette = layers.palette
    stack = layers.sketch.stack
    facts: dict[str, Any] = {
        "version": 1,
        "palette": {
            "name": palette.name,
            "colors": [to_hex(color) for color in palette.colors],
            "names": list(palette.names),
        },
        "entries": layers.entries.tolist(),
        "hinted": np.flatnonzero(layers.hinted).tolist(),
    }
    if stack is not None:
        facts["line"] = stack.line.name
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")) + "\n"


def parse_facts(text: bytes) -> dict[str, Any] | None:
    """Facts from JSON; None when it is none.

    >>> parse_facts(b'{"version": 1}'), parse_facts(b"[")
    ({'version': 1}, None)
    """
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) else None


def write_labels(sink: Sink, layers: Layers) -> None:
    """Write the label map as PNG."""
    height, width = layers.sketch.shape
    wide = len(layers.entries) > 65536
    write_png(sink, _samples(layers.labels, wide), (height, width, 3) if wide else (height, width))


def labels_png(layers: Layers) -> bytes:
    """The label map as the bytes of a PNG."""
    file = BytesIO()
    write_labels(file, layers)
    return file.getvalue()


def labels_of(samples: AnyArray) -> Labels:
    """Label map from its PNG's samples, (H, W, 4) uint8 or uint16.

    >>> labels_of(np.full((1, 1, 4), 9, np.uint16)).tolist()
    [[9]]
    """
    if samples.dtype == np.uint16:
        return samples[..., 0].astype(np.int32)
    wide = samples[..., :3].astype(np.int32)
    return wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]


def _samples(labels: Labels, wide: bool) -> Iterator[AnyArray]:
    for rows in strips(len(labels)):
        part = labels[rows]
        if wide:
            yield np.stack([part >> 16, part >> 8, part], axis=-1).astype(np.uint8)
        else:
            yield part.astype(np.uint16)
