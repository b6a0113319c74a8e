"""Processes that train together: sums over all of them, and chance that does not see them.

One process with a batch of eight and four with two each compute the same: gradients, statistics of
a batch and random numbers are those of the global batch.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, distributed, nn


def processes() -> tuple[int, int]:
    """Rank of this process and number of all."""
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_rank(), distributed.get_world_size()
    return 0, 1


def join() -> torch.device:
    """Join the processes that ``torchrun`` started, where it did; this process's device."""
    cuda = torch.cuda.is_available()
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not distributed.is_initialized():
        distributed.init_process_group("nccl" if cuda else "gloo")
    if not cuda:
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    torch.cuda.set_device(device)
    return device


def multiplies_halves(device: torch.device, precision: str) -> bool:
    """Whether to compute in bfloat16: ``auto`` does where the device has instructions for it.

    Without them a product of matrices takes twenty times as long as in full precision.
    """
    if precision != "auto":
        return precision == "bf16"
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    check = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return check is not None and bool(check())


def everywhere(x: Tensor) -> Tensor:
    """Sum of a tensor over all processes; gradients are summed, too, for each holds a part."""
    if processes()[1] == 1:
        return x
    from torch.distributed.nn.functional import all_reduce

    total: Tensor = all_reduce(x)  # type: ignore[no-untyped-call]
    return total


def gathered(x: Tensor) -> Tensor:
    """Rows of all processes one after the other, (B·W, ...) from (B, ...), with gradients."""
    rank, world = processes()
    if world == 1:
        return x
    rows = [x if i == rank else torch.zeros_like(x) for i in range(world)]
    return everywhere(torch.cat(rows))


def average_gradients(parameters: Iterable[Tensor]) -> None:
    """Make the gradients those of the mean loss over all processes, in one message."""
    world = processes()[1]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if world == 1 or not gradients:
        return
    flat = torch.cat([g.reshape(-1) for g in gradients])
    distributed.all_reduce(flat)
    pieces = torch.split(flat.div_(world), [g.numel() for g in gradients])
    for gradient, piece in zip(gradients, pieces, strict=True):
        gradient.copy_(piece.view_as(gradient))


def descend(
    optimizer: torch.optim.Optimizer, loss: Tensor, *modules: nn.Module, limit: float | None = None
) -> None:
    """One step down the gradient of the mean loss of all processes.

    The gradient's norm is cut to ``limit`` in each module.
    """
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    average_gradients(p for module in modules for p in module.parameters())
    if limit is not None:
        for module in modules:
            nn.utils.clip_grad_norm_(module.parameters(), limit)
    optimizer.step()


def averaged(values: dict[str, Tensor]) -> dict[str, float]:
    """Means over all processes, as plain numbers."""
    if not values:
        return {}
    stacked = torch.stack([v.detach().float() for v in values.values()])
    total = everywhere(stacked) / processes()[1]
    return dict(zip(values, total.tolist(), strict=True))


def broadcast(value: Any) -> Any:
    """What the first process says."""
    if processes()[1] == 1:
        return value
    box = [value]
    distributed.broadcast_object_list(box, src=0)
    return box[0]


def listed(value: Any) -> list[Any]:
    """What every process says, by rank."""
    world = processes()[1]
    if world == 1:
        return [value]
    box: list[Any] = [None] * world
    distributed.all_gather_object(box, value)
    return box


@dataclass(frozen=True)
class Draws:
    """Random numbers for the rows of a global batch, of which each process takes its own."""

    generator: torch.Generator
    """In the same state in every process."""

    def normal(self, shape: Sequence[int]) -> Tensor:
        """Standard normal numbers of this shape, whose first side is the batch."""
        return self._own(torch.randn, shape)

    def uniform(self, shape: Sequence[int]) -> Tensor:
        """Numbers in [0, 1) of this shape, whose first side is the batch."""
        return self._own(torch.rand, shape)

    def _own(self, draw: Any, shape: Sequence[int]) -> Tensor:
        rank, world = processes()
        every = (shape[0] * world, *shape[1:])
        numbers: Tensor = draw(every, generator=self.generator, device=self.generator.device)
        return numbers[rank * shape[0] : (rank + 1) * shape[0]]
