"""One step of the region model: its objectives; a batch in, figures out."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from nurie.colors import BINS, WHITE_BIN
from nurie_lab.training.region.data import Examples, draw_known, draw_palette, known_colors
from nurie_lab.training.region.networks import Encoder
from nurie_lab.training.settings import RegionConfig


def soft_targets(lab: Tensor, bins: Tensor, centers: Tensor, spread: float) -> Tensor:
    """Soft encoding of a colour over the bins (Zhang, Isola, Efros 2016, section 2.1).

    (..., 3) Lab / 100, (...,) int64 bins and (512, 3) Lab / 100 of the bins to (..., 512);
    ``spread`` is in Lab units. White stays certain: it means paper, which is no neighbour of pale
    colours.
    """
    distance = torch.cdist(lab, centers.expand(*lab.shape[:-2], BINS, 3)) * 100
    closeness = -0.5 * (distance / spread) ** 2
    closeness[..., WHITE_BIN] = -1e4
    soft = functional.softmax(closeness, dim=-1)
    certain = functional.one_hot(bins, BINS).to(soft.dtype)
    return torch.where((bins == WHITE_BIN)[..., None], certain, soft)


def region_loss(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Weighted cross-entropy of the regions' distributions, (B, N, 512); weights (B, N) ≥ 0."""
    losses = -(target * functional.log_softmax(logits.float(), dim=-1)).sum(-1)
    return (losses * weight).sum() / weight.sum().clamp_min(1e-6)


