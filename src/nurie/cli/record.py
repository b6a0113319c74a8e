"""What ``nurie color --json`` says about a coloured sketch."""

from typing import TYPE_CHECKING, Any

from nurie.cli.targets import Job

if TYPE_CHECKING:
    from nurie.document import Layers

UNSURE = 0.5
"""A region is unsure when the model gave its colour less than this probability."""


def record_of(job: Job, answers: "list[Layers]", seconds: float) -> dict[str, Any]:
    """What was done, ready for JSON; ``colors`` and ``unsure`` are those of the first answer."""
    height, width = answers[0].sketch.shape
    details = [
        {"output": str(path), "colors": _colors(layers), "unsure": _unsure(layers)}
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

    from nurie.color import to_hex

    used = np.unique(layers.entries[layers.entries >= 0])
    return [to_hex(color) for color in layers.palette.colors[used]]


def _unsure(layers: "Layers") -> list[int]:
    """Labels of the regions that a person should look at first."""
    import numpy as np

    if layers.confidence is None:
        return []
    unsure = (layers.confidence < UNSURE) & (layers.entries >= 0) & ~layers.hinted
    return [int(label) for label in np.flatnonzero(unsure)]
