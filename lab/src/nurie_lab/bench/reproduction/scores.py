"""Numbers for what networks painted and for how they learned, with intervals over seeds, too."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie_lab.bench.likeness import Eye, fitted, jackknifed
from nurie_lab.bench.metrics.pixels import colorfulness, psnr, sharpness, ssim, white_share
from nurie_lab.bench.metrics.statistics import Numbers, crossed, seeded, within
from nurie_lab.bench.reproduction.paintings import Painting
from nurie_lab.bench.reproduction.trained import Trained

DRAWS = 2000
"""Draws of the bootstrap over the stretches of a log."""

PARTS = 10
"""Stretches of a log that are drawn whole: losses of neighbouring steps are alike."""

FRECHET = "Fréchet"

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
    """One network, trained with K seeds, and one kind of hint."""

    network: str
    hint: str
    each: dict[str, AnyArray]
    """(K, n) float64 by figure, a number for each run and picture."""
    true: dict[str, AnyArray]
    """(n,) of the originals."""

    def mean(self, name: str) -> Numbers:
        """A figure's mean."""
        return crossed(self.each[name])

    def table(self) -> dict[str, Numbers]:
        """The figures of a row; ``colorfulness`` and ``sharpness`` in parts of the originals'."""
        parts = ("colorfulness", "sharpness")
        found = {name: ratio(self.each[name], self.true[name]) for name in parts}
        found |= {name: self.mean(name) for name in self.each if name not in parts}
        return found | {"white, originals": crossed(self.true["white"][None])}


def score(paintings: Iterable[Painting], networks: dict[str, str], eye: Eye | None) -> list[Scored]:
    """Score every network's paintings, all of the same pictures.

    ``networks`` names that of each run, as the run where left out; without an eye there is no
    Fréchet distance.
    """
    found: dict[tuple[str, str], list[dict[str, AnyArray]]] = {}
    known: dict[tuple[str, str], dict[str, AnyArray]] = {}
    for painting in paintings:
        originals = [seen.color for seen in painting.views]
        key = networks.get(painting.run, painting.run), painting.hint
        known.setdefault(key, _alone(originals))
        each = _alone(painting.pictures)
        for name, measure in LIKENESS.items():
            pairs = zip(painting.pictures, originals, strict=True)
            each[name] = np.array([measure(picture, original) for picture, original in pairs])
        if eye is not None and len(originals) > 2:
            each[FRECHET] = seen_apart(painting.pictures, originals, eye)
        found.setdefault(key, []).append(each)
    return [
        Scored(*key, {name: np.stack([one[name] for one in runs]) for name in runs[0]}, known[key])
        for key, runs in found.items()
    ]


def _alone(pictures: Sequence[Rgb8]) -> dict[str, AnyArray]:
    return {
        name: np.array([measure(picture) for picture in pictures])
        for name, measure in MEASURES.items()
    }


def seen_apart(pictures: Sequence[Rgb8], originals: Sequence[Rgb8], eye: Eye) -> AnyArray:
    """Each of n ≥ 3 pictures' part in the Fréchet distance of a set from its originals, (n,).

    Their mean is the distance, less much of what few pictures make it too large by.
    """
    pairs = zip(pictures, originals, strict=True)
    looks = [eye.network.compare(*(fitted(one, eye.size) for one in pair)) for pair in pairs]
    return jackknifed(*(np.array([look[i] for look in looks]) for i in (1, 2)))[1]


def ratio(found: AnyArray, true: AnyArray) -> Numbers:
    """Sum over (K, n) runs and pictures in parts of the (n,) originals', with its interval.

    >>> ratio(np.array([[1.0, 2.0]]), np.array([2.0, 4.0]))
    (0.5, 0.5, 0.5)
    """
    whole = float(np.sum(true))
    if not whole:
        return (float("nan"),) * 3
    parts = found.sum(axis=1) / whole
    # The delta method: what is left of each picture once the ratio is taken away.
    rest = (found.mean(axis=0) - parts.mean() * true) * len(true) / whole
    variance = rest.var(ddof=1) / len(true) if len(true) > 1 else 0.0
    return seeded(parts, float(variance))


def spread(values: AnyArray) -> tuple[float, AnyArray]:
    """Standard deviation of a loss, n ≥ 4, over the last half of a log, and bootstrap draws of it.

    These are (k,), with whole stretches of the log drawn at random.
    """
    half = values[len(values) // 2 :]
    return float(half.std()), _stretches(half).std(axis=1)


def climb(values: AnyArray) -> tuple[float, AnyArray]:
    """How much higher a loss's last quarter is than its second, and (k,) draws of that."""
    quarter = len(values) // 4
    early, late = values[quarter : 2 * quarter], values[-quarter:]
    rise = _stretches(late, 1).mean(axis=1) - _stretches(early, 2).mean(axis=1)
    return float(late.mean() - early.mean()), rise


def over_seeds(found: Sequence[tuple[float, AnyArray]]) -> Numbers:
    """A figure of several logs, as ``spread`` and ``climb`` give it, with its interval."""
    variance = sum(float(draws.var()) for _, draws in found) / len(found) ** 2
    return seeded(np.array([value for value, _ in found]), variance)


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
