"""The perceptual network of the judge: graphs in the user's cache, with their digests."""

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from nurie.arrays import Floats, Rgb8
from nurie.errors import ModelError
from nurie.models.registry import Graphed
from nurie.models.session import open_graph

NAME = "st-lpips-alexnet"
"""The network that ``nurie export metric`` writes."""

HOW = (
    "pip install 'nurie-lab' && pip install --no-deps stlpips-pytorch==0.0.2 && nurie export metric"
)
"""How it is had, once."""


@dataclass(frozen=True)
class MetricSpec(Graphed):
    """A network that says how far apart two pictures look: its one graph is a ``pair``."""

    title: str
    """As tables name it."""
    size: int
    """Side of the pictures it sees, in pixels."""
    card: dict[str, str]
    """Source, licence and paper."""


def cache_folder() -> Path:
    """Where the user's metrics lie, on this system's own cache; it need not exist.

    ``XDG_CACHE_HOME`` moves it everywhere.
    """
    home = Path.home()
    usual = {
        "darwin": home / "Library" / "Caches",
        "win32": Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"),
    }.get(sys.platform, home / ".cache")
    return Path(os.environ.get("XDG_CACHE_HOME") or usual) / "nurie" / "metrics"


def find_metric(folder: Path | None = None) -> MetricSpec | None:
    """The network in a folder, or in the user's cache; None where there is none.

    Raises:
        ModelError: it is damaged.
    """
    path = (folder or cache_folder()) / f"{NAME}.json"
    try:
        values = json.loads(path.read_text("utf-8"))
        return MetricSpec(folder=path.parent, **values)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"{path} is damaged; write it anew with nurie export metric.") from error


def write_metric(spec: MetricSpec, path: Path) -> None:
    """Write the JSON of a network."""
    values = {k: v for k, v in asdict(spec).items() if k != "folder"}
    path.write_text(json.dumps(values, indent=1) + "\n", "utf-8")


class MetricSession:
    """A perceptual network, kept in memory.

    Raises:
        ModelError: its graph cannot be loaded.
    """

    def __init__(self, spec: MetricSpec) -> None:
        self.spec = spec
        self._pair = open_graph(spec, "pair")

    def compare(self, one: Rgb8, two: Rgb8) -> tuple[float, Floats, Floats]:
        """How far apart two pictures, (S, S, 3) uint8, look, and what each of them looks like.

        The distance, 0 or more; (16, C) and (16, C) float32 means of the first stage's maps over a
        grid of 4 x 4 places.
        """
        feed = {
            name: (picture.astype(np.float32) / np.float32(255)).transpose(2, 0, 1)[None]
            for name, picture in (("one", one), ("two", two))
        }
        apart, first, second = self._pair.run(None, feed)
        return float(apart[0]), first[0], second[0]
