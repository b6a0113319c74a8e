"""What ``nurie color`` says about a coloured sketch: as JSON, and as a palette."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from nurie.cli.targets import Job

if TYPE_CHECKING:
    from nurie.arrays import Floats
    from nurie.document import Layers, Palette

Used: TypeAlias = "tuple[Palette, Floats]"
"""Palette entries that some region has, and the pixels of each."""


def record_of(job: Job, answers: "list[Layers]", seconds: float, *, sure: float) -> dict[str, Any]:
    """What was done, ready for JSON; ``colors`` and ``unsure`` are those of the first answer."""
    from nurie.painting.review import review

    height, width = answers[0].sketch.shape
    details = [
        {
            "output": str(path),
            "colors": _colors(layers),
            "unsure": review(layers, sure=sure).tolist(),
        }
        for path, layers in zip(job.outputs, answers, strict=False)
    ]
    record = {
        "sketch": str(job.sketch),
        "outputs": [detail["output"] for detail in details],
        "cleaned": str(job.cleaned) if job.cleaned else None,
        "width": width,
        "height": height,
        "regions": len(answers[0].entries) - 1,
        "colors": details[0]["colors"],
        "unsure": details[0]["unsure"],
        "variations": details,
        "seconds": round(seconds, 3),
    }
    if len(answers) < len(job.outputs):
        record["missing"] = len(job.outputs) - len(answers)
    return record


def _colors(layers: "Layers") -> list[str]:
    """Hex of the palette entries that some region has, in the palette's order."""
    import numpy as np

    from nurie.colors import to_hex

    used = np.unique(layers.entries[layers.entries >= 0])
    return [to_hex(color) for color in layers.palette.colors[used]]


def used_by(layers: "Layers") -> Used:
    """The entries that some region has, in the palette's order, and their pixels."""
    import numpy as np

    from nurie.document import Palette

    palette = layers.palette
    pixels = np.bincount(layers.labels.ravel(), minlength=len(layers.entries))
    filled = layers.entries >= 0
    area = np.bincount(layers.entries[filled], pixels[filled], minlength=len(palette))
    used = np.flatnonzero(area)
    names = tuple(palette.names[at] for at in used) if palette.names else ()
    return Palette(palette.colors[used], names, palette.name), area[used].astype(np.float32)


def check_palette(path: Path, *, force: bool) -> None:
    """Refuse a palette that could not be written in the end.

    Raises:
        OutputError: it exists, or cannot be written.
    """
    from nurie.io.files import check_target
    from nurie.io.palettes import PALETTE_SUFFIXES

    check_target(path, force=force, suffixes=PALETTE_SUFFIXES)


def write_used(path: Path, used: Sequence[Used], *, force: bool) -> None:
    """Write one palette of all that was used; equal colours become one entry.

    Raises:
        OutputError: the palette cannot be written.
    """
    from dataclasses import replace

    from nurie.guidance.palette import unify
    from nurie.io.palettes import write_palette

    unified = unify([one for one, _ in used], [area for _, area in used], near=0)
    if len(unified.palette):
        write_palette(path, replace(unified.palette, name=path.stem), force=force)