def shift_loss(shift: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean distance, in Lab / 10, of the bin's mean colour and the shift from the truth.

    Shifts and targets are (B, N, 3) Lab / 100, true colour minus the mean colour of the true bin.
    """
    distance = ((shift.float() - target) * 10).pow(2).sum(-1).add(1e-6).sqrt()
    return (distance * weight).sum() / weight.sum().clamp_min(1e-6)


def match_loss(logits: Tensor, same: Tensor, shown: Tensor, weight: Tensor) -> Tensor:
    """How unlikely a region finds those of the reference that have its colour.

    A further choice with logit 0 stands for "not in the reference". The loss is -log Σ p(j) over
    the right choices j (Miech et al. 2020, MIL-NCE, without the noise terms). ``logits`` and
    ``same`` are (B, N, M), ``shown`` (B, M) bool the rows of the reference that are there,
    ``weight`` (B, N).
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
    """(512,) weight of each bin: its smoothed frequency to a negative power, about 1."""
    share = counts / counts.sum()
    smooth = 0.9 * share + 0.1 / BINS
    weight = smooth ** (-exponent)
    return (weight / (weight * share).sum()).clamp(0.3, 4.0)


@dataclass(frozen=True)
class Colors:
    """What is known of the bins before training."""

    centers: Tensor  # (512, 3) Lab / 100 of the mean colour of each bin
    weight: Tensor  # (512,) weight of each bin in the loss
    parts: Tensor | None = None  # (P,) weight of each part's name, where they are learnt


SMALL = 128
"""Side in px at which an encoder that starts from nothing reads most drawings."""


def pooled(
    encoder: Encoder, seen: Examples, *, late: bool = True, small: bool = False
) -> tuple[Tensor, Tensor, Tensor]:
    """Encoder features averaged over regions: the twin of ``regions.tokens.pool``.

    (B, N, 496), or (B, N, 64) without the ``late`` blocks; (B, 320) mean of the last map, zeros
    without; (B, 40, S/8, S/8) map at stride 8. ``small`` reads the drawings at 128 px.
    """
    lines = seen.lines[:, None].float() / 255
    lines = functional.adaptive_avg_pool2d(lines, SMALL) if small else lines
    early = encoder.early(lines.contiguous(memory_format=torch.channels_last))
    return from_maps((*early, *encoder.late(early[1])) if late else early, seen)


def from_maps(maps: tuple[Tensor, ...], seen: Examples) -> tuple[Tensor, Tensor, Tensor]:
    """What ``pooled`` gives, from the encoder's four maps, or the two without the late blocks."""
    pools = average_maps(maps, seen)
    if len(maps) == 2:
        return pools, pools.new_zeros(len(seen), 320), maps[1]
    return pools, maps[3].float().mean((2, 3)), maps[1]


def tuned(encoder: Encoder, early: Tensor, coarse: Tensor, seen: Examples) -> tuple[Tensor, Tensor]:
    """Features whose late part is computed anew from the cached map at stride 8.

    (B, N, 64) cached features of strides 4 and 8 and the (B, 40, S/8, S/8) map to (B, N, 496) and
    (B, 320), the mean of the last map.
    """
    late = encoder.late(coarse.contiguous(memory_format=torch.channels_last))
    features = torch.cat([early, average_maps(late, seen)], -1)
    return features, late[1].float().mean((2, 3))


def average_maps(maps: tuple[Tensor, ...], seen: Examples) -> Tensor:
    """Mean of each map over each region, (B, N, ΣC)."""
    share = _shares(seen, maps[0].shape[3])
    columns = []
    for values in maps:
        across = values.shape[3]
        while share.shape[3] > across:
            rows = share[:, :, 0::2] + share[:, :, 1::2]
            share = rows[..., 0::2] + rows[..., 1::2]
        columns.append((share.flatten(2) @ values.flatten(2).transpose(1, 2)).float())
    return torch.cat(columns, -1)


def _shares(seen: Examples, across: int) -> Tensor:
    """Share of each cell in each region, (B, N, across, across), summing to 1 over the cells."""
    (batch, size), count = seen.labels.shape[:2], seen.bins.shape[1]
    device, step = seen.labels.device, size // across
    labels, center = seen.labels.long(), seen.geometry[..., :2].float()
    labels = torch.where(labels > count, 0, labels)
    place = torch.arange(size, device=device) // step
    cell = place[:, None] * across + place
    flat = (labels * across * across + cell).flatten(1)
    one = torch.ones((), device=device).expand(flat.shape)
    share = torch.zeros(batch, (count + 1) * across * across, device=device)
    share.scatter_add_(1, flat, one)
    share = share.view(batch, count + 1, across, across)[:, 1:]
    pixels = share.sum((2, 3))
    picture, region = torch.nonzero(pixels == 0, as_tuple=True)
    at = ((center[picture, region] + 1) / 2 * size).clamp(0, size - 1).long() // step
    share[picture, region, at[:, 0], at[:, 1]] = 1
    return share / pixels.clamp_min(1)[..., None, None]


def region_step(  # noqa: PLR0913 - the batch, the network and what it needs
    features: tuple[Tensor, Tensor],
    seen: Examples,
    *,
    network: nn.Module,
    colors: Colors,
    config: RegionConfig,
    generator: torch.Generator,
    paired: bool = False,
) -> tuple[Tensor, dict[str, Tensor]]:
    """Loss of the region model on some examples, parts of whose colours are known; its terms.

    ``features`` are those of ``pooled``; where ``paired``, examples 2k and 2k + 1 show one picture
    and are each other's reference.
    """
    known = draw_known(seen, config, generator)
    palette = draw_palette(seen, config, generator)
    rows = [features[0], seen.geometry.float(), seen.adjacency.float(), known]
    drawing = torch.zeros_like(seen.weight)
    count = seen.bins.shape[1]
    other = torch.arange(len(seen), device=drawing.device) ^ 1
    if paired:
        rows, drawing = refer(rows, seen, other, generator)
    answer = network(*rows, palette, features[1], drawing)
    target = soft_targets(seen.lab, seen.bins, colors.centers, config.spread)
    hidden = seen.weight * (known[..., 3] == 0)
    parts = {
        "color": region_loss(answer.logits[:, :count], target, hidden * colors.weight[seen.bins]),
        "shift": shift_loss(answer.shift[:, :count], seen.lab - colors.centers[seen.bins], hidden),
    }
    loss = parts["color"] + config.exactness * parts["shift"]
    if paired:
        same = torch.cdist(seen.lab, seen.lab[other]) < SAME
        shown = rows[3][:, count:, 3] > 0
        logits = answer.query[:, :count] @ answer.key[:, count:].transpose(1, 2)
        logits = logits * answer.query.shape[2] ** -0.5
        parts["match"] = match_loss(logits, same, shown, hidden)
        loss = loss + config.matching * parts["match"]
    if colors.parts is not None:
        parts["part"] = part_loss(
            answer.parts[:, :count], seen.parts, seen.geometry[..., 2].float(), colors.parts
        )
        loss = loss + config.naming * parts["part"]
    return loss, {name: value.detach() for name, value in parts.items()}


def part_loss(logits: Tensor, parts: Tensor, size: Tensor, weight: Tensor) -> Tensor:
    """Smoothed cross-entropy of the parts' names where they are known, large regions first.

    (B, N, P) logits; (B, N) int64, -1 unknown; ``size`` (B, N) is log area / 4 + 1, as in
    ``tokens.geometry``; (P,) weights. 0 where no name is known.
    """
    known = parts >= 0
    if not known.any():
        return logits.sum() * 0
    weights = torch.exp(size[known] - 1).clamp(0.1, 1) * weight[parts[known]]
    losses = functional.cross_entropy(
        logits[known].float(), parts[known], reduction="none", label_smoothing=0.05
    )
    return (losses * weights).sum() / weights.sum()


SAME = 0.04
"""Distance in Lab / 100 below which two regions of a pair have one colour."""


def refer(
    rows: list[Tensor], seen: Examples, other: Tensor, generator: torch.Generator
) -> tuple[list[Tensor], Tensor]:
    """Put each example's partner, coloured, behind its own rows; parts of it are missing."""
    device = seen.bins.device
    missing = 0.3 * torch.rand(len(seen), 1, generator=generator, device=device)
    drawn = torch.rand(seen.bins.shape, generator=generator, device=device) >= missing
    shown = drawn & seen.real & (seen.weight > 0)
    features, geometry, adjacency, known = rows
    empty = torch.zeros_like(adjacency)
    near = torch.cat([torch.cat([adjacency, empty], 2), torch.cat([empty, adjacency[other]], 2)], 1)
    # Rows of zeros in the geometry are shut out of attention.
    places = torch.cat([geometry, (geometry * shown[..., None])[other]], 1)
    given = torch.cat([known, known_colors(seen, shown)[other]], 1)
    both = torch.cat([features, features[other]], 1)
    drawing = torch.cat([torch.zeros_like(seen.weight), torch.ones_like(seen.weight)], 1)
    return [both, places, near, given], drawing
