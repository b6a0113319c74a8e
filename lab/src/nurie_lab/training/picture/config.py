"""Settings of the report's networks, read from TOML; what is unknown is refused in one sentence."""

import dataclasses
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nurie.errors import OptionError
from nurie.lines import SIGMA


def _one_of(*choices: str) -> Any:
    """A setting with a few values, of which the first is the default."""
    return field(default=choices[0], metadata={"choices": choices})


def _number(default: float, least: float, most: float) -> Any:
    """A setting between two numbers; whole where the default is."""
    return field(default=default, metadata={"least": least, "most": most})


@dataclass(frozen=True)
class PictureConfig:
    """Settings of a network that paints pixels; the defaults are the report's GAN at 256 pixels."""

    objective: str = _one_of("gan", "l2", "wgan", "wgan-gp", "multimodal")
    """What is learned: equation (7), equation (6), or one of references 1, 7, 8 and 12."""
    generator: str = _one_of("tandem", "cnn", "unet")
    """Network that paints: reference 4's U-Net, the baseline's two residual connections, pix2pix's
    U-Net-256."""
    discriminator: str = _one_of("tandem", "patch")
    """Network that judges: one verdict for a picture (reference 4) or one for each patch."""
    source: str = _one_of("line+hint", "line")
    """What the generator sees."""
    target: str = _one_of("picture", "hint")
    """What it paints."""
    size: int = _number(256, 32, 1024)
    """Side of the pictures in pixels, a multiple of 32."""
    width: int = _number(64, 2, 512)
    """Channels of the first layer, of the generator and of the discriminator."""
    divide: int = _number(1, 1, 32)
    """Divides all of the generator's channels."""
    norm: str = _one_of("batch", "instance", "layer", "none")
    """Normalisation in the generator."""
    judge_norm: str = _one_of("batch", "instance", "layer", "none")
    """Normalisation in the discriminator or critic."""
    dropout: float = _number(0.0, 0, 0.9)
    """Share of channels dropped in the generator's three innermost decoder layers."""
    batch: int = _number(4, 1, 4096)
    """Pictures a step, of all processes together."""
    lanes: int = _number(4, 1, 1024)
    """Streams the pictures come in, shared by the processes; divides the batch."""
    epochs: int = _number(70, 1, 100000)
    """Times that every picture is shown."""
    optimizer: str = _one_of("adam", "rmsprop")
    """Of both networks."""
    rate: float = _number(2e-4, 0, 1)
    """Learning rate of the generator."""
    judge_rate: float = _number(2e-4, 0, 1)
    """Learning rate of the discriminator or critic."""
    beta1: float = _number(0.5, 0, 0.999)
    """First momentum of Adam."""
    beta2: float = _number(0.999, 0, 0.99999)
    """Second momentum of Adam."""
    decay: str = _one_of("none", "linear")
    """Whether the rates fall to zero over the second half of the run."""
    l1: float = _number(100.0, 0, 1e6)
    """λ of equation (7)."""
    critic_steps: int = _number(1, 1, 100)
    """k of algorithm 1: steps of the discriminator for each of the generator."""
    saturating: bool = field(default=False)
    """Whether the generator descends log(1 - D), equation (5), in place of -log D."""
    noise: float = _number(0.0, 0, 10)
    """Standard deviation of the Gaussian noise that goes into each layer of the discriminator."""
    clip: float = _number(0.01, 1e-6, 100)
    """The critic's weights stay in [-clip, clip]; of ``wgan`` alone."""
    penalty: float = _number(10.0, 0, 1e4)
    """Weight of the gradient penalty; of ``wgan-gp`` alone."""
    smooth: float = _number(1.0, 0.5, 1)
    """Target of the discriminator for real pictures; below 1 is one-sided label smoothing."""
    matching: float = _number(0.0, 0, 1e4)
    """Weight of feature matching in the generator's loss."""
    kernels: int = _number(0, 0, 1000)
    """Kernels of minibatch discrimination; 0 is none."""
    history: float = _number(0.0, 0, 1e4)
    """Weight of historical averaging."""
    rebalance: float = _number(0.0, 0, 1)
    """Exponent by which rare bins count more; of ``multimodal`` alone."""
    temperature: float = _number(0.38, 0.01, 1)
    """Of the annealed mean that turns a distribution over bins into a colour."""
    lines: str = _one_of("canny", "mixed", "drawn")
    """Line art: Canny's, of a method drawn each time, or what the shard holds."""
    sigma: float = _number(SIGMA, 0, 100)
    """Blur before Canny's edges in pixels of the training picture."""
    patches: int = _number(30, 0, 10000)
    """Patches of a hint that are made white."""
    patch: float = _number(0.2, 0.001, 1)
    """Their side, as a share of the picture's."""
    filled: float = _number(0.25, 0, 1)
    """Share of these patches that are then filled with a colour of the histogram."""
    blur: float = _number(0.4, 0, 1)
    """Side of the hint's box blur, as a share of the picture's."""
    flip: bool = field(default=True)
    """Whether half of the pictures are shown mirrored."""
    shuffle: int = _number(1000, 1, 1000000)
    """Pictures, still encoded, from which each lane takes the next at random."""
    loaders: int = _number(2, 1, 256)
    """Threads that decode pictures, in each process."""
    ema: float = _number(0.999, 0, 0.99999)
    """Decay of the averaged weights, which are shown on the sheets and exported."""
    precision: str = _one_of("auto", "fp32", "bf16")
    """Arithmetic of the networks; auto takes bf16 where the machine has it."""
    log_every: int = _number(10, 1, 1000000)
    """Steps that one line of the log averages."""
    sheet_minutes: float = _number(10.0, 0, 1e6)
    """Between two sample sheets; 0 draws one at the end only."""
    save_minutes: float = _number(2.0, 0, 1e6)
    """Between two states; 0 saves with each line of the log."""
    seed: int = _number(0, 0, 2**31 - 1)
    """Of all random choices."""

    def __post_init__(self) -> None:
        """Refuse what cannot be obeyed.

        Raises:
            OptionError: a value is not allowed, or two do not go together.
        """
        for each in dataclasses.fields(self):
            trouble = _trouble(each, getattr(self, each.name))
            if trouble:
                raise OptionError(trouble)
        if self.size % 32:
            raise OptionError(f"size is {self.size}; a multiple of 32 is needed.")
        if self.size == 32 and self.generator == "tandem" and self._lonely:
            raise OptionError(
                f"size is 32; its innermost map has one number a channel, which norm = "
                f"{self.norm!r} cannot take; give 64 or more, or norm = 'none'."
            )
        if self.batch % self.lanes:
            raise OptionError(
                f"batch is {self.batch} and lanes is {self.lanes}; lanes must divide it."
            )
        if self.objective == "multimodal" and (self.generator, self.target) != (
            "tandem",
            "picture",
        ):
            raise OptionError(
                "objective is 'multimodal'; it needs generator = 'tandem' and target = 'picture'."
            )
        if self.kernels and self.discriminator == "patch":
            raise OptionError(
                f"kernels is {self.kernels}; with discriminator = 'patch' it must be 0."
            )
        if self.target == "hint" and self.source != "line":
            raise OptionError("target is 'hint'; it needs source = 'line'.")

    @property
    def _lonely(self) -> bool:
        return self.norm == "instance" or (self.norm == "batch" and self.batch == 1)

    @property
    def adversarial(self) -> bool:
        """Whether there is a second network that judges."""
        return self.objective in ("gan", "wgan", "wgan-gp")


