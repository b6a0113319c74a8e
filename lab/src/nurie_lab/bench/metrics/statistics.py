"""What many numbers say together: calibration, risk, distances of sets, means with intervals."""

from typing import TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Floats


def calibration_error(confidence: AnyArray, right: AnyArray, *, bins: int = 10) -> float:
    """Expected calibration error (Guo, Pleiss, Sun, Weinberger 2017, equation 3), in [0, 1].

    >>> calibration_error(np.array([0.75, 0.75]), np.array([True, False]))
    0.25
    """
    if not len(confidence):
        return 0.0
    index = np.minimum((np.asarray(confidence) * bins).astype(int), bins - 1)
    apart = np.bincount(index, np.asarray(right, float) - confidence, minlength=bins)
    return float(np.abs(apart).sum() / len(confidence))


def risk_coverage(confidence: AnyArray, right: AnyArray) -> tuple[Floats, Floats]:
    """Share of answers kept, and share of them that are wrong (El-Yaniv, Wiener 2010).

    (n,) float32 coverage, rising to 1, and (n,) float32 risk; the surest are kept first.

    >>> [x.tolist() for x in risk_coverage(np.array([0.1, 0.9]), np.array([False, True]))]
    [[0.5, 1.0], [0.0, 0.5]]
    """
    order = np.argsort(-np.asarray(confidence, float), kind="stable")
    n = np.arange(1, len(order) + 1)
    wrong = np.cumsum(~np.asarray(right, bool)[order])
    return (n / max(len(n), 1)).astype(np.float32), (wrong / n).astype(np.float32)


def area_under_risk(confidence: AnyArray, right: AnyArray) -> float:
    """Mean risk over all coverages (AURC; Geifman, Uziel, El-Yaniv 2019): lower is better.

    >>> area_under_risk(np.array([0.1, 0.9]), np.array([False, True]))
    0.25
    """
    risk = risk_coverage(confidence, right)[1]
    return float(risk.mean()) if len(risk) else 0.0


def interval(
    values: AnyArray, rng: np.random.Generator, *, draws: int = 2000
) -> tuple[float, float, float]:
    """Mean and its 95 % interval by the percentile bootstrap (Efron 1979): mean, lower, upper end.

    What is not finite is left out; not a number where no value is finite.

    >>> interval(np.array([2.0, 2.0]), np.random.default_rng(0))
    (2.0, 2.0, 2.0)
    """
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    if not len(values):
        return (float("nan"),) * 3
    means = rng.choice(values, (draws, len(values))).mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(values.mean()), float(low), float(high)


def frechet(one: AnyArray, two: AnyArray) -> float:
    """Fréchet distance of two sets of features, each taken for a Gaussian (Heusel et al. 2017).

    |μ₁ - μ₂|² + tr(Σ₁ + Σ₂ - 2 (Σ₁ Σ₂)^½) of (n, d) and (m, d) features. With Σ = AᵀA the last
    trace is the sum of the singular values of A₁ A₂ᵀ, which is as large as there are pictures and
    not as there are features. Few pictures make the distance too large: compare sets of the same
    size only.

    >>> frechet(np.array([[0.0], [2.0]]), np.array([[3.0], [5.0]]))
    9.0
    """
    a, b = np.asarray(one, np.float64), np.asarray(two, np.float64)
    means = a.mean(axis=0), b.mean(axis=0)
    a = (a - means[0]) / np.sqrt(len(a) - 1)
    b = (b - means[1]) / np.sqrt(len(b) - 1)
    apart = np.square(means[0] - means[1]).sum()
    # Where there are more rows than features, triangles have the same products, and are smaller.
    if min(len(a), len(b)) > a.shape[1]:
        a, b = (np.asarray(np.linalg.qr(each, mode="r")) for each in (a, b))
    shared = np.linalg.svd(a @ b.T, compute_uv=False).sum()
    return max(0.0, float(apart + np.square(a).sum() + np.square(b).sum() - 2 * shared))


STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)
"""97.5 % points of Student's t for 1, 2, … degrees of freedom."""


def seeded(values: AnyArray, variance: float) -> tuple[float, float, float]:
    """Mean of (K,) runs of several seeds with its 95 % interval; of one run, of its pictures alone.

    Few seeds bootstrap to intervals that are far too narrow, so theirs is Student's t; the variance
    of their mean for want of pictures is added.

    >>> seeded(np.array([1.0, 2.0, 3.0]), 0.0)[1:] == (2 - 4.303 / 3**0.5, 2 + 4.303 / 3**0.5)
    True
    """
    values, count = np.asarray(values, float), len(values)
    half = 1.96**2 * variance
    if count > 1:
        half += STUDENT[min(count - 1, len(STUDENT)) - 1] ** 2 * values.var(ddof=1) / count
    mean = float(values.mean())
    return mean, float(mean - half**0.5), float(mean + half**0.5)


def crossed(values: AnyArray) -> tuple[float, float, float]:
    """Mean of (K, n) numbers, of K runs by n pictures, with its 95 % interval over both.

    Pictures in which a number is not finite are left out; no number where none is left.

    >>> crossed(np.array([[2.0, 2.0], [2.0, np.inf]]))
    (2.0, 2.0, 2.0)
    """
    values = values[:, np.isfinite(values).all(axis=0)]
    if not values.size:
        return (float("nan"),) * 3
    pictures = values.mean(axis=0)
    variance = pictures.var(ddof=1) / len(pictures) if len(pictures) > 1 else 0.0
    return seeded(values.mean(axis=1), float(variance))


Numbers: TypeAlias = tuple[float, float, float]
"""A figure, lower and upper end of its 95 % interval."""


def within(value: float, draws: AnyArray) -> Numbers:
    """A figure with the middle 95 % of its draws."""
    low, high = np.percentile(draws, [2.5, 97.5])
    return value, float(low), float(high)


def span(numbers: tuple[float | None, float | None, float | None]) -> str:
    """A figure and its interval; None is no number.

    >>> span((1.0, 0.5, 1.25))
    '1.000 [0.500, 1.250]'
    """
    mean, low, high = numbers
    if mean is None or not np.isfinite(mean):
        return "—"
    return f"{number(mean)} [{number(low)}, {number(high)}]"


def number(value: float | None) -> str:
    """Three digits that say something.

    >>> number(0.12345), number(12.345), number(1234.5)
    ('0.123', '12.3', '1234')
    """
    if value is None or not np.isfinite(value):
        return "—"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.{3 if abs(value) < 10 else 1}f}"
