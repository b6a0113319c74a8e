"""Ways in which colourings go wrong, for a critic to learn from.

Half of them keep the hues and break the sense: swapped colours are as lively as the true ones.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nurie.arrays import AnyArray, Floats, Mask
from nurie.colors import lab_to_srgb, srgb_to_lab

TONE = 9.0
"""Width in Lab of the cells in which colours count as one."""


@dataclass(frozen=True, eq=False)
class Colouring:
    """A good colouring of n regions."""

    colors: Floats  # (n, 3) Lab
    area: Floats  # (n,)
    people: Mask  # (n,) bool: skin
    other: Floats  # (m, 3) Lab of another drawing's regions

    @property
    def tone(self) -> AnyArray:
        """(n,) which of its colours each region has, 0…k - 1."""
        cells = (self.colors / TONE).round().astype(int)
        return np.unique(cells, axis=0, return_inverse=True)[1].reshape(-1)


Way = Callable[[Colouring, np.random.Generator], Floats]


def spoil(good: Colouring, rng: np.random.Generator) -> Floats:
    """One of the ways in which colourings go wrong: (n, 3) Lab inside sRGB; ``good`` stays."""
    if good.people.any() and rng.random() < FLESH:
        spoilt = flesh(good, rng)
    else:
        ways, chances = list(WAYS), np.array(list(WAYS.values()))
        spoilt = ways[int(rng.choice(len(ways), p=chances / chances.sum()))](good, rng)
    return np.asarray(srgb_to_lab(lab_to_srgb(spoilt.astype(np.float32))))


def swap(good: Colouring, rng: np.random.Generator) -> Floats:
    """Colours change places, each with all regions that have it."""
    out, tone = good.colors.copy(), good.tone
    tones = np.unique(tone)
    some = rng.permutation(tones)[: max(2, int(rng.integers(2, len(tones) + 2)))]
    means = np.stack([out[tone == t].mean(axis=0) for t in some])
    for t, mean in zip(some, np.roll(means, 1, axis=0), strict=True):
        out[tone == t] = mean
    return out


def shuffle(good: Colouring, rng: np.random.Generator) -> Floats:
    """Some regions exchange their colours, whatever they show."""
    out = good.colors.copy()
    some = np.flatnonzero(rng.random(len(out)) < rng.uniform(0.3, 1))
    out[some] = out[rng.permutation(some)]
    return out


def turn(good: Colouring, rng: np.random.Generator) -> Floats:
    """The hue of some colours, or of all, is turned."""
    out, some = good.colors.copy(), _some(good, rng, (0.3, 0.6, 1.0))
    out[some] = _turned(out[some], rng.uniform(1, 2 * np.pi - 1))
    return out


def gray(good: Colouring, rng: np.random.Generator) -> Floats:
    """Some colours, or all, lose their chroma."""
    out = good.colors.copy()
    out[_some(good, rng, (0.4, 0.7, 1.0)), 1:] *= rng.uniform(0, 0.45)
    return out


def split(good: Colouring, rng: np.random.Generator) -> Floats:
    """Pieces of one thing get several colours: half a dress, one arm."""
    out, tone = good.colors.copy(), good.tone
    many = np.flatnonzero(np.bincount(tone) > 1)
    if not len(many):
        return shuffle(good, rng)
    for t in rng.permutation(many)[: int(rng.integers(1, 4))]:
        pieces = rng.permutation(np.flatnonzero(tone == t))
        source = out if rng.random() < 0.6 else good.other
        out[pieces[: max(1, len(pieces) // 2)]] = source[int(rng.integers(len(source)))]
    return out


def borrow(good: Colouring, rng: np.random.Generator) -> Floats:
    """Another drawing's colours, whatever they were of."""
    tone, other = good.tone, rng.permutation(good.other)
    return np.asarray(other[tone % len(other)])


def whiten(good: Colouring, rng: np.random.Generator) -> Floats:
    """Some colours are left white."""
    out = good.colors.copy()
    out[_some(good, rng, (0.5,))] = (100, 0, 0)
    return out


def flood(good: Colouring, rng: np.random.Generator) -> Floats:
    """One colour floods much of the drawing."""
    out, some = good.colors.copy(), _some(good, rng, (0.6,))
    out[some] = out[int(rng.integers(len(out)))] + rng.normal(0, 4, (int(some.sum()), 3))
    return out


def brown(good: Colouring, rng: np.random.Generator) -> Floats:
    """Everything becomes brown, as a mean of many answers does."""
    share = rng.uniform(0.5, 0.95)
    mean = np.array([good.colors[:, 0].mean(), 9.0, 22.0])
    return np.asarray(good.colors * (1 - share) + share * mean)


def flesh(good: Colouring, rng: np.random.Generator) -> Floats:
    """Skin in gray, in another hue, in the colour of something else, or in several colours."""
    out, people = good.colors.copy(), good.people
    skin, rest = out[people].mean(axis=0), np.flatnonzero(~people)
    kind = int(rng.integers(4))
    if kind == 0:
        out[people] = skin * np.array([1, 0, 0]) + rng.normal(0, 3, 3)
    elif kind == 1:
        out[people] = _turned(skin, rng.uniform(1.2, 5))
    elif kind == 2 and len(rest):
        out[people] = out[rng.choice(rest)]
    else:
        some = people & (rng.random(len(out)) < 0.5)
        out[some] = out[rng.integers(len(out), size=int(some.sum()))]
    return out


FLESH = 0.3
"""Share of people whose skin is spoilt, the fault that was named most."""

WAYS: dict[Way, float] = {
    swap: 0.2, shuffle: 0.14, turn: 0.12, gray: 0.12, split: 0.14, borrow: 0.1, whiten: 0.07,
    flood: 0.05, brown: 0.06,
}  # fmt: skip
"""The other ways, and how often each is taken."""


def _some(good: Colouring, rng: np.random.Generator, shares: tuple[float, ...]) -> Mask:
    """(n,) bool: regions of some of the colours."""
    tone = good.tone
    chosen = rng.random(int(tone.max()) + 1) < float(rng.choice(shares))
    return np.asarray(chosen[tone])


def _turned(lab: AnyArray, angle: float) -> AnyArray:
    cos, sin = np.cos(angle), np.sin(angle)
    a, b = lab[..., 1], lab[..., 2]
    return np.stack([lab[..., 0], cos * a - sin * b, sin * a + cos * b], axis=-1)