def _trouble(each: "dataclasses.Field[Any]", value: Any) -> str | None:
    """What is wrong with a value, naming what is allowed."""
    kind: Any = type(each.default)
    if kind is bool:
        allowed = "true or false"
        good = isinstance(value, bool)
    elif kind is str:
        choices = each.metadata["choices"]
        allowed, good = "one of " + ", ".join(choices), value in choices
    else:
        least, most = each.metadata["least"], each.metadata["most"]
        whole = kind is int
        allowed = f"a {'whole number' if whole else 'number'} from {least:g} to {most:g}"
        good = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        good = good and least <= value <= most
    return None if good else f"{each.name} is {value!r}; it must be {allowed}."


def read_picture_config(path: Path, changes: Iterable[str] = ()) -> PictureConfig:
    """Settings from a TOML file.

    Args:
        path: the file.
        changes: ``KEY=VALUE`` each, which the file's values give way to.

    Raises:
        OptionError: the file cannot be read, or a key or a value is not allowed.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OptionError(f"{path} is not a readable configuration ({error}).") from error
    values |= dict(map(_change, changes))
    known = sorted(f.name for f in dataclasses.fields(PictureConfig))
    for key in values:
        if key not in known:
            raise OptionError(f"{path} sets {key!r}; the settings are {', '.join(known)}.")
    try:
        return PictureConfig(**values)
    except OptionError as error:
        raise OptionError(f"{path}: {error}") from None


def _change(text: str) -> tuple[str, Any]:
    """One ``KEY=VALUE``: the value as TOML has it, or a word."""
    key, is_given, value = text.partition("=")
    if not is_given:
        raise OptionError(f"{text!r} sets nothing; write KEY=VALUE, as size=64.")
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()
