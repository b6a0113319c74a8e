"""Settings of every training, read from TOML; what is unknown or has no effect is refused."""

import dataclasses
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nurie.errors import OptionError
from nurie.lines import SIGMA


def _one_of(*choices: str, **only: tuple[Any, ...]) -> Any:
    """A setting with a few values, of which the first is the default."""
    return field(default=choices[0], metadata={"choices": choices, "only": only})


def _number(default: float, least: float, most: float, **only: tuple[Any, ...]) -> Any:
    """A setting between two numbers; whole where the default is.

    ``only`` names other settings and the values of theirs without which this one has no effect.
    """
    return field(default=default, metadata={"least": least, "most": most, "only": only})


def _switch(default: bool = False, **only: tuple[Any, ...]) -> Any:
    return field(default=default, metadata={"only": only})


REGIONAL = ("region", "critic", "second", "preference")
"""Objectives of the region model."""

JUDGED = ("gan", "wgan", "wgan-gp")
"""Objectives with a second network that judges."""


@dataclass(frozen=True)
class _Common:
    """Settings of every training."""

    ema: float = _number(0.999, 0, 0.99999)
    """Decay of the averaged weights, which are shown and released."""
    precision: str = _one_of("auto", "fp32", "bf16")
    """Arithmetic of the networks; auto takes bf16 where the machine has it."""
    log_every: int = _number(10, 1, 1000000)
    """Steps that one line of the log averages."""
    save_minutes: float = _number(2.0, 0, 1e6)
    """Between two states; 0 saves with each line of the log."""
    seed: int = _number(0, 0, 2**31 - 1)
    """Of all random choices."""

    def __post_init__(self) -> None:
        """Refuse values that are of another kind or out of bounds.

        Raises:
            OptionError: the first of them, with what is allowed.
        """
        for each in dataclasses.fields(self):
            value, meta = getattr(self, each.name), each.metadata
            if isinstance(value, list):
                object.__setattr__(self, each.name, tuple(value))
            kind: Any = type(each.default)
            if kind is bool:
                allowed, good = "true or false", isinstance(value, bool)
            elif kind is tuple:
                allowed, good = "a list of words", all(isinstance(one, str) for one in value)
            elif kind is str:
                allowed, good = "one of " + ", ".join(meta["choices"]), value in meta["choices"]
            else:
                least, most = meta["least"], meta["most"]
                allowed = f"a {'whole ' * (kind is int)}number from {least:g} to {most:g}"
                # True is an int to Python.
                good = type(value) in {int, kind} and least <= value <= most
            if not good:
                raise OptionError(f"{each.name} is {value!r}; it must be {allowed}.")


