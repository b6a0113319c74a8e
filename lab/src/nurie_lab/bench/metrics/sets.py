"""How far apart two sets of pictures are."""

import numpy as np

from nurie.arrays import AnyArray


def frechet(one: AnyArray, two: AnyArray) -> float:
    """Fréchet distance of two sets of features, each taken for a Gaussian (Heusel et al. 2017).

    |μ₁ - μ₂|² + tr(Σ₁ + Σ₂ - 2 (Σ₁ Σ₂)^½). With Σ = AᵀA the last trace is the sum of the singular
    values of A₁ A₂ᵀ, which is as large as there are pictures and not as there are features. Few
    pictures make the distance too large: compare sets of the same size only.

    Args:
        one: (n, d) features of n ≥ 2 pictures.
        two: (m, d) of m ≥ 2 others.

    Returns:
        0 or more.

    >>> frechet(np.array([[0.0], [2.0]]), np.array([[3.0], [5.0]]))
    9.0
    """
    a, b = np.asarray(one, np.float64), np.asarray(two, np.float64)
    means = a.mean(axis=0), b.mean(axis=0)
    a = (a - means[0]) / np.sqrt(len(a) - 1)
    b = (b - means[1]) / np.sqrt(len(b) - 1)
    apart = np.square(means[0] - means[1]).sum()
    shared = np.linalg.svd(a @ b.T, compute_uv=False).sum()
    return max(0.0, float(apart + np.square(a).sum() + np.square(b).sum() - 2 * shared))
