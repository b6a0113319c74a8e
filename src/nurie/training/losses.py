"""Objectives."""

import torch
from torch import Tensor
from torch.nn import functional

from nurie.color import BINS, WHITE_BIN


def soft_targets(lab: Tensor, bins: Tensor, centers: Tensor, spread: float) -> Tensor:
    """Soft encoding of a colour over the bins (Zhang, Isola, Efros 2016, section 2.1).

    White stays certain: it means paper, which is no neighbour of pale colours.

    Args:
        lab: (..., 3) true colours, Lab / 100.
        bins: (...,) int64 their bins.
        centers: (512, 3) Lab / 100 of the bins' mean colours.
        spread: standard deviation in Lab units.

    Returns:
        (..., 512), each row sums to 1.
    """
    distance = torch.cdist(lab, centers.expand(*lab.shape[:-2], BINS, 3)) * 100
    closeness = -0.5 * (distance / spread) ** 2
    closeness[..., WHITE_BIN] = -1e4
    soft = functional.softmax(closeness, dim=-1)
    certain = functional.one_hot(bins, BINS).to(soft.dtype)
    return torch.where((bins == WHITE_BIN)[..., None], certain, soft)


def region_loss(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Weighted cross-entropy of the regions' distributions.

    Args:
        logits: (B, N, 512).
        target: (B, N, 512) distributions.
        weight: (B, N) ≥ 0; 0 leaves a region out.

    Returns:
        Scalar mean over the weight.
    """
    losses = -(target * functional.log_softmax(logits.float(), dim=-1)).sum(-1)
    return (losses * weight).sum() / weight.sum().clamp_min(1e-6)


def balance(counts: Tensor, exponent: float) -> Tensor:
    """Weight of each bin: its smoothed frequency to a negative power, mean 1 over the data.

    Args:
        counts: (512,) how often each bin occurs.
        exponent: 0 leaves all equal.

    Returns:
        (512,) in [0.3, 4].
    """
    share = counts / counts.sum()
    smooth = 0.9 * share + 0.1 / BINS
    weight = smooth ** (-exponent)
    return (weight / (weight * share).sum()).clamp(0.3, 4.0)
