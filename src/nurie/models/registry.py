"""What a released model is, read from one JSON beside its graphs: of regions, or a painter."""

import glob
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from nurie.arrays import Floats, Histogram, Rgb8
from nurie.colors import BINS
from nurie.errors import ModelError

if TYPE_CHECKING:
    from nurie.guidance.patches import Patches
    from nurie.spectrum import Spectrum

DEFAULT = "nurie-flat"
FORMAT = 2
"""Version of the JSON and of the graphs' inputs and outputs."""


@dataclass(frozen=True, eq=False)
class Graphed:
    """Whatever consists of graphs."""

    name: str
    folder: Path
    graphs: dict[str, str]
    """File name by role: ``encoder``, ``regions`` and perhaps ``critic``, ``second_encoder``
    and ``second_regions`` of a model; ``painter`` of a painter, and ``hinter`` where hints are
    guessed (figure 4)."""
    sha256: dict[str, str]  # Digest by file name


@dataclass(frozen=True, eq=False)
class ModelSpec(Graphed):
    """One released model that colours regions."""

    size: int  # Side of the framed drawing in pixels
    entries: int  # Palette tokens of the region graph
    bin_colors: Rgb8
    """(512, 3) mean colour of each bin: back-projection of section III.A."""
    prior: Floats
    """(512,) share of each bin among the training regions: P(c) of equation (1)."""
    temperature: float  # Divisor of the logits; 1 leaves the chances as trained
    calibration: Floats
    """(k, 2) rising pairs: how sure the model is of an answer, how often such answers are right."""
    card: dict[str, Any]  # Licence, training data, figures, date
    parts: tuple[str, ...] = ()
    """Names of the parts that the model tells apart; none where it names no parts."""
    second_size: int = 0  # Side of the framed drawing that ``second_encoder`` reads


@dataclass(frozen=True, eq=False)
class PainterSpec(Graphed):
    """One exported network that paints pixels."""

    size: int  # Side of the pictures it was trained on, in pixels
    source: str  # What it sees: ``line+hint`` or ``line``
    target: str  # What it paints: ``picture`` or ``hint``
    patches: "Patches"  # How the hints that it was trained on were made
    bin_colors: Rgb8  # (512, 3) mean colour of each bin
    prior: Histogram
    """(512,) share of each bin among the pixels of its pictures, white included."""
    card: dict[str, Any]  # Licence, settings, steps, losses, parameters

    @property
    def spectrum(self) -> "Spectrum":
        """The histogram of its pictures, from which its hints are sampled."""
        from nurie.spectrum import Spectrum

        counts = np.round(self.prior.astype(np.float64) * 2**32).astype(np.int64)
        return Spectrum(counts, self.bin_colors)


Spec: TypeAlias = ModelSpec | PainterSpec


def read_graph(spec: Graphed, role: str) -> bytes:
    """Contents of a graph, checked against its digest.

    Raises:
        ModelError: the file is missing or was changed.
    """
    path = spec.folder / spec.graphs[role]
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The model {spec.name} lacks {path.name}; install it again.") from error
    if hashlib.sha256(data).hexdigest() != spec.sha256[path.name]:
        raise ModelError(f"{path.name} of the model {spec.name} was changed; install it again.")
    return data


def find(name: str | Path = DEFAULT) -> Spec:
    """The packaged model of that name, or the model whose JSON or folder the path names.

    Raises:
        ModelError: there is no such model, or it is damaged or of another version.
    """
    folder = Path(__file__).parent / "weights"
    path = folder / f"{name}.json"
    if not path.is_file():
        path = Path(name)
        if path.is_dir():
            path = _only_one(path)
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.json")))
        raise ModelError(f"There is no model {str(name)!r}; packaged ones: {known or 'none'}.")
    return read_spec(path)


def _only_one(folder: Path) -> Path:
    """The JSON of the model in a folder."""
    found = sorted(folder.glob("*.json"))
    models = [path for path in found if any(folder.glob(f"{glob.escape(path.stem)}.*.onnx"))]
    if len(models) > 1:
        names = ", ".join(path.name for path in models)
        raise ModelError(f"{folder} holds several models; name one of {names}.")
    return next(iter(models or found), folder / "model.json")


def find_region(name: str | Path = DEFAULT) -> ModelSpec:
    """What :func:`find` finds, where it colours regions.

    Raises:
        ModelError: it is a painter, or :func:`find` finds none.
    """
    spec = find(name)
    if isinstance(spec, ModelSpec):
        return spec
    raise ModelError(
        f"{spec.name} is a painter; a model that colours regions is needed, such as {DEFAULT}."
    )


def find_painter(name: str | Path) -> PainterSpec:
    """What :func:`find` finds, where it paints pixels.

    Raises:
        ModelError: it colours regions, or :func:`find` finds none.
    """
    spec = find(name)
    if isinstance(spec, PainterSpec):
        return spec
    raise ModelError(f"{spec.name} colours regions; a painter is needed, as nurie export makes it.")


def read_spec(path: Path) -> Spec:
    """Read a model's JSON.

    Raises:
        ModelError: it is damaged or of another version.
    """
    try:
        values = json.loads(path.read_text("utf-8"))
        if values["format"] != FORMAT:
            raise ModelError(f"{path} has format {values['format']}; this version reads {FORMAT}.")
        return _spec(path, values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path} is not a model that nurie can read ({error}).") from error


def _spec(path: Path, values: dict[str, Any]) -> Spec:
    kind = values.get("kind", "region")
    if kind not in {"region", "painter"}:
        raise ModelError(f"{path} is of the kind {kind!r}, which this version does not read.")
    shared: dict[str, Any] = {
        "name": values["name"],
        "folder": path.parent,
        "graphs": dict(values["graphs"]),
        "sha256": dict(values["sha256"]),
        "size": int(values["size"]),
        "bin_colors": np.array(values["bin_colors"], np.uint8).reshape(BINS, 3),
        "prior": np.array(values["prior"], np.float32).reshape(BINS),
        "card": dict(values["card"]),
    }
    if kind == "region":
        return ModelSpec(
            **shared,
            entries=int(values["entries"]),
            temperature=float(values["temperature"]),
            calibration=np.array(values["calibration"], np.float32).reshape(-1, 2),
            parts=tuple(map(str, values.get("parts", ()))),
            second_size=int(values.get("second_size", 0)),
        )
    from nurie.guidance.patches import Patches

    source, target = values["source"], values["target"]
    if source not in {"line", "line+hint"} or target not in {"picture", "hint"}:
        raise ValueError("its source or target is unknown")
    return PainterSpec(**shared, source=source, target=target, patches=Patches(**values["patches"]))
