"""The options of the verbs: each verb takes one dataclass, whose fields are its options."""

import inspect
import math
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import click

DEFAULT_LIGHT = "top-left"
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 96, "show_default": True}
"""How all verbs are parsed and explained."""


def option(form: str, text: str, default: Any = None, **limits: Any) -> Any:
    """A field that is an option with a value, which must be given where its default is ``...``.

    ``form`` is what the value is called in the help, after its names where these are not the
    field's; ``limits`` are ``min`` and ``max``.
    """
    *names, metavar = form.split()
    known = {"names": names, "metavar": metavar, "help": text, "limits": limits}
    return field(default=MISSING if default is ... else default, metadata=known)


def flag(names: str, text: str, *, default: bool = False) -> Any:
    """A field that is an option without a value; ``names`` may have a / before those for no."""
    return field(default=default, metadata={"names": names.split(), "help": text})


def argument(metavar: str, text: str, default: Any = MISSING, **limits: Any) -> Any:
    """A field that is given without the name of an option; ``limits`` are those of a path."""
    return field(default=default, metadata={"metavar": metavar, "help": text, "limits": limits})


class _Whole(click.IntRange):
    name = "whole number"


class _Number(click.types.FloatParamType):
    """A number that is one: ``nan`` and ``inf`` are refused."""

    name = "number"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        number = super().convert(value, param, ctx)
        return number if math.isfinite(number) else self.fail(f"{value!r} is not a number.")


class _NumberInRange(click.FloatRange, _Number):
    name = "number"


def _parameter(name: str, kind: Any, default: Any, known: Any) -> click.Parameter:
    """The option or argument that a field of a dataclass is."""
    how: dict[str, Any] = {"required": default is MISSING}
    if default is not MISSING:
        how["default"] = default
    if kind is bool:
        return click.Option([name, *known["names"]], is_flag=True, help=known["help"], **how)
    kind = next((one for one in get_args(kind) if type(None) in get_args(kind)), kind)
    several = get_origin(kind) is list
    kind = get_args(kind)[0] if several else kind
    limits = known["limits"]
    if get_origin(kind) is Literal:
        how["type"] = click.Choice(get_args(kind))
    elif kind is Path:
        how["type"] = click.Path(path_type=Path, **limits)
    elif kind is float:
        how["type"] = _NumberInRange(**limits) if limits else _Number()
    else:
        how["type"] = _Whole(**limits) if limits else kind
    how |= {"metavar": known["metavar"], "help": known["help"]}
    if "names" not in known:
        metavar = known["metavar"] if how["required"] else f"[{known['metavar']}]"
        how["metavar"] = metavar.rstrip(".") + "..." * several
        return click.Argument([name], nargs=-1 if several else 1, **how)
    names = known["names"] or [f"--{name.replace('_', '-')}"]
    return click.Option([name, *names], multiple=several, show_default=default != "", **how)


def verb(function: Callable[[Any], None]) -> click.Command:
    """A function of one dataclass as a command: with a parameter for each field.

    Fields of the class itself come before those that it shares with other verbs.
    """
    (options,) = (kind for name, kind in get_type_hints(function).items() if name != "return")
    kinds = get_type_hints(options)
    order = [name for part in options.__mro__ for name in vars(part).get("__annotations__", ())]

    def called(**given: Any) -> None:
        lists = {n: [*value] or None for n, value in given.items() if isinstance(value, tuple)}
        function(options(**given | lists))

    parameters = [
        _parameter(each.name, kinds[each.name], each.default, each.metadata)
        for each in sorted(fields(options), key=lambda each: order.index(each.name))
    ]
    return click.Command(
        function.__name__, SETTINGS, called, parameters, help=inspect.getdoc(function)
    )


@dataclass(frozen=True, kw_only=True)
class Bounded:
    """What every verb that reads pictures takes."""

    max_megapixels: float = option("N", "Refuse larger pictures, before decoding them.", 50, min=0)

    @property
    def max_pixels(self) -> int:
        """Most pixels of a picture."""
        return int(self.max_megapixels * 1e6)