@dataclass(frozen=True)
class RegionConfig(_Common):
    """Settings of the region model's training."""

    objective: str = _one_of(*REGIONAL)
    """Colours of regions, how good whole colourings of a model are, a second network that joins in
    on its colours and names its regions, or that this one samples what was preferred."""
    size: int = _number(320, 64, 1024, objective=("second",))
    """Side of the framed drawing that the second network reads, a multiple of 32."""
    pictures: int = _number(800_000, 1, 10**9)
    """Examples to show in all; rates and the encoder's turn are shares of it."""
    width: int = _number(224, 8, 4096)
    """Size of a token."""
    depth: int = _number(5, 1, 100)
    """Transformer blocks."""
    heads: int = _number(8, 1, 100)
    """Attention heads; divides the width."""
    dropout: float = _number(0.1, 0, 0.45)
    """On residual branches; twice as much on features."""
    batch: int = _number(32, 2, 4096)
    """Examples a step, of all processes together."""
    rate: float = _number(6e-4, 0, 1)
    """Peak learning rate of the transformer."""
    encoder_rate: float = _number(3e-4, 0, 1)
    """Peak learning rate of the encoder while it is tuned."""
    decay: float = _number(0.05, 0, 10)
    """Weight decay."""
    scratch: bool = _switch()
    """Whether the encoder starts from random weights, all of which learn from the first step."""
    small_share: float = _number(0.0, 0, 1, scratch=(True,))
    """Share of the run in which pictures are read at 128 px, three times as fast
    (progressive learning; Tan, Le 2021, section 4)."""
    frozen_share: float = _number(0.4, 0, 1, scratch=(False,))
    """Share of the run in which the encoder stays as it is and its features are computed once."""
    blind: float = _number(0.35, 0, 1)
    """Share of examples in which no region's colour is known."""
    palette: float = _number(0.4, 0, 1)
    """Share of examples in which the picture's palette is known."""
    pairs: float = _number(0.3, 0, 1)
    """Share of batches in which each drawing refers to another one of the same picture."""
    matching: float = _number(0.5, 0, 1e4)
    """Weight of finding the same region in the reference."""
    exactness: float = _number(1.0, 0, 1e4)
    """Weight of the distance, in Lab / 10, between the colour predicted and the true one."""
    entries: int = _number(12, 1, 1000)
    """Palette tokens."""
    spread: float = _number(6.0, 0.01, 1000)
    """Width in Lab of the soft target around the true colour."""
    balance: float = _number(0.35, 0, 1)
    """Exponent by which rare colours count more (Zhang, Isola, Efros 2016, section 2.2)."""
    invented: bool = _switch()
    """Whether drawings made by program are added to the shards."""
    without: tuple[str, ...] = ()
    """Keys of pictures that are never trained on."""
    apart: tuple[str, ...] = ()
    """Sources kept apart, to calibrate on."""
    colourings: tuple[str, ...] = ()
    """JSONL files of colourings by number; drawings of the shards that they colour are shown in
    each of these and in their own colours."""
    named: tuple[str, ...] = ()
    """JSONL files of regions whose part is named."""
    choices: tuple[str, ...] = ()
    """JSONL files of choices among colourings."""
    preference: float = _number(0.3, 0.001, 100, objective=("preference",))
    """How far a ratio of chances counts (β of Rafailov et al. 2023): the less, the further the
    network may go from what it was."""
    naming: float = _number(0.0, 0, 100)
    """Weight of the cross-entropy of the parts' names; 0 has no head for them."""

    def __post_init__(self) -> None:
        """Refuse what cannot be obeyed.

        Raises:
            OptionError: a value is not allowed, or two do not go together.
        """
        super().__post_init__()
        if self.width % self.heads:
            raise OptionError(
                f"width is {self.width} and heads is {self.heads}; heads must divide it."
            )
        if self.size % 32:
            raise OptionError(f"size is {self.size}; it must be a multiple of 32.")


