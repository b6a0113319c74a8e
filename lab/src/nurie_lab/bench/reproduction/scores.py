"""Numbers for what runs painted and for how they learned, each with a 95 % interval."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Floats, Gray, Rgb8
from nurie_lab.bench.likeness import set_distance
from nurie_lab.bench.metrics.pixels import colorfulness, psnr, sharpness, ssim, white_share
from nurie_lab.bench.metrics.statistics import Numbers, interval, within
from nurie_lab.bench.reproduction.paintings import GUESSED, SAMPLED, Painting, framed
from nurie_lab.bench.reproduction.trained import Trained

Encode: TypeAlias = Callable[[Gray], list[Floats]]
"""Feature maps of an (S, S) picture; :meth:`nurie.models.session.RegionSession.encode` is one."""

DRAWS = 2000
"""Draws of the bootstrap."""

PARTS = 10
"""Stretches of a log that are drawn whole: losses of neighbouring steps are alike."""

FEATURES = "nurie-flat encoder, stride 32, mean"
"""What the Fréchet distance is measured on."""

MEASURES: dict[str, Callable[[Rgb8], float]] = {
    "colorfulness": colorfulness,
    "white": white_share,
    "sharpness": sharpness,
}
"""What is measured of a picture alone; originals too."""

LIKENESS: dict[str, Callable[[Rgb8, Rgb8], float]] = {"PSNR": psnr, "SSIM": ssim}
"""What is measured of a picture beside its original."""


@dataclass(frozen=True, eq=False)
class Scored:
    """One run with one kind of hint."""

    run: str
    hint: str
    each: dict[str, AnyArray]
    """(n,) float64 by figure, a number for each picture."""
    true: dict[str, AnyArray]
    """The same of the originals."""
    distance: Numbers | None
    """Fréchet distance; None where there are too few pictures, or it was not measured."""

    def mean(self, name: str, *, true: bool = False) -> Numbers:
        """A figure's mean, of the paintings or of the originals."""
        values = (self.true if true else self.each)[name]
        return interval(values, np.random.default_rng(0), draws=DRAWS)

    def table(self) -> dict[str, Numbers]:
        """The figures of a row; ``colorfulness`` and ``sharpness`` in parts of the originals'."""
        found = {
            name: ratio(self.each[name], self.true[name]) for name in ("colorfulness", "sharpness")
        }
        found |= {name: self.mean(name) for name in (*LIKENESS, "white")}
        found["white, originals"] = self.mean("white", true=True)
        return found if self.distance is None else {**found, "Fréchet": self.distance}


def score(paintings: Iterable[Painting], encode: Encode, side: int) -> list[Scored]:
    """Score every painting.

    Features cost most: where hints are guessed, paintings by sampled ones have no Fréchet distance.

    Args:
        paintings: of runs, all of the same pictures.
        encode: the features of a gray picture.
        side: pixels a side that it takes.
    """
    found, known = list[Scored](), dict[int, tuple[dict[str, AnyArray], AnyArray]]()
    for painting in paintings:
        originals = [seen.color for seen in painting.views]
        size = len(originals[0])
        if size not in known:
            known[size] = _alone(originals), features(originals, encode, side)
        true, aims = known[size]
        each = _alone(painting.pictures)
        for name, measure in LIKENESS.items():
            pairs = zip(painting.pictures, originals, strict=True)
            each[name] = np.array([measure(picture, original) for picture, original in pairs])
        distance = None
        if painting.hint != SAMPLED or GUESSED not in painting.views[0].hints:
            distance = set_distance(features(painting.pictures, encode, side), aims)
        found.append(Scored(painting.run, painting.hint, each, true, distance))
    return found


def _alone(pictures: Sequence[Rgb8]) -> dict[str, AnyArray]:
    return {
        name: np.array([measure(picture) for picture in pictures])
        for name, measure in MEASURES.items()
    }


