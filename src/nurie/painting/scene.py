"""What is known of a drawing's regions, what is wished of them, and what was chosen."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from nurie.arrays import AnyArray, Floats, Mask, Rgb8
from nurie.colors import srgb_to_lab
from nurie.document import Palette
from nurie.regions.measure import Measures


class RegionHead(Protocol):
    """Colours of regions some of whose colours are known."""

    def predict(  # noqa: PLR0913, PLR0917 - the inputs of a graph
        self,
        features: Floats,
        geometry: Floats,
        adjacency: Floats,
        known: Floats,
        palette: Floats,
        picture: Floats,
        drawing: Floats,
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Logits, shift, query and key; see ``models.session.RegionSession.predict``."""
        ...


@dataclass(frozen=True, eq=False)
class Scene:
    """What the model knows of a drawing's n regions."""

    features: Floats
    """(n, 496)."""
    geometry: Floats
    """(n, 14)."""
    measures: Measures
    """Of the n regions."""
    picture: Floats
    """(320,) mean of the encoder's last map."""


@dataclass(frozen=True, eq=False)
class Wishes:
    """What is fixed before the model is asked, and how freely it may choose."""

    fixed: Mask
    """(n,) bool: regions whose colour is given."""
    colors: Rgb8
    """(n, 3) uint8 their colours; white for regions that must stay paper."""
    bin_colors: Rgb8
    """(512, 3) uint8 mean colour of each bin."""
    palette: Palette | None = None
    """Colours to choose from; any when None."""
    entries: int = 12
    """Palette tokens of the model."""
    tilt: Floats | None = None
    """(512,) added to the logits; see ``tilted``."""
    temperature: float = 0.6
    """0 takes the safest colour (``guidance.safest``), 1 samples as the model believes."""
    light: Floats | None = None
    """(n,) L* of each region, NaN where any will do; any everywhere when None. Entries of a palette
    come as near to it as they can."""

    def of(self, rows: AnyArray) -> "Wishes":
        """The same of some regions."""
        light = None if self.light is None else self.light[rows]
        return replace(self, fixed=self.fixed[rows], colors=self.colors[rows], light=light)


@dataclass(frozen=True, eq=False)
class Choice:
    """One colouring."""

    colors: Rgb8
    """(n, 3) uint8."""
    paper: Mask
    """(n,) bool: the model left it white."""
    confidence: Floats
    """(n,) float32 in [0, 1]: chance that the model gave to the colour and its neighbours."""

    def of(self, rows: AnyArray) -> "Choice":
        """A copy of some regions."""
        return Choice(self.colors[rows], self.paper[rows], self.confidence[rows])


def known_colors(colors: Rgb8, told: Mask) -> Floats:
    """Colours as the model reads them: (n, 4) float32, Lab / 100 and 1 where told, else zeros."""
    known = np.concatenate([srgb_to_lab(colors) / 100, np.ones((len(colors), 1))], 1)
    return (known * told[:, None]).astype(np.float32)
