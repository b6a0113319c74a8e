"""ModelSpec: what a released model is, read from one JSON beside its graphs."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import Floats, Rgb8
from nurie.color import BINS
from nurie.errors import ModelError

DEFAULT = "nurie-flat"
FORMAT = 2
"""Version of the JSON and of the graphs' inputs and outputs."""


@dataclass(frozen=True, eq=False)
class ModelSpec:
    """One released model."""

    name: str
    folder: Path
    graphs: dict[str, str]
    """File name by role: ``encoder`` and ``regions``."""
    sha256: dict[str, str]
    """Digest by file name."""
    size: int
    """Side of the framed drawing in pixels."""
    entries: int
    """Palette tokens of the region graph."""
    bin_colors: Rgb8
    """(512, 3) mean colour of each bin: back-projection of section III.A."""
    prior: Floats
    """(512,) share of each bin among the training regions: P(c) of equation (1)."""
    temperature: float
    """Divisor of the logits; 1 leaves the chances as trained."""
    calibration: Floats
    """(k, 2) rising pairs: how sure the model is of an answer, how often such answers are right."""
    card: dict[str, Any]
    """Licence, training data, figures, date."""

    def graph(self, role: str) -> bytes:
        """Contents of a graph, checked against its digest.

        Raises:
            ModelError: the file is missing or was changed.
        """
        path = self.folder / self.graphs[role]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ModelError(
                f"The model {self.name} lacks {path.name}; install it again."
            ) from error
        if hashlib.sha256(data).hexdigest() != self.sha256[path.name]:
            raise ModelError(f"{path.name} of the model {self.name} was changed; install it again.")
        return data


def find(name: str | Path = DEFAULT) -> ModelSpec:
    """The packaged model of that name, or the model whose JSON or folder the path names.

    Raises:
        ModelError: there is no such model, or it is damaged or of another version.
    """
    folder = Path(__file__).parent / "weights"
    path = folder / f"{name}.json"
    if not path.is_file():
        path = Path(name)
        if path.is_dir():
            path = next(iter(sorted(path.glob("*.json"))), path / "model.json")
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.json")))
        raise ModelError(f"There is no model {str(name)!r}; packaged ones: {known or 'none'}.")
    return read_spec(path)


def read_spec(path: Path) -> ModelSpec:
    """Read a model's JSON.

    Raises:
        ModelError: it is damaged or of another version.
    """
    try:
        values = json.loads(path.read_text("utf-8"))
        if values["format"] != FORMAT:
            raise ModelError(f"{path} has format {values['format']}; this version reads {FORMAT}.")
        spec = ModelSpec(
            name=values["name"],
            folder=path.parent,
            graphs=dict(values["graphs"]),
            sha256=dict(values["sha256"]),
            size=int(values["size"]),
            entries=int(values["entries"]),
            bin_colors=np.array(values["bin_colors"], np.uint8).reshape(BINS, 3),
            prior=np.array(values["prior"], np.float32).reshape(BINS),
            temperature=float(values["temperature"]),
            calibration=np.array(values["calibration"], np.float32).reshape(-1, 2),
            card=dict(values["card"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is not a model that nurie can read ({error}).") from error
    return spec


def write_spec(spec: ModelSpec, path: Path) -> None:
    """Write a model's JSON, in one piece."""
    values = {
        "format": FORMAT,
        "name": spec.name,
        "graphs": spec.graphs,
        "sha256": spec.sha256,
        "size": spec.size,
        "entries": spec.entries,
        "temperature": spec.temperature,
        "calibration": [[round(float(v), 4) for v in pair] for pair in spec.calibration],
        "card": spec.card,
        "prior": [float(f"{p:.6g}") for p in spec.prior],
        "bin_colors": spec.bin_colors.tolist(),
    }
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(values) + "\n", "utf-8")
    partial.replace(path)