@dataclass(frozen=True, kw_only=True)
class Many(Bounded):
    """What every verb takes that writes many files."""

    force: bool = flag("--force", "Replace existing files.")
    as_json: bool = flag("--json", "Print what was done as JSON, not the files' names.")
    quiet: bool = flag("--quiet -q", "No progress bar, no notes.")


@dataclass(frozen=True, kw_only=True)
class Layered:
    """How a drawing is found in its file."""

    line_layer: str | None = option(
        "NAME|N",
        "The layer of a PSD or ORA that is the drawing: its name, or its number from the top. "
        " [default: one called line, lines, lineart, ink, 線画, …; else all that shows]",
    )


@dataclass(frozen=True, kw_only=True)
class Inked(Layered):
    """What of a drawing are its lines."""

    ink: Literal["auto", "dark", "light"] = option(
        "auto|dark|light",
        "Whether the lines are dark on lighter paper, or light on a dark or transparent ground; "
        "seen from the drawing unless given.",
        "auto",
    )
    trace: list[str] | None = option(
        "COLOUR",
        "Lines of this colour are trace lines: they part regions, take the fills beside them and "
        "are not seen in the result. A name (red, green, blue, …) or hex; may be given many times.",
    )


@dataclass(frozen=True, kw_only=True)
class Dropped(Inked):
    """What of a drawing is left out, and how colours lie on its paper."""

    drop: list[str] | None = option(
        "COLOUR",
        "Leave out pencil of this colour below the ink, however pale: construction lines, ruled "
        "paper. A name (red, blue, …) or hex; may be given many times. Where pencil plainly lies "
        "below the ink it parts no regions in any case, but for none.",
    )
    paper: Literal["keep", "white"] = option(
        "keep|white",
        "On tinted paper, keep the tint over the colours, or lay them as they look on white.",
        "white",
    )


@dataclass(frozen=True, kw_only=True)
class Gapped:
    """Where regions end."""

    gap: float | None = option(
        "PX",
        "Widest opening in a line that still closes a region, 0 for none.  [default: automatic]",
    )


@dataclass(frozen=True, kw_only=True)
class Sampled(Gapped):
    """Where colours come from, and where they go."""

    seed: int = option("N", "Other seeds give other colours; same seed, same bytes.", 0, min=0)
    palette: Path | None = option(
        "FILE|PICTURE",
        "Take every colour from here: a GIMP palette, a list of hex colours, a picture.",
    )
    model: str | None = option(
        "NAME|PATH",
        "Another model: one that colours regions, or a painter that nurie export wrote.  "
        "[default: the packaged one]",
    )
    one_flat_layer: bool = flag(
        "--one-flat-layer", "PSD and ORA: all flats in one layer, not one a colour."
    )