@dataclass(frozen=True)
class PictureConfig(_Common):
    """Settings of a network that paints pixels; the defaults are the report's GAN at 256 pixels."""

    objective: str = _one_of("gan", "l2", "wgan", "wgan-gp", "multimodal")
    """What is learned: equation (7), equation (6), or one of references 1, 7, 8 and 12."""
    generator: str = _one_of("tandem", "cnn", "unet")
    """Network that paints: reference 4's U-Net, the baseline's two residual connections, pix2pix's
    U-Net-256."""
    discriminator: str = _one_of("tandem", "patch", objective=JUDGED)
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
    norm: str = _one_of("batch", "instance", "layer", "none", "virtual")
    """Normalisation in the generator; virtual is by a batch that stays (reference 11)."""
    judge_norm: str = _one_of("batch", "instance", "layer", "none", objective=JUDGED)
    """Normalisation in the discriminator or critic."""
    dropout: float = _number(0.0, 0, 0.9)
    """Share of channels dropped in the generator's three innermost decoder layers."""
    batch: int = _number(4, 1, 4096)
    """Pictures a step, of all processes together."""
    lanes: int = _number(4, 1, 1024)
    """Streams the pictures come in, shared by the processes; divides the batch."""
    epochs: int = _number(70, 1, 100000, pictures=(0,))
    """Times that every picture is shown."""
    pictures: int = _number(0, 0, 10**9)
    """Pictures to show in all, in place of ``epochs``; 0 leaves it to them."""
    optimizer: str = _one_of("adam", "rmsprop")
    """Of both networks."""
    rate: float = _number(2e-4, 0, 1)
    """Learning rate of the generator."""
    judge_rate: float = _number(2e-4, 0, 1, objective=JUDGED)
    """Learning rate of the discriminator or critic."""
    beta1: float = _number(0.5, 0, 0.999, optimizer=("adam",))
    """First momentum of Adam."""
    beta2: float = _number(0.999, 0, 0.99999, optimizer=("adam",))
    """Second momentum of Adam."""
    decay: str = _one_of("none", "linear")
    """Whether the rates fall to zero over the second half of the run."""
    l1: float = _number(100.0, 0, 1e6, objective=JUDGED)
    """λ of equation (7)."""
    critic_steps: int = _number(1, 1, 100, objective=JUDGED)
    """k of algorithm 1: steps of the discriminator for each of the generator."""
    saturating: bool = _switch(objective=("gan",))
    """Whether the generator descends log(1 - D), equation (5), in place of -log D."""
    noise: float = _number(0.0, 0, 10, objective=JUDGED)
    """Standard deviation of the Gaussian noise that goes into each layer of the discriminator."""
    clip: float = _number(0.01, 1e-6, 100, objective=("wgan",))
    """The critic's weights stay in [-clip, clip]."""
    penalty: float = _number(10.0, 0, 1e4, objective=("wgan-gp",))
    """Weight of the gradient penalty."""
    smooth: float = _number(1.0, 0.5, 1, objective=("gan",))
    """Target of the discriminator for real pictures; below 1 is one-sided label smoothing."""
    matching: float = _number(0.0, 0, 1e4, objective=JUDGED)
    """Weight of feature matching in the generator's loss."""
    kernels: int = _number(0, 0, 1000, objective=JUDGED)
    """Kernels of minibatch discrimination; 0 is none."""
    history: float = _number(0.0, 0, 1e4, objective=JUDGED)
    """Weight of historical averaging."""
    rebalance: float = _number(0.0, 0, 1, objective=("multimodal",))
    """Exponent by which rare bins count more."""
    temperature: float = _number(0.38, 0.01, 1, objective=("multimodal",))
    """Of the annealed mean that turns a distribution over bins into a colour."""
    lines: str = _one_of("canny", "mixed", "drawn")
    """Line art: Canny's, of a method drawn each time, or what the shard holds."""
    sigma: float = _number(SIGMA, 0, 100, lines=("canny", "drawn"))
    """Blur before Canny's edges in pixels of the training picture."""
    sigma_spread: float = _number(0.0, 0, 1, lines=("canny", "drawn"))
    """Share of sigma by which a picture's blur is more or less, drawn for each."""
    patches: int = _number(30, 0, 10000)
    """Patches of a hint that are made white."""
    patch: float = _number(0.2, 0.001, 1)
    """Their side, as a share of the picture's."""
    filled: float = _number(0.25, 0, 1)
    """Share of these patches that are then filled with a colour of the histogram."""
    blur: float = _number(0.4, 0, 1)
    """Side of the hint's box blur, as a share of the picture's."""
    flip: bool = _switch(default=True)
    """Whether half of the pictures are shown mirrored."""
    shuffle: int = _number(1000, 1, 1000000)
    """Pictures, still encoded, from which each lane takes the next at random."""
    loaders: int = _number(2, 1, 256)
    """Threads that decode pictures, in each process."""
    sheet_minutes: float = _number(10.0, 0, 1e6)
    """Between two sample sheets; 0 draws one at the end only."""

    def __post_init__(self) -> None:
        """Refuse what cannot be obeyed.

        Raises:
            OptionError: a value is not allowed, or two do not go together.
        """
        super().__post_init__()
        alone = self.norm in ("batch", "virtual") and self.batch == 1
        lonely = self.norm == "instance" or alone
        painted = self.generator, self.target
        faults = {
            f"size is {self.size}; a multiple of 32 is needed.": self.size % 32 != 0,
            f"size is 32; its innermost map has one number a channel, which norm = {self.norm!r} "
            "cannot take; give 64 or more, or norm = 'none'.": (
                self.size == 32 and self.generator == "tandem" and lonely
            ),
            f"dropout is {self.dropout:g}; with norm = 'virtual' it must be 0.": (
                self.dropout > 0 and self.norm == "virtual"
            ),
            f"batch is {self.batch} and lanes is {self.lanes}; lanes must divide it.": (
                self.batch % self.lanes != 0
            ),
            "objective is 'multimodal'; it needs generator = 'tandem' and target = 'picture'.": (
                self.objective == "multimodal" and painted != ("tandem", "picture")
            ),
            f"kernels is {self.kernels}; with discriminator = 'patch' it must be 0.": (
                self.kernels > 0 and self.discriminator == "patch"
            ),
            "target is 'hint'; it needs source = 'line'.": (
                self.target == "hint" and self.source != "line"
            ),
        }
        for fault, is_so in faults.items():
            if is_so:
                raise OptionError(fault)

    @property
    def adversarial(self) -> bool:
        """Whether there is a second network that judges."""
        return self.objective in JUDGED


