"""How much each system is preferred: the model of Bradley and Terry over blind choices.

P(i is preferred to j) = 1 / (1 + exp(θⱼ - θᵢ)); θ are the strengths, in log-odds, of mean 0
(Bradley and Terry, Biometrika 39, 1952). A choice of neither counts half for both.

Who always wins has no finite strength by likelihood alone. So each system is given, besides its
votes, one that was undecided between it and an average system (``PRIOR``): next to nothing once
there are votes, and with few of them the interval is wide instead of absent. Intervals come from
the curvature of the likelihood; resampling the votes would call ten wins of ten certain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from nurie.arrays import AnyArray
from nurie.errors import OptionError

Chosen: TypeAlias = Literal["left", "right", "same"]
"""What a person chooses of a pair."""

Wide: TypeAlias = npt.NDArray[np.float64]

PRIOR = 0.5
"""Votes won, and as many lost, against an average system, that are added for each system."""

SIGMAS = 1.959964
"""Standard deviations of a 95 % interval."""

_STEPS = 100


@dataclass(frozen=True, eq=False)
class Tally:
    """Votes counted by pairs of systems."""

    systems: tuple[str, ...]  # Their names, n of them
    won: Wide  # (n, n) how often the row was preferred to the column
    same: Wide  # (n, n) symmetric: how often neither was

    @property
    def wins(self) -> Wide:
        """(n, n) float64: votes won, half of those for neither counted in."""
        return self.won + self.same / 2


@dataclass(frozen=True)
class Place:
    """The place that the votes give to one system."""

    system: str
    strength: float  # Log-odds against an average system of those compared
    low: float  # Lower end of the 95 % interval
    high: float  # Upper end
    won: int
    lost: int
    same: int


def tally(choices: Iterable[tuple[str, str, Chosen]]) -> Tally:
    """Count choices: the systems on the left and on the right, and what was chosen.

    >>> tally([("a", "b", "left"), ("b", "a", "same")]).won.tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    listed = list(choices)
    systems = tuple(sorted({name for left, right, _ in listed for name in (left, right)}))
    at = {name: place for place, name in enumerate(systems)}
    won, same = np.zeros((2, len(at), len(at)))
    for left, right, chosen in listed:
        first, second = at[left], at[right]
        if chosen == "same":
            same[first, second] += 1
            same[second, first] += 1
        elif chosen == "left":
            won[first, second] += 1
        else:
            won[second, first] += 1
    return Tally(systems, won, same)


def fit(wins: AnyArray, *, prior: float = PRIOR) -> tuple[Wide, Wide]:
    """Strengths of largest likelihood, by Newton's method with steps that never go down.

    ``wins`` are (n, n) votes that the row won against the column; so many as ``prior`` are added
    for and against an average system. (n,) strengths of mean 0, and their (n, n) covariance.

    Raises:
        OptionError: without a prior, when no finite strengths are likeliest (Ford, 1957).

    >>> strengths, _ = fit(np.array([[0, 30], [10, 0]]), prior=0)
    >>> bool(np.isclose(strengths[0] - strengths[1], np.log(3)))
    True
    """
    wins = np.asarray(wins, np.float64) * (1 - np.eye(len(wins)))
    if prior == 0 and not _beaten_by_all(wins):
        raise OptionError("Some systems always won or were never compared; give more votes.")
    theta = np.zeros(len(wins))
    for _ in range(_STEPS):
        slope, curve = _slope(wins, theta, prior), _curvature(wins, theta, prior)
        step = np.linalg.pinv(curve, hermitian=True) @ slope
        while _likelihood(wins, theta + step, prior) < _likelihood(wins, theta, prior) - 1e-12:
            step = step / 2
        theta = theta + step
        if np.abs(step).max() < 1e-10:
            break
    centred = np.eye(len(wins)) - 1 / len(wins)
    spread = np.linalg.pinv(_curvature(wins, theta, prior), hermitian=True)
    return theta - theta.mean(), centred @ spread @ centred


def rank(counted: Tally) -> list[Place]:
    """The systems of at least one vote, most preferred first, with 95 % intervals.

    >>> [place.system for place in rank(tally([("a", "b", "right")]))]
    ['b', 'a']
    """
    strengths, covariance = fit(counted.wins)
    reach = SIGMAS * np.sqrt(np.maximum(np.diag(covariance), 0))
    won, lost, same = counted.won.sum(1), counted.won.sum(0), counted.same.sum(1)
    return [
        Place(
            counted.systems[at],
            float(strengths[at]),
            float(strengths[at] - reach[at]),
            float(strengths[at] + reach[at]),
            int(won[at]),
            int(lost[at]),
            int(same[at]),
        )
        for at in np.argsort(-strengths, kind="stable")
    ]


def between(counted: Tally) -> list[dict[str, str | int]]:
    """The votes between each two systems: ``a``, ``b``, and ``won``, ``lost``, ``same`` for a.

    >>> between(tally([("a", "b", "left")]))
    [{'a': 'a', 'b': 'b', 'won': 1, 'lost': 0, 'same': 0}]
    """
    found: list[dict[str, str | int]] = []
    for i, j in _pairs(len(counted.systems)):
        counts = [counted.won[i, j], counted.won[j, i], counted.same[i, j]]
        if any(counts):
            found.append(
                {
                    "a": counted.systems[i],
                    "b": counted.systems[j],
                    **dict(zip(("won", "lost", "same"), map(int, counts), strict=True)),
                }
            )
    return found


def _pairs(count: int) -> Sequence[tuple[int, int]]:
    return [(i, j) for i in range(count) for j in range(i + 1, count)]


def _chances(theta: Wide) -> Wide:
    """(n, n) chance that the row is preferred to the column."""
    return np.asarray(1 / (1 + np.exp(theta[None, :] - theta[:, None])))


def _likelihood(wins: Wide, theta: Wide, prior: float) -> float:
    gaps = theta[None, :] - theta[:, None]
    phantom = np.logaddexp(0, theta) + np.logaddexp(0, -theta)
    return float(-(wins * np.logaddexp(0, gaps)).sum() - prior * phantom.sum())


def _slope(wins: Wide, theta: Wide, prior: float) -> Wide:
    missed = wins - (wins + wins.T) * _chances(theta)
    return np.asarray(missed.sum(1) + prior * (1 - 2 / (1 + np.exp(-theta))))


def _curvature(wins: Wide, theta: Wide, prior: float) -> Wide:
    """(n, n) negative second derivative of the likelihood."""
    chance = _chances(theta)
    weight = (wins + wins.T) * chance * (1 - chance)
    phantom = 2 * prior * np.exp(-np.abs(theta)) / (1 + np.exp(-np.abs(theta))) ** 2
    return np.asarray(np.diag(weight.sum(1) + phantom) - weight)


def _beaten_by_all(wins: Wide) -> bool:
    """Whether, along wins, each system is reached from each other one."""
    reached = (wins > 0) | np.eye(len(wins), dtype=bool)
    for _ in range(len(wins)):
        reached = reached @ reached
    return bool(reached.all())
