"""Settings of a training run, read from TOML; an unknown key is an error."""

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path

from nurie.errors import OptionError


@dataclass(frozen=True)
class RegionConfig:
    """Settings of the region model's training."""

    width: int = 224
    """Size of a token."""
    depth: int = 5
    """Transformer blocks."""
    heads: int = 8
    """Attention heads."""
    dropout: float = 0.1
    """On residual branches; twice as much on features."""
    batch: int = 32
    """Examples a step."""
    rate: float = 6e-4
    """Peak learning rate of the transformer."""
    encoder_rate: float = 3e-4
    """Peak learning rate of the encoder while it is tuned."""
    decay: float = 0.05
    """Weight decay."""
    scratch: bool = False
    """Whether the encoder starts from random weights, all of which learn from the first step."""
    small_share: float = 0.0
    """From scratch: share of the time in which pictures are read at 128 px, three times as fast
    (progressive learning; Tan, Le 2021, section 4)."""
    frozen_share: float = 0.4
    """Share of the time in which the encoder stays as it is and its features are computed once."""
    ema: float = 0.999
    """Decay of the averaged weights, which are the ones released."""
    blind: float = 0.35
    """Share of examples in which no region's colour is known."""
    palette: float = 0.4
    """Share of examples in which the picture's palette is known."""
    pairs: float = 0.3
    """Share of batches in which each drawing refers to another one of the same picture."""
    matching: float = 0.5
    """Weight of finding the same region in the reference."""
    exactness: float = 1.0
    """Weight of the distance, in Lab / 10, between the colour told and the true one."""
    entries: int = 12
    """Palette tokens."""
    spread: float = 6.0
    """Width in Lab of the soft target around the true colour."""
    balance: float = 0.35
    """Exponent by which rare colours count more (Zhang, Isola, Efros 2016, section 2.2)."""
    seed: int = 0
    """Of all random choices."""


def read_config(path: Path) -> RegionConfig:
    """Settings from a TOML file.

    Raises:
        OptionError: the file cannot be read, or a key or a value's type is unknown.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OptionError(f"{path} is not a readable configuration ({error}).") from error
    known = {f.name: type(f.default) for f in dataclasses.fields(RegionConfig)}
    for key, value in values.items():
        if key not in known:
            raise OptionError(f"{path} sets {key!r}; the settings are {', '.join(sorted(known))}.")
        fits = int | float if known[key] is float else known[key]
        if not isinstance(value, fits) or (isinstance(value, bool) and known[key] is not bool):
            raise OptionError(f"{path} sets {key} to {value!r}; a {known[key].__name__} is needed.")
    return RegionConfig(**values)
