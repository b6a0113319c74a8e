"""The objectives of the report and of the papers it names, each a few lines.

A mean stands for each sum of the report, so that a picture's size and a batch's do not change the
balance between the terms.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional

from nurie_lab.training.engine.team import everywhere, processes


def l2_loss(painted: Tensor, target: Tensor) -> Tensor:
    """Equation (6): mean over pixels of the squared length of the colours' difference.

    Args:
        painted: (B, 3, S, S).
        target: the same shape.
    """
    return (painted.float() - target).square().sum(1).mean()


def l1_loss(painted: Tensor, target: Tensor) -> Tensor:
    """|x - G(z)| of equation (7), the mean over pixels and channels."""
    return (painted.float() - target).abs().mean()


def discriminator_loss(real: Tensor, fake: Tensor, *, smooth: float = 1.0) -> Tensor:
    """Equation (4), to be descended: -log D(x) - log(1 - D(G(z))).

    Args:
        real: logits of real pictures.
        fake: logits of painted ones.
        smooth: target for real ones; below 1 is one-sided label smoothing (reference 11, 3.4).
    """
    log_real = functional.logsigmoid(real.float())
    log_not = functional.logsigmoid(-real.float())
    kept = smooth * log_real + (1 - smooth) * log_not
    return -(kept.mean() + functional.logsigmoid(-fake.float()).mean())


def generator_loss(fake: Tensor, *, saturating: bool = False) -> Tensor:
    """Equation (5), log(1 - D(G(z))), or -log D(G(z)) with its stronger gradients (section II.C).

    Args:
        fake: logits of painted pictures, which the discriminator should take for real.
        saturating: whether equation (5) is descended.
    """
    if saturating:
        return functional.logsigmoid(-fake.float()).mean()
    return -functional.logsigmoid(fake.float()).mean()


def critic_loss(real: Tensor, fake: Tensor) -> Tensor:
    """The Wasserstein distance's estimate, negated (reference 1, algorithm 1)."""
    return fake.float().mean() - real.float().mean()


@torch.no_grad()
def clip_weights(parameters: Iterable[Tensor], bound: float) -> None:
    """Keep the critic's weights in [-bound, bound] (reference 1; the report, section III.E)."""
    for parameter in parameters:
        parameter.clamp_(-bound, bound)


def gradient_penalty(scores: Tensor, mixed: Tensor) -> Tensor:
    """Mean of (‖∇ D(x̂)‖ - 1)² over pictures between real and painted (reference 7, equation 3).

    Args:
        scores: of the critic for ``mixed``, whose graph is kept.
        mixed: (B, C, S, S) x̂, which requires gradients.
    """
    (gradient,) = torch.autograd.grad(scores.sum(), mixed, create_graph=True)
    # The root has no derivative at zero, where a dead critic would be.
    length = gradient.float().flatten(1).square().sum(1).add(1e-12).sqrt()
    return (length - 1).square().mean()


def matching_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Feature matching: squared distance of the mean features of the batches (reference 11, 3.1).

    Args:
        real: (B, C, h, w) features of real pictures, taken as given.
        fake: (B, C, h, w) features of painted ones.
    """
    world = processes()[1]
    away = everywhere(fake.float().mean(0)) - everywhere(real.detach().float().mean(0))
    return (away / world).square().mean()


class History(nn.Module):
    """The mean of a network's past weights, for historical averaging (reference 11, 3.3).

    Args:
        network: whose weights are remembered.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.steps: Tensor
        for i, parameter in enumerate(network.parameters()):
            self.register_buffer(f"mean{i}", parameter.detach().clone())

    def loss(self, network: nn.Module) -> Tensor:
        """‖θ - 1/t Σ θ[i]‖²."""
        means = self._means()
        pairs = zip(network.parameters(), means, strict=True)
        return torch.stack([(now - mean).square().sum() for now, mean in pairs]).sum()

    @torch.no_grad()
    def remember(self, network: nn.Module) -> None:
        """Take the weights of this step into the mean."""
        self.steps += 1
        share = 1 / int(self.steps)
        torch._foreach_lerp_(self._means(), list(network.parameters()), share)

    def _means(self) -> list[Tensor]:
        return [b for name, b in self.named_buffers() if name != "steps"]


def multimodal_loss(logits: Tensor, bins: Tensor, weight: Tensor) -> Tensor:
    """Cross-entropy over the bins of colour, rare ones weighing more (references 8 and 12).

    Args:
        logits: (B, 512, h, w).
        bins: (B, h, w) int64 of the picture.
        weight: (512,) of each bin; ones leave "mostly white" the best answer.
    """
    losses = functional.cross_entropy(logits.float(), bins, reduction="none")
    return (losses * weight[bins]).mean()


def annealed_mean(logits: Tensor, colors: Tensor, temperature: float) -> Tensor:
    """Colour of a distribution: the mean of the sharpened one (reference 12, equation 5).

    Args:
        logits: (B, 512, h, w).
        colors: (512, 3) of the bins.
        temperature: 1 gives the mean, towards 0 the mode.

    Returns:
        (B, 3, h, w), of the range of ``colors``.
    """
    chance = functional.softmax(logits.float() / temperature, dim=1)
    return torch.einsum("bkhw,kc->bchw", chance, colors)
