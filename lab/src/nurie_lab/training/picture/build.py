"""From settings to the report's networks and optimizers."""

import copy

import torch
from torch import nn

from nurie.spectrum import Spectrum
from nurie_lab.training.engine.state import State
from nurie_lab.training.engine.team import Draws, multiplies_halves
from nurie_lab.training.picture.discriminators import make_discriminator
from nurie_lab.training.picture.generators import make_generator
from nurie_lab.training.picture.objectives import History
from nurie_lab.training.picture.steps import Networks, Optimizers
from nurie_lab.training.region.losses import balance
from nurie_lab.training.settings import PictureConfig


def build(
    config: PictureConfig, device: torch.device, spectrum: Spectrum
) -> tuple[Networks, Optimizers]:
    """Networks and optimizers by the settings, the same in every process."""
    torch.manual_seed(config.seed)
    chance = torch.Generator().manual_seed(config.seed)

    def placed(network: nn.Module) -> nn.Module:
        moved: nn.Module = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        return moved

    generator = placed(make_generator(config, chance))
    judge = make_discriminator(config, chance)
    judge = placed(judge) if judge is not None else None
    histories = nn.ModuleDict()
    if config.history and judge is not None:
        histories = nn.ModuleDict(
            {"generator": History(generator), "discriminator": History(judge)}
        )
    counts = torch.from_numpy(spectrum.counts).float()
    weight = balance(counts, config.rebalance) if config.rebalance else torch.ones(len(counts))
    networks = Networks(
        generator, copy.deepcopy(generator).requires_grad_(False), judge, histories,
        torch.from_numpy(spectrum.means).float().div(127.5).sub(1).to(device), weight.to(device),
        Draws(torch.Generator(device).manual_seed(config.seed)),
        multiplies_halves(device, config.precision),
    )  # fmt: skip
    return networks, Optimizers(
        make_optimizer(generator, config, config.rate),
        make_optimizer(judge, config, config.judge_rate) if judge is not None else None,
    )


def make_optimizer(network: nn.Module, config: PictureConfig, rate: float) -> torch.optim.Optimizer:
    """Adam or RMSprop; the rate that it starts from is kept as ``peak``."""
    groups = [{"params": list(network.parameters()), "peak": rate}]
    if config.optimizer == "rmsprop":
        return torch.optim.RMSprop(groups, lr=rate)
    return torch.optim.Adam(groups, lr=rate, betas=(config.beta1, config.beta2), fused=True)


def state_of(networks: Networks, optimizers: Optimizers) -> State:
    """All that a run consists of."""
    modules = {"generator": networks.generator, "averaged": networks.averaged}
    moments = {"generator": optimizers.generator}
    if networks.discriminator is not None and optimizers.discriminator is not None:
        modules["discriminator"] = networks.discriminator
        moments["discriminator"] = optimizers.discriminator
    if len(networks.histories):
        modules["histories"] = networks.histories
    return State(modules, moments)


def set_rates(optimizers: Optimizers, config: PictureConfig, share: float) -> None:
    """The learning rates at this share of the run."""
    factor = min(1.0, max(0.0, 2 * (1 - share))) if config.decay == "linear" else 1.0
    for optimizer in (optimizers.generator, optimizers.discriminator):
        for group in optimizer.param_groups if optimizer is not None else ():
            group["lr"] = factor * group["peak"]
