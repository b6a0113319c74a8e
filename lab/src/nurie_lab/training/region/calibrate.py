"""How much to believe a model: temperature and confidence, fitted on pictures it never saw."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import nn

from nurie.arrays import AnyArray, Floats, Rgb8
from nurie.colors import delta_e, srgb_to_lab
from nurie.guidance.palette import around
from nurie.guidance.safest import safest
from nurie_lab.training.region.data import Examples
from nurie_lab.training.region.networks import Encoder
from nurie_lab.training.region.steps import pooled

RIGHT = 10.0
"""ΔE2000 up to which a colour counts as right."""

KNOTS = 16
"""Points of the stored calibration curve."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """What was fitted, and how good the model is on the held-out examples with nothing known."""

    temperature: float
    """Divisor of the logits that makes the true bins likeliest (Guo et al. 2017)."""
    curve: Floats
    """(k, 2) confidence as computed and share that was right, both rising."""
    figures: dict[str, float]
    """Cross-entropy, mean ΔE2000, share right, expected calibration error before and after."""


def calibrate(
    encoder: Encoder, network: nn.Module, held: Examples, bin_colors: Rgb8, entries: int
) -> Calibration:
    """Fit temperature and confidence on held-out examples none of whose colours is told.

    Args:
        encoder: as released.
        network: as released.
        held: examples of pictures that were not trained on.
        bin_colors: (512, 3) uint8.
        entries: palette tokens.

    Returns:
        The calibration.
    """
    logits, lab, bins, weight = _answers(encoder, network, held, entries)
    temperature = _temperature(logits, bins, weight)
    chances = torch.softmax(torch.from_numpy(logits) / temperature, -1).numpy()
    centers = srgb_to_lab(bin_colors)
    mass, pick = around(chances, lab=centers), safest(chances, bin_colors)
    confidence = mass[np.arange(len(pick)), pick]
    gap = delta_e(centers[pick], lab * 100)
    right = gap <= RIGHT
    curve = isotonic(confidence, right, weight)
    fitted = np.interp(confidence, curve[:, 0], curve[:, 1]).astype(np.float32)
    figures = {
        "examples": float(len(held)),
        "regions": float(len(pick)),
        "delta_e": float(np.average(gap, weights=weight)),
        "right": float(np.average(right, weights=weight)),
        "error_before": calibration_error(confidence, right, weight),
        "error_after": calibration_error(fitted, right, weight),
    }
    return Calibration(temperature, curve, figures)


def _answers(
    encoder: Encoder, network: nn.Module, held: Examples, entries: int
) -> tuple[Floats, Floats, AnyArray, Floats]:
    """Logits, Lab / 100, bins and weights of all regions that count."""
    parts: list[tuple[AnyArray, ...]] = []
    device = held.lines.device
    for start in range(0, len(held), 32):
        seen = held.pick(torch.arange(start, min(start + 32, len(held)), device=device))
        with torch.inference_mode():
            features, picture, _ = pooled(encoder, seen)
            known = torch.zeros(*seen.bins.shape, 4, device=device)
            palette = torch.zeros(len(seen), entries, 4, device=device)
            answer = network(
                features, seen.geometry.float(), seen.adjacency.float(), known, palette, picture,
                torch.zeros_like(seen.weight),
            )  # fmt: skip
        rows = seen.weight > 0
        columns = (answer.logits[rows], seen.lab[rows], seen.bins[rows], seen.weight[rows])
        parts.append(tuple(c.float().cpu().numpy() for c in columns))
    logits, lab, bins, weight = (np.concatenate(c) for c in zip(*parts, strict=True))
    return logits, lab, bins.astype(np.int64), weight


def _temperature(logits: Floats, bins: AnyArray, weight: Floats) -> float:
    """Temperature of the least weighted cross-entropy, by a search over a grid."""
    rows = np.arange(len(bins))

    def loss(temperature: float) -> float:
        log = torch.log_softmax(torch.from_numpy(logits) / temperature, -1).numpy()
        return float(-(log[rows, bins] * weight).sum())

    grid: list[float] = np.geomspace(0.5, 3, 37).tolist()
    return min(grid, key=loss)


def isotonic(score: Floats, right: AnyArray, weight: Floats) -> Floats:
    """Rising share of right answers as a function of the score (pool adjacent violators).

    Args:
        score: (n,) any order.
        right: (n,) bool.
        weight: (n,) > 0.

    Returns:
        (k, 2) float32, at most ``KNOTS`` pairs of score and share, both rising.
    """
    order = np.argsort(score, kind="stable")
    bounds = np.linspace(0, len(order), min(KNOTS, len(order)) + 1).astype(int)
    groups = [order[a:b] for a, b in pairwise(bounds)]
    blocks: list[list[float]] = []
    for rows in groups:
        total = float(weight[rows].sum())
        blocks.append([
            float(np.average(score[rows], weights=weight[rows])),
            float(np.average(right[rows], weights=weight[rows])),
            total,
        ])  # fmt: skip
        while len(blocks) > 1 and blocks[-2][1] >= blocks[-1][1]:
            one, two = blocks[-2], blocks.pop()
            both = one[2] + two[2]
            blocks[-1] = [*((one[i] * one[2] + two[i] * two[2]) / both for i in (0, 1)), both]
    return np.array([[0.0, 0.0], *([b[0], b[1]] for b in blocks), [1.0, 1.0]], np.float32)


def calibration_error(confidence: Floats, right: AnyArray, weight: Floats) -> float:
    """Expected calibration error over 15 equal bins (Guo et al. 2017, equation 3).

    Args:
        confidence: (n,) in [0, 1].
        right: (n,) bool.
        weight: (n,) ≥ 0.

    Returns:
        Weighted mean distance between confidence and share right.
    """
    place = np.minimum((confidence * 15).astype(int), 14)
    total = np.bincount(place, weight, 15)
    gap = np.abs(np.bincount(place, weight * (confidence - right), 15))
    return float(gap.sum() / total.sum())
