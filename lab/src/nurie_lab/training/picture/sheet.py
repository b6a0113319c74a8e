"""Sample sheets: a row for each picture, what was given beside what is made of it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nurie.arrays import AnyArray, Rgb8
from nurie.errors import InputError
from nurie.guidance.patches import Patches, sampled_hint
from nurie.spectrum import Spectrum
from nurie_lab.training.picture.data import Batch, Drawn, draw
from nurie_lab.training.picture.shards import Place, Stream, Tell
from nurie_lab.training.settings import PictureConfig

SHOWN = 4
"""Pictures on a sheet."""


def samples_to_show(
    data: Path, stream: Stream, config: PictureConfig, spectrum: Spectrum, tell: Tell
) -> list[Drawn]:
    """The pictures of every sheet: the first of the shards kept to validate, else of the others."""
    kept = tuple(sorted(data.glob("val-*.tar"))) if data.is_dir() else ()
    shards = Stream(kept or stream.shards, 1, 1, config.seed)
    found: list[Drawn] = []
    for sample in shards.lane(0, Place(), tell):
        if sample.place.epoch or len(found) == SHOWN:
            break
        try:
            found.append(draw(sample, config, spectrum))
        except (InputError, OSError, ValueError, SyntaxError) as error:
            tell(sample.name, str(error))
    return found


def lay_out(
    batch: Batch,
    spectrum: Spectrum,
    config: PictureConfig,
    paint: Callable[[Batch], Tensor],
) -> Rgb8:
    """A sheet, a row for each picture: original, line art, hint, painting.

    Where the hint is an input, a hint sampled from the histogram and its painting follow.

    Args:
        batch: the pictures.
        spectrum: from which hints are sampled.
        config: settings.
        paint: the generator.

    Returns:
        (H, W, 3) uint8.
    """
    columns = [batch.colors, batch.lines.expand(-1, 3, -1, -1), batch.hints, paint(batch)]
    if config.source == "line+hint":
        rng = np.random.default_rng(config.seed)
        patches = Patches(config.patches, config.patch, config.filled, config.blur)
        shape = (config.size, config.size)
        guesses = [sampled_hint(shape, spectrum, rng, patches) for _ in range(len(batch.lines))]
        hints = torch.from_numpy(np.stack(guesses)).permute(0, 3, 1, 2)
        hints = hints.to(batch.hints.device).float().div(127.5).sub(1)
        columns += [hints, paint(Batch(batch.lines, hints, batch.colors))]
    across = torch.cat([column.float().cpu() for column in columns], 3)
    pixels: AnyArray = across.add(1).mul(127.5).round().clamp(0, 255).byte().numpy()
    return np.ascontiguousarray(pixels.transpose(0, 2, 3, 1).reshape(-1, across.shape[3], 3))