@dataclass(frozen=True, kw_only=True)
class Colored(Sampled, Dropped, Many):
    """How drawings are coloured: what ``nurie color`` and ``nurie batch`` share."""

    variations: int = option(
        "N",
        "Number of distinct colourings, after the first the likeliest and most different ones "
        "first: NAME-1, NAME-2, …",
        1,
        min=1,
        max=1000,
    )
    sheet: Path | None = option(
        "FILE.png|DIR",
        "Write a contact sheet: the lines and all variations, numbered; for several sketches "
        "DIR/NAME.sheet.png.",
    )
    hints: Path | None = option(
        "FILE",
        "Colours at places: a transparent PNG of the sketch's size with dabs of colour, or JSON "
        'with dots, strokes and areas, [{"x": 10, "y": 20, "color": "#ff8800"}, {"points": [[1, '
        '2], [9, 9]], "radius": 3, "color": "#08f"}, {"polygon": [[0, 0], [9, 0], [9, 9]], '
        '"color": "#080"}, {"x": 5, "y": 5, "part": "hair"}]. Hints of several colours in one '
        "region cut it; a part says what a region is, for --words.",
    )
    spread: float | None = option(
        "S",
        "How far a hint reaches: 0 its region alone; below 1 what surely is the same thing, and "
        "all else keeps its colour; 1 the model sees the hints and chooses all else anew.  "
        "[default: 0.5]",
        min=0,
        max=1,
    )
    words: str | None = option(
        "WORDS",
        "Colours of parts: 'black hair, red dress, night sky'. Parts as people call them, colours "
        "by name (CSS, xkcd) or hex, 'the left girl's coat is green'. All else keeps the colour "
        "that it has without words.",
    )
    design: Path | None = option(
        "FILE|PICTURE",
        "Colours of a cast: a TOML file with a table for each figure from left to right, [mina] "
        'hair = "black", as nurie design writes it, or a coloured picture.',
    )
    histogram: Path | None = option(
        "FILE",
        "How often each colour is to occur, in place of how often it did in training: a file of "
        "nurie data histogram.",
    )
    gray: Path | None = option(
        "PICTURE",
        "The same drawing with its tones, gray or screened: every region becomes as light as it is "
        "there, and the model chooses hue and chroma. A painter takes it as its hint.",
    )
    reference: list[Path] | None = option(
        "PICTURE",
        "A coloured drawing of the same things: what is found in it takes exactly its colour "
        "there, hair the hair's and boots the boots'. May be given several times. For its colours "
        "alone give it as --palette, for its shade too as --like.",
    )
    like: Path | None = option(
        "PICTURE",
        "In the style of a coloured picture, whatever it shows: its colours and its shade, flat, "
        "cel or soft, with its light. --palette, --style and --light count before it.",
    )
    palette_out: Path | None = option(
        "FILE",
        "Write the colours that were used, the largest area first, as one palette for all: .gpl, "
        ".ase, .aco, .kpl, .hex or .txt.",
    )
    flats: Path | None = option(
        "DIR",
        "Also write the flats alone, without lines and antialiasing, transparent where paper "
        "stays: DIR/NAME.png, or .tga for TGA sketches.",
    )
    masks: Path | None = option(
        "DIR", "Also write a black and white mask for each colour: DIR/COLOUR/NAME.png."
    )
    report: Path | None = option(
        "DIR|FILE",
        "Write what is known of each region as JSON, and beside it a PNG in which the unsure ones "
        "are numbered in the order in which a hint helps most: FILE.json for one sketch, or "
        "DIR/NAME.report.json. Of several variations, the first.",
    )
    letters: Literal["paper", "colour"] = option(
        "paper|colour",
        "Whether lettering, sound words, balloons and captions stay paper or are coloured.",
        "paper",
    )
    unsure: Literal["color", "leave"] = option(
        "color|leave",
        "Colour the regions that the model is not sure of all the same, or leave them paper.",
        "color",
    )
    sure: float = option(
        "P", "Confidence from which on a region is sure, from 0 to 1.", 0.5, min=0, max=1
    )
    style: Literal["flat", "cel", "soft"] | None = option(
        "flat|cel|soft",
        "Flat colours, or a layer of shade above them: one step, or a gradient.  [default: flat]",
    )
    light: str | None = option(
        "DIRECTION",
        "Where light comes from: top-left, top, right, …, or degrees against the clock from the "
        "right.  [default: top-left]",
    )
    clean: bool = flag(
        "--clean",
        "First remove paper tint, noise and specks, and write NAME.clean.png beside the output. "
        "Without this the lines are never touched.",
    )

    @property
    def beside(self) -> dict[str, Path]:
        """Where other files of a drawing go, by option."""
        given = {name: getattr(self, name) for name in ("flats", "masks", "report", "sheet")}
        return {name: path for name, path in given.items() if path is not None}


@dataclass(frozen=True, kw_only=True)
class ColorOptions(Colored):
    """The options of ``nurie color``."""

    sketches: list[Path] = argument("SKETCH", "Drawings, or folders of them; - is stdin.")
    jobs: int = option(
        "N", "Processes, where there are several drawings; nurie batch goes on after a kill.", 1,
        min=1, max=1000,
    )  # fmt: skip
    output: str | None = option(
        "-o --output OUT",
        "A file (.png .webp .tif .tiff .tga .ora .psd; ORA and PSD have layers), a folder, which "
        "is made if need be, or - for a PNG on stdout (--json goes to stderr then).  [default: "
        "NAME.colored.png beside the sketch; TGA, TIFF, PSD and ORA stay what they are]",
    )