def read_settings(path: Path, changes: Iterable[str] = ()) -> RegionConfig | PictureConfig:
    """Settings from a TOML file, whose ``objective`` decides what is trained.

    ``held_out`` in it names another one beside it, with ``pictures`` never to be trained on and
    ``sources`` kept apart. Its values give way to ``changes``, ``KEY=VALUE`` each.

    Raises:
        OptionError: the file cannot be read, or a key is unknown, out of bounds or of no effect.
    """
    changed = dict(map(_change, changes))
    values = _read(path) | changed
    if changed.get("pictures") and "epochs" not in changed:
        # Pictures that are asked for take the place of a preset's epochs.
        values.pop("epochs", None)
    kind = settings_of(values.get("objective"), str(path))
    if "held_out" in values and kind is RegionConfig:
        held = _read(path.parent / str(values.pop("held_out")))
        values |= {"without": held.get("pictures", ()), "apart": held.get("sources", ())}
    for key in ("colourings", "named", "choices"):
        if isinstance(values.get(key), list):
            values[key] = [str(path.parent / str(name)) for name in values[key]]
    known = {each.name: each for each in dataclasses.fields(kind)}
    for key in values.keys() - known.keys():
        raise OptionError(f"{path} sets {key!r}; the settings are {', '.join(sorted(known))}.")
    try:
        config = kind(**values)
    except OptionError as error:
        raise OptionError(f"{path}: {error}") from None
    for key in values:
        for other, needed in known[key].metadata.get("only", {}).items():
            if (now := getattr(config, other)) not in needed:
                wanted = " or ".join(repr(one) for one in needed)
                raise OptionError(
                    f"{path} sets {key}, which has no effect with {other} = {now!r}; "
                    f"leave it out, or give {other} = {wanted}."
                )
    return config


def settings_of(objective: Any, where: str) -> type[RegionConfig] | type[PictureConfig]:
    """The kind of settings that belongs to an objective.

    Raises:
        OptionError: there is no such objective.
    """
    if objective in REGIONAL:
        return RegionConfig
    choices = PictureConfig.__dataclass_fields__["objective"].metadata["choices"]
    if objective in choices:
        return PictureConfig
    problem = "sets no objective" if objective is None else f"sets objective to {objective!r}"
    raise OptionError(f"{where} {problem}; it must be one of {', '.join((*REGIONAL, *choices))}.")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OptionError(f"{path} is not a readable configuration ({error}).") from error


def _change(text: str) -> tuple[str, Any]:
    """One ``KEY=VALUE``: the value as TOML has it, or a word."""
    key, is_given, value = text.partition("=")
    if not is_given:
        raise OptionError(f"{text!r} sets nothing; write KEY=VALUE, as size=64.")
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()
