"""Where ``nurie color`` takes its colours from: palette, references, histogram, gray picture."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nurie.errors import OptionError

if TYPE_CHECKING:
    from nurie.api import Colorizer, Painter
    from nurie.painting.style import Manner

DEFAULT_LIGHT = "top-left"

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

Gray = Annotated[
    Path | None,
    typer.Option(
        metavar="PICTURE",
        help="The same drawing with its tones, gray or screened: every region becomes as light as "
        "it is there, and the model chooses hue and chroma. A painter takes it as its hint.",
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


def asked_of(
    *,
    palette: Path | None,
    references: list[Path] | None,
    histogram: Path | None,
    gray: Path | None,
) -> dict[str, Any]:
    """Where the colours are to come from, read once for all sketches.

    Raises:
        InputError: a file cannot be used.
    """
    from nurie.api import read_palette
    from nurie.io.images import read_color
    from nurie.io.spectra import read_spectrum

    return {
        "palette": read_palette(palette) if palette else None,
        "references": [read_color(path) for path in references or ()],
        "histogram": read_spectrum(histogram).prior() if histogram else None,
        "gray": read_color(gray) if gray else None,
    }


def manner_of(picture: Path | None) -> "Manner | None":
    """How a picture is coloured, None without one.

    Raises:
        InputError: the file cannot be used.
    """
    if picture is None:
        return None
    from nurie.api import read_manner

    return read_manner(picture)


def light_of(manner: "Manner | None") -> str:
    """Where light comes from in the style of a picture."""
    return DEFAULT_LIGHT if manner is None or manner.light is None else f"{manner.light:.0f}"


def load_model(name: str | None) -> "Colorizer | Painter":
    """The model, the packaged one where none was named.

    Raises:
        ModelError: there is no such model.
    """
    from nurie.api import load

    return load(name) if name else load()


def refuse_for_painter(name: str | None, asked: dict[str, Any], *, doubts: bool) -> None:
    """Say before any work what a painter cannot do.

    Args:
        name: of the model, or its path.
        asked: from ``asked_of``.
        doubts: whether to report or to leave out what the model is not sure of.

    Raises:
        OptionError: the model is a painter, and cannot.
        ModelError: there is no such model.
    """
    guided = {key: asked[key] for key in ("references", "histogram", "gray")}
    told = {key: value is not None and len(value) > 0 for key, value in guided.items()}
    if name is None or not (doubts or any(told.values())):
        return
    from nurie.api.painter import refuse
    from nurie.models.registry import PainterSpec, find

    spec = find(name)
    if not isinstance(spec, PainterSpec):
        return
    if doubts:
        raise OptionError(
            f"The painter {spec.name} does not know how sure it is; leave --report and "
            "--unsure leave out."
        )
    refuse(spec, **told)