def features(pictures: Sequence[Rgb8], encode: Encode, side: int) -> AnyArray:
    """Means of the coarsest map over red, green, blue and luma, laid side by side in one picture.

    One picture of four quarters takes a quarter of the time; the map's middle, which sees several
    quarters, is left out.

    Args:
        pictures: (S, S, 3) uint8 each.
        encode: the features of a gray picture.
        side: pixels a side that it takes.

    Returns:
        (n, 4 C) float64.
    """
    rows = []
    for picture in pictures:
        small = framed(picture, side // 2).astype(np.float32) / np.float32(255)
        red, green, blue = np.moveaxis(small, -1, 0)
        luma = small @ np.array([0.299, 0.587, 0.114], np.float32)
        last = encode(np.block([[red, green], [blue, luma]]))[-1]
        k = last.shape[1] // 2
        quarters = (
            last[:, i, j] for i in (slice(k), slice(-k, None)) for j in (slice(k), slice(-k, None))
        )
        rows.append(np.concatenate([quarter.mean(axis=(1, 2)) for quarter in quarters]))
    return np.array(rows, np.float64)


def ratio(found: AnyArray, true: AnyArray) -> Numbers:
    """Sum over pictures in parts of the originals', with a bootstrap interval.

    Args:
        found: (n,) a figure of each picture.
        true: (n,) that of its original.

    >>> ratio(np.array([1.0, 2.0]), np.array([2.0, 4.0]))
    (0.5, 0.5, 0.5)
    """
    if not len(true) or not np.sum(true):
        return (float("nan"),) * 3
    drawn = np.random.default_rng(0).integers(0, len(true), (DRAWS, len(true)))
    sums = true[drawn].sum(axis=1)
    # A draw of blank originals alone has no ratio.
    values = found[drawn].sum(axis=1)[sums > 0] / sums[sums > 0]
    return within(float(found.sum() / true.sum()), values)


def apart(one: AnyArray, two: AnyArray) -> Numbers:
    """Mean difference of two figures, picture by picture, with a bootstrap interval.

    >>> apart(np.array([3.0, 4.0]), np.array([1.0, 2.0]))
    (2.0, 2.0, 2.0)
    """
    return interval(one - two, np.random.default_rng(0), draws=DRAWS)


def spread(values: AnyArray) -> tuple[float, AnyArray]:
    """Standard deviation of a loss over the last half of a log, and bootstrap draws of it.

    Args:
        values: (n,) the loss; n ≥ 4.

    Returns:
        The deviation, and (k,) of it with whole stretches of the log drawn at random.
    """
    half = values[len(values) // 2 :]
    return float(half.std()), _stretches(half).std(axis=1)


def climb(values: AnyArray) -> tuple[float, AnyArray]:
    """How much higher a loss's last quarter is than its second, and bootstrap draws of it.

    Args:
        values: (n,) the loss; n ≥ 4.

    Returns:
        The difference of means, and (k,) of it.
    """
    quarter = len(values) // 4
    early, late = values[quarter : 2 * quarter], values[-quarter:]
    rise = _stretches(late, 1).mean(axis=1) - _stretches(early, 2).mean(axis=1)
    return float(late.mean() - early.mean()), rise


def _stretches(values: AnyArray, seed: int = 0) -> AnyArray:
    """(k, ~n): the log put together anew from its own stretches; fewer draws of long logs."""
    length = max(1, len(values) // PARTS)
    draws = min(DRAWS, max(100, 4_000_000 // len(values)))
    starts = np.random.default_rng(seed).integers(
        0, len(values) - length + 1, (draws, -(-len(values) // length))
    )
    places = (starts[..., None] + np.arange(length)).reshape(draws, -1)
    return np.asarray(values[places])


def learning(run: Trained) -> dict[str, Any]:
    """How a run learned: steps, pictures and, of two networks, the spread of the judge's loss."""
    figures: dict[str, Any] = {"run": run.name, "steps": run.steps, "shown": run.shown}
    for name in dict.fromkeys((run.judge, "generator")) if run.judge else ():
        values = run.losses(name)[1]
        if len(values) >= 4:
            half = values[len(values) // 2 :]
            figures[name] = float(half.mean())
            figures[f"{name}, spread"] = within(*spread(values))
            figures[f"{name}, rise"] = within(*climb(values))
    return figures
