"""What a run of ``nurie train`` has come to: its averaged generator, seen from outside."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from nurie.errors import UnreadableError
from nurie.guidance.patches import Patches
from nurie.io.spectra import read_spectrum
from nurie.spectrum import Spectrum
from nurie_lab.training.engine.folder import RUN, read_run
from nurie_lab.training.engine.state import NAME, load_module, read_facts
from nurie_lab.training.picture.generators import make_generator
from nurie_lab.training.picture.objectives import annealed_mean
from nurie_lab.training.picture.task import HISTOGRAM
from nurie_lab.training.settings import PictureConfig


class Painting(nn.Module):
    """A generator seen from outside: everything in [0, 1], bins turned into colours.

    Args:
        generator: the network.
        config: its settings.
        spectrum: the histogram of its pictures.
    """

    def __init__(self, generator: nn.Module, config: PictureConfig, spectrum: Spectrum) -> None:
        super().__init__()
        self.generator = generator
        self.bins, self.temperature = config.objective == "multimodal", config.temperature
        self.register_buffer("means", torch.from_numpy(spectrum.means).float() / 255)
        self.means: Tensor

    def forward(self, lines: Tensor, hint: Tensor | None = None) -> Tensor:
        """(1, 1, H, W) and perhaps (1, 3, H, W) to (1, 3, H, W)."""
        seen = lines if hint is None else torch.cat([lines, hint], 1)
        answer = self.generator(2 * seen - 1)
        if not self.bins:
            return 0.5 * torch.tanh(answer) + 0.5
        coarse = annealed_mean(answer, self.means, self.temperature)
        return nn.functional.interpolate(coarse, size=lines.shape[2:], mode="bilinear")


@dataclass(frozen=True)
class Trained:
    """What a run has come to."""

    config: PictureConfig
    spectrum: Spectrum
    facts: dict[str, Any]
    painting: Painting
    shards: list[str]
    """Names of what it was trained on."""

    @property
    def inputs(self) -> list[str]:
        """Names of what the graph sees."""
        return ["lines", "hint"] if self.config.source == "line+hint" else ["lines"]

    @property
    def patches(self) -> Patches:
        """How its hints were made."""
        config = self.config
        return Patches(config.patches, config.patch, config.filled, config.blur)

    @property
    def fixed(self) -> bool:
        """Whether it can be halved oftener than five times, and so needs pictures of its size."""
        return self.config.generator == "unet" and self.config.size % 64 == 0


def read_trained(run: Path) -> Trained:
    """A run's averaged generator with what belongs to it.

    Raises:
        UnreadableError: it has no state yet, or is damaged.
    """
    config = read_run(run)
    if not isinstance(config, PictureConfig):
        raise UnreadableError(f"{run} is a run of the region model, which paints no pixels.")
    if not (run / NAME).is_file():
        raise UnreadableError(f"{run} has no state yet; let nurie train go on until it saves one.")
    spectrum, facts = read_spectrum(run / HISTOGRAM), read_facts(run)
    generator = make_generator(config, torch.Generator())
    try:
        load_module(run, "averaged", generator)
    except UnreadableError as error:
        raise UnreadableError(
            f"{run / NAME} is damaged, or of other settings than {RUN} beside it; train anew."
        ) from error
    if not all(value.isfinite().all() for value in generator.state_dict().values()):
        raise UnreadableError(
            f"{run} holds weights that are no numbers; its training went astray, so train anew "
            "with a smaller rate."
        )
    painting = Painting(generator.requires_grad_(False), config, spectrum).eval()
    shards = json.loads((run / RUN).read_text("utf-8")).get("shards", [])
    return Trained(config, spectrum, facts, painting, shards)
