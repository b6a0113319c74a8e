"""How answers look beside the originals, measured afterwards on the pictures that were kept."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Floats, Rgb8
from nurie.colors import WHITE_BIN, bins_of
from nurie.document import lay_lines
from nurie_lab.bench.metrics.regions import segment_colors
from nurie_lab.bench.metrics.statistics import Numbers, frechet
from nurie_lab.bench.pictures import Case, Frame
from nurie_lab.bench.records import Record
from nurie_lab.bench.tables import Group, More, Origins, group_of
from nurie_lab.bench.trials import unpacked

FRECHET, PERCEPTUAL, PAPER = "Fréchet distance", "perceptual distance", "paper regions kept"


class Network(Protocol):
    """A perceptual network; :class:`nurie_lab.perceptual.MetricSession` is one."""

    def compare(self, one: Rgb8, two: Rgb8, /) -> tuple[float, Floats, Floats]:
        """Distance of two (S, S, 3) uint8 pictures, and (k, d) features of each."""


@dataclass(frozen=True, eq=False)
class Eye:
    """A network and what is known of it."""

    network: Network
    title: str
    digest: str
    size: int  # Side of the pictures it sees, in pixels

    @property
    def facts(self) -> dict[str, str]:
        """What the report says of it."""
        return {"title": self.title, "sha256": self.digest}


Seen: TypeAlias = tuple[float, Floats, Floats]


def open_eye(folder: Path | None = None) -> Eye | None:
    """The network in the user's cache, or in a folder; None where there is none.

    Raises:
        ModelError: it is damaged.
    """
    from nurie_lab.perceptual import MetricSession, find_metric

    spec = find_metric(folder)
    if spec is None:
        return None
    return Eye(MetricSession(spec), spec.title, next(iter(spec.sha256.values())), spec.size)


def looked(
    records: Iterable[Record], cases: dict[str, list[Case]], out: Path, eye: Eye | None
) -> Iterator[tuple[Record, Seen | None]]:
    """Each record with the figures that its kept picture gives, and what the network saw.

    Records without a kept picture come back as they are; ``cases`` are by the name of their set.
    """
    from nurie.io.images import read_color

    by_name = {case.name: case for own in cases.values() for case in own}
    for record in records:
        path = out / "results" / record.picture
        if not record.picture or not path.exists():
            yield record, None
            continue
        case, fill = by_name[record.case], read_color(path)
        figures = {PAPER: paper_kept(case.frame, fill)}
        seen = None
        if eye is not None:
            seen = _remembered(out / "looks", case, fill, eye)
            figures[PERCEPTUAL] = seen[0]
        yield replace(record, scores=record.scores | figures), seen


def paper_kept(frame: Frame, fill: Rgb8) -> float:
    """Share of the true regions of paper, small as large, that are white; nan where none is."""
    truth, found = (
        unpacked(segment_colors(frame.pieces, picture)[0]) for picture in (frame.color, fill)
    )
    paper = bins_of(truth) == WHITE_BIN
    return float((bins_of(found)[paper] == WHITE_BIN).mean()) if paper.any() else np.nan


def _remembered(folder: Path, case: Case, fill: Rgb8, eye: Eye) -> Seen:
    """What the network saw, looked up where it has seen the pair before."""
    from nurie.io.files import replacing

    digest = hashlib.sha256(f"{eye.digest} {case.digest} ".encode() + fill.tobytes())
    path = folder / f"{digest.hexdigest()[:24]}.npz"
    try:
        with np.load(path, allow_pickle=False) as kept:
            return float(kept["apart"]), kept["found"], kept["aims"]
    except (OSError, ValueError, KeyError):
        seen = see(case.frame, fill, eye)
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(path, force=True) as stream:
        np.savez(stream, apart=seen[0], found=seen[1], aims=seen[2])
    return seen


def see(frame: Frame, fill: Rgb8, eye: Eye) -> Seen:
    """An answer beside its original, both under the original's own lines."""
    one, two = (
        fitted(lay_lines(frame.lines, colors).astype(np.uint8), eye.size)
        for colors in (fill, frame.color)
    )
    return eye.network.compare(one, two)


def fitted(picture: Rgb8, side: int) -> Rgb8:
    """A whole picture in the middle of a white square.

    >>> fitted(np.zeros((4, 8, 3), np.uint8), 4)[..., 0].tolist()
    [[255, 255, 255, 255], [0, 0, 0, 0], [0, 0, 0, 0], [255, 255, 255, 255]]
    """
    import cv2

    scale = side / max(picture.shape[:2])
    high, wide = (max(1, round(n * scale)) for n in picture.shape[:2])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    square = np.full((side, side, 3), 255, np.uint8)
    top, left = (side - high) // 2, (side - wide) // 2
    square[top : top + high, left : left + wide] = cv2.resize(
        picture, (wide, high), interpolation=way
    )
    return square


def distances(seen: Iterable[tuple[Record, Seen | None]], origins: Origins) -> More:
    """The Fréchet distance of each row's pictures from their originals."""
    rows: dict[Group, list[Seen]] = {}
    for record, each in seen:
        if each is not None:
            rows.setdefault(group_of(record, origins), []).append(each)
    found = {
        key: set_distance(np.array([s[1] for s in own]), np.array([s[2] for s in own]))
        for key, own in rows.items()
    }
    return {key: {FRECHET: numbers} for key, numbers in found.items() if numbers is not None}


def set_distance(found: AnyArray, aims: AnyArray) -> Numbers | None:
    """Fréchet distance of features with an interval by the jackknife; None for under three.

    The bootstrap would draw pictures twice, which makes any set look narrower than it is.
    """
    if len(found) < 3:
        return None
    whole, parts = jackknifed(found, aims)
    half = 1.96 * float(np.sqrt(parts.var(ddof=1) / len(parts)))
    return whole, max(0.0, whole - half), whole + half


def jackknifed(found: AnyArray, aims: AnyArray) -> tuple[float, AnyArray]:
    """Fréchet distance of two sets of n ≥ 2 features each, and its (n,) pseudo-values."""
    every = np.arange(len(found))

    def apart(kept: AnyArray) -> float:
        return frechet(*(f[kept].reshape(-1, f.shape[-1]) for f in (found, aims)))

    whole = apart(every)
    left = np.array([apart(np.delete(every, i)) for i in every])
    return whole, np.asarray(len(every) * whole - (len(every) - 1) * left)
