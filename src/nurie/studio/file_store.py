"""What is known of a drawing, as files that worker processes hand to each other.

Pickles are read that a worker of this server wrote into a folder that nobody else may enter; what
clients send is never read as one. So everything travels that a sketch or a scene may hold.
"""

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import Ints, Labels, Mask, Rgb8
from nurie.document import Sketch
from nurie.painting.scene import Scene


@dataclass(frozen=True, eq=False)
class Cutting:
    """A drawing cut into regions, without its pixels: all that colouring needs."""

    numbers: Ints
    """(m,) numbers of the regions that hold pixels; row i of the rest is about ``numbers[i]``."""
    count: int
    """Regions ever made, empty ones included."""
    scene: Scene
    """Of the m regions."""
    paper: Mask
    """(m,) bool: regions that stay paper whatever the model says."""
    colors: Rgb8
    """(m, 3) uint8 colours that the drawing's own layer of hints gives."""
    hinted: Mask
    """(m,) bool: the regions that it gives one."""


def save(path: Path, value: Any) -> None:
    """Write a sketch, a view, a cutting or a reference."""
    with path.open("wb") as stream:
        pickle.dump(value, stream, protocol=5)


def load(path: Path) -> Any:
    """What ``save`` wrote."""
    with path.open("rb") as stream:
        return pickle.load(stream)  # noqa: S301 (see above)


def load_sketch(path: Path) -> Sketch:
    """A sketch that ``save`` wrote."""
    sketch: Sketch = load(path)
    return sketch


def save_labels(path: Path, labels: Labels) -> None:
    """Write labels as the page reads them: little-endian, 32 bits, row by row."""
    with path.open("wb") as stream:
        stream.write(np.ascontiguousarray(labels, "<i4").data)


def load_labels(path: Path, shape: tuple[int, int]) -> Labels:
    """What ``save_labels`` wrote, read where it is asked for; not to be changed."""
    labels: Labels = np.memmap(path, "<i4", "r", shape=shape)
    return labels
