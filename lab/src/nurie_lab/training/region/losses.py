"""Objectives."""

import torch
from torch import Tensor
from torch.nn import functional

from nurie.colors import BINS, WHITE_BIN


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


def shift_loss(shift: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean distance, in Lab / 10, of the bin's mean colour and the shift from the truth.

    Args:
        shift: (B, N, 3) Lab / 100.
        target: (B, N, 3) Lab / 100, true colour minus the mean colour of the true bin.
        weight: (B, N) ≥ 0.

    Returns:
        Scalar.
    """
    distance = ((shift.float() - target) * 10).pow(2).sum(-1).add(1e-6).sqrt()
    return (distance * weight).sum() / weight.sum().clamp_min(1e-6)


def match_loss(logits: Tensor, same: Tensor, shown: Tensor, weight: Tensor) -> Tensor:
    """How unlikely a region finds those of the reference that have its colour.

    A further choice with logit 0 stands for "not in the reference". The loss is
    -log Σ p(j) over the right choices j (Miech et al. 2020, MIL-NCE, without the noise terms).

    Args:
        logits: (B, N, M) of each region for those of the reference.
        same: (B, N, M) bool: of one colour.
        shown: (B, M) bool: rows of the reference that are there.
        weight: (B, N) ≥ 0.

    Returns:
        Scalar.
    """
    logits = logits.float().masked_fill(~shown[:, None], -1e4)
    right = same & shown[:, None]
    none = ~right.any(2, keepdim=True)
    logits = torch.cat([logits, torch.zeros_like(logits[..., :1])], -1)
    right = torch.cat([right, none], -1)
    found = torch.logsumexp(logits.masked_fill(~right, -1e4), -1)
    losses = torch.logsumexp(logits, -1) - found
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
