"""The options of ``nurie color``; the other verbs that read drawings share some of them."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

DEFAULT_LIGHT = "top-left"


class Style(StrEnum):
    """How the colours are laid."""

    FLAT = "flat"
    CEL = "cel"
    SOFT = "soft"


class InkChoice(StrEnum):
    """Whether lines are dark or light."""

    AUTO = "auto"
    DARK = "dark"
    LIGHT = "light"


class PaperChoice(StrEnum):
    """How colours lie on tinted paper."""

    WHITE = "white"
    KEEP = "keep"


class Unsure(StrEnum):
    """What becomes of regions whose colour the model is not sure of."""

    COLOR = "color"
    LEAVE = "leave"


Sketches = Annotated[
    list[Path], typer.Argument(metavar="SKETCH", show_default=False, help="Drawings.")
]

Output = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="OUT",
        help="A file (.png .webp .tif .tiff .tga .ora .psd; ORA and PSD have layers), or a folder, "
        "which is made if need be.  [default: NAME.colored.png beside the sketch; TGA, TIFF, PSD "
        "and ORA stay what they are]",
    ),
]

Seed = Annotated[
    int,
    typer.Option(min=0, metavar="N", help="Other seeds give other colours; same seed, same bytes."),
]

Variations = Annotated[
    int,
    typer.Option(
        min=1,
        max=1000,
        metavar="N",
        help="Number of distinct colourings, after the first the likeliest and most different ones "
        "first: NAME-1, NAME-2, …",
    ),
]

Sheet = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.png|DIR",
        help="Write a contact sheet: the lines and all variations, numbered; for several sketches "
        "DIR/NAME.sheet.png.",
    ),
]

HintFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Colours at places: a transparent PNG of the sketch's size with dabs of colour, "
        'or JSON with dots, strokes and areas, [{"x": 10, "y": 20, "color": "#ff8800"}, '
        '{"points": [[1, 2], [9, 9]], "radius": 3, "color": "#08f"}, {"polygon": [[0, 0], '
        '[9, 0], [9, 9]], "color": "#080"}]. Hints of several colours in one region cut it.',
    ),
]

PaletteFrom = Annotated[
    Path | None,
    typer.Option(
        "--palette",
        metavar="FILE|PICTURE",
        help="Take every colour from here: a GIMP palette, a list of hex colours, a picture.",
    ),
]

HistogramFrom = Annotated[
    Path | None,
    typer.Option(
        "--histogram",
        metavar="FILE",
        help="How often each colour is to occur, in place of how often it did in training: a "
        "file of nurie data histogram.",
    ),
]

Gray = Annotated[
    Path | None,
    typer.Option(
        metavar="PICTURE",
        help="The same drawing with its tones, gray or screened: every region becomes as light as "
        "it is there, and the model chooses hue and chroma. A painter takes it as its hint.",
    ),
]

References = Annotated[
    list[Path] | None,
    typer.Option(
        "--reference",
        metavar="PICTURE",
        help="A coloured drawing of the same things: what is found in it takes exactly its "
        "colour there, hair the hair's and boots the boots'. May be given several times. For "
        "its colours alone give it as --palette, for its shade too as --like.",
    ),
]

Like = Annotated[
    Path | None,
    typer.Option(
        metavar="PICTURE",
        help="In the style of a coloured picture, whatever it shows: its colours and its shade, "
        "flat, cel or soft, with its light. --palette, --style and --light count before it.",
    ),
]

PaletteOut = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Write the colours that were used, the largest area first, as one palette for "
        "all: .gpl, .ase, .hex or .txt.",
    ),
]

Gap = Annotated[
    float | None,
    typer.Option(
        metavar="PX",
        help="Widest opening in a line that still closes a region, 0 for none.  "
        "[default: automatic]",
    ),
]

Trace = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLOUR",
        help="Lines of this colour are trace lines: they part regions, take the fills beside them "
        "and are not seen in the result. A name (red, green, blue, …) or hex; may be given many "
        "times.",
    ),
]

Drop = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLOUR",
        help="Leave out pencil of this colour below the ink, however pale: construction lines, "
        "ruled paper. A name (red, blue, …) or hex; may be given many times.",
    ),
]

LineLayer = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|N",
        help="The layer of a PSD or ORA that is the drawing: its name, or its number from the top. "
        " [default: one called line, lines, lineart, ink, 線画, …; else all that shows]",
    ),
]

Ink = Annotated[
    InkChoice,
    typer.Option(
        "--ink",
        metavar="auto|dark|light",
        help="Whether the lines are dark on lighter paper, or light on a dark or transparent "
        "ground; seen from the drawing unless given.",
    ),
]

Paper = Annotated[
    PaperChoice,
    typer.Option(
        "--paper",
        metavar="keep|white",
        help="On tinted paper, keep the tint over the colours, or lay them as they look on white.",
    ),
]

OneFlatLayer = Annotated[
    bool,
    typer.Option("--one-flat-layer", help="PSD and ORA: all flats in one layer, not one a colour."),
]

Flats = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Also write the flats alone, without lines and antialiasing, transparent where paper "
        "stays: DIR/NAME.png, or .tga for TGA sketches.",
    ),
]

Masks = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Also write a black and white mask for each colour: DIR/COLOUR/NAME.png.",
    ),
]

Report = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR|FILE",
        help="Write what is known of each region as JSON, and beside it a PNG in which the unsure "
        "ones are numbered in the order in which a hint helps most: FILE.json for one sketch, or "
        "DIR/NAME.report.json. Of several variations, the first.",
    ),
]

UnsureRegions = Annotated[
    Unsure,
    typer.Option(
        metavar="color|leave",
        help="Colour the regions that the model is not sure of all the same, or leave them paper.",
    ),
]

Sure = Annotated[
    float,
    typer.Option(
        min=0, max=1, metavar="P", help="Confidence from which on a region is sure, from 0 to 1."
    ),
]

StyleChoice = Annotated[
    Style | None,
    typer.Option(
        "--style",
        metavar="flat|cel|soft",
        help="Flat colours, or a layer of shade above them: one step, or a gradient.  "
        "[default: flat]",
    ),
]

Light = Annotated[
    str | None,
    typer.Option(
        metavar="DIRECTION",
        help="Where light comes from: top-left, top, right, …, or degrees against the clock "
        "from the right.  [default: top-left]",
    ),
]

Clean = Annotated[
    bool,
    typer.Option(
        "--clean",
        help="First remove paper tint, noise and specks, and write NAME.clean.png beside the "
        "output. Without this the lines are never touched.",
    ),
]

Model = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|PATH",
        help="Another model: one that colours regions, or a painter that nurie export wrote.  "
        "[default: the packaged one]",
    ),
]

MaxMegapixels = Annotated[
    float, typer.Option(min=0, metavar="N", help="Refuse larger pictures, before decoding them.")
]
