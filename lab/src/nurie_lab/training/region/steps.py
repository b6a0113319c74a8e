"""One step of each objective: a batch in, figures out."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from nurie_lab.training.region.data import Examples, draw_known, draw_palette, told_colors
from nurie_lab.training.region.losses import match_loss, region_loss, shift_loss, soft_targets
from nurie_lab.training.region.networks import Encoder
from nurie_lab.training.settings import RegionConfig


@dataclass(frozen=True)
class Colors:
    """What is known of the bins before training."""

    centers: Tensor
    """(512, 3) Lab / 100 of the mean colour of each bin."""
    weight: Tensor
    """(512,) weight of each bin in the loss."""


SMALL = 128
"""Side in px at which an encoder that starts from nothing reads most drawings."""


def pooled(
    encoder: Encoder, seen: Examples, *, late: bool = True, small: bool = False
) -> tuple[Tensor, Tensor, Tensor]:
    """Encoder features averaged over regions: the twin of ``regions.tokens.pool``.

    Args:
        encoder: reads the drawings.
        seen: the examples.
        late: whether its late blocks are run.
        small: whether it reads the drawings at 128 px.

    Returns:
        (B, N, 496) features, (B, N, 64) without the late blocks; (B, 320) mean of the last map,
        zeros without; (B, 40, S/8, S/8) map at stride 8.
    """
    lines = seen.lines[:, None].float() / 255
    lines = functional.adaptive_avg_pool2d(lines, SMALL) if small else lines
    early = encoder.early(lines.contiguous(memory_format=torch.channels_last))
    if not late:
        return average_maps(early, seen), lines.new_zeros(len(seen), 320), early[1]
    rest = encoder.late(early[1])
    return average_maps((*early, *rest), seen), rest[1].float().mean((2, 3)), early[1]


def tuned(encoder: Encoder, early: Tensor, coarse: Tensor, seen: Examples) -> tuple[Tensor, Tensor]:
    """Features whose late part is computed anew from the cached map at stride 8.

    Args:
        encoder: its late blocks receive gradients.
        early: (B, N, 64) cached features of strides 4 and 8.
        coarse: (B, 40, S/8, S/8) cached map.
        seen: the examples.

    Returns:
        (B, N, 496) features and (B, 320) mean of the last map.
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
    """Loss of the region model on some examples, parts of whose colours are known.

    Args:
        features: (B, N, 496) and (B, 320) from ``pooled``.
        seen: the examples.
        network: a ``RegionTransformer``.
        colors: of the bins.
        config: settings.
        generator: draws what is known.
        paired: examples 2k and 2k + 1 show one picture and are each other's reference.

    Returns:
        Scalar loss and its parts.
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
    return loss, {name: value.detach() for name, value in parts.items()}


SAME = 0.04
"""Distance in Lab / 100 below which two regions of a pair have one colour."""


def refer(
    rows: list[Tensor], seen: Examples, other: Tensor, generator: torch.Generator
) -> tuple[list[Tensor], Tensor]:
    """Put each example's partner, coloured, behind its own rows; parts of it are missing."""
    device = seen.bins.device
    missing = 0.3 * torch.rand(len(seen), 1, generator=generator, device=device)
    drawn = torch.rand(seen.bins.shape, generator=generator, device=device) >= missing
    shown = drawn & seen.real
    features, geometry, adjacency, known = rows
    empty = torch.zeros_like(adjacency)
    near = torch.cat([torch.cat([adjacency, empty], 2), torch.cat([empty, adjacency[other]], 2)], 1)
    # Rows of zeros in the geometry are shut out of attention.
    places = torch.cat([geometry, (geometry * shown[..., None])[other]], 1)
    told = torch.cat([known, told_colors(seen, shown)[other]], 1)
    both = torch.cat([features, features[other]], 1)
    drawing = torch.cat([torch.zeros_like(seen.weight), torch.ones_like(seen.weight)], 1)
    return [both, places, near, told], drawing
