"""What is known of a drawing, as files of arrays that worker processes hand to each other."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray, Ints, Labels, Mask, Rgb8
from nurie.document import Hints, Sketch
from nurie.pipelines.colorize import View
from nurie.pipelines.predict import Scene
from nurie.regions.ink import Ink
from nurie.regions.measure import Measures
from nurie.regions.tokens import Frame


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


def save_sketch(path: Path, sketch: Sketch) -> None:
    """Write a sketch as it is in memory, without the layers around it."""
    over: dict[str, AnyArray] = {}
    if sketch.protect is not None:
        over["protect"] = sketch.protect
    if sketch.hints is not None:
        hints = sketch.hints
        over |= {"rows": hints.rows, "columns": hints.columns, "colors": hints.colors}
        if hints.marks is not None:
            over["marks"] = hints.marks
    _save(
        path,
        pixels=sketch.pixels,
        dpi=np.array(sketch.dpi or (), np.float64),
        profile=np.frombuffer(sketch.icc_profile or b"", np.uint8),
        **over,
    )


def load_sketch(path: Path) -> Sketch:
    """What ``save_sketch`` wrote."""
    found = _load(path)
    x_and_y, hints = found["dpi"].tolist(), None
    if "rows" in found:
        hints = Hints(found["rows"], found["columns"], found["colors"], found.get("marks"))
    return Sketch(
        found["pixels"],
        (x_and_y[0], x_and_y[1]) if x_and_y else None,
        found["profile"].tobytes() or None,
        protect=found.get("protect"),
        hints=hints,
    )


def save_view(path: Path, view: View) -> None:
    """Write what the model sees of a sketch."""
    frame = np.array([view.frame.top, view.frame.left, view.frame.side])
    maps = {f"map{i}": values for i, values in enumerate(view.maps)}
    ink = view.ink
    _save(path, mask=ink.mask, tone=ink.tone, stroke=np.array(ink.stroke), frame=frame, **maps)


def load_view(path: Path) -> View:
    """What ``save_view`` wrote."""
    found = _load(path)
    ink = Ink(found["mask"], found["tone"], float(found["stroke"]))
    maps = [found[f"map{i}"] for i in range(len(found) - 4)]
    return View(ink, Frame(*found["frame"].tolist()), maps)


def save_cutting(path: Path, cutting: Cutting) -> None:
    """Write what is known of the regions."""
    scene, measures = cutting.scene, cutting.scene.measures
    _save(
        path,
        numbers=cutting.numbers,
        count=np.array(cutting.count),
        paper=cutting.paper,
        colors=cutting.colors,
        hinted=cutting.hinted,
        features=scene.features,
        geometry=scene.geometry,
        picture=scene.picture,
        **{f"m_{f.name}": getattr(measures, f.name) for f in fields(Measures)},
    )


def load_cutting(path: Path) -> Cutting:
    """What ``save_cutting`` wrote."""
    found = _load(path)
    measures = Measures(**{f.name: found[f"m_{f.name}"] for f in fields(Measures)})
    scene = Scene(found["features"], found["geometry"], measures, found["picture"])
    known = found["paper"], found["colors"], found["hinted"]
    return Cutting(found["numbers"], int(found["count"]), scene, *known)


def save_labels(path: Path, labels: Labels) -> None:
    """Write labels as the page reads them: little-endian, 32 bits, row by row."""
    with path.open("wb") as stream:
        stream.write(np.ascontiguousarray(labels, "<i4").data)


def load_labels(path: Path, shape: tuple[int, int]) -> Labels:
    """What ``save_labels`` wrote, read where it is asked for; not to be changed."""
    labels: Labels = np.memmap(path, "<i4", "r", shape=shape)
    return labels


def _save(path: Path, **arrays: AnyArray) -> None:
    with path.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def _load(path: Path) -> dict[str, AnyArray]:
    with np.load(path, allow_pickle=False) as found:
        return dict(found)
