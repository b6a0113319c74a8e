"""What ``nurie color`` takes from layered files, and what it writes beside the picture."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nurie.cli.outcome import complain
from nurie.cli.targets import Job
from nurie.errors import OptionError

if TYPE_CHECKING:
    from nurie.arrays import Pixels
    from nurie.document import Layers, Sketch

LineLayer = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|N",
        help="The layer of a PSD or ORA that is the drawing: its name, or its number from the top. "
        " [default: one called line, lines, lineart, ink, 線画, …; else all that shows]",
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


@dataclass(frozen=True)
class Apart:
    """These options of one call."""

    line_layer: str | None
    one_flat_layer: bool
    flats: Path | None
    masks: Path | None

    def check(self, job: Job, *, force: bool) -> None:
        """Refuse early what could not be written.

        Raises:
            OutputError: a target exists, or cannot be written.
        """
        from nurie.io.files import check_target

        for folder in (self.flats, self.masks):
            if folder is not None:
                _make(folder)
        for target in self._flat_targets(job):
            check_target(target, force=force)

    def write(self, job: Job, answers: "list[Layers]", *, force: bool) -> dict[str, list[str]]:
        """Write flats and masks, and say where."""
        from nurie.io.masks import write_flats, write_masks

        said: dict[str, list[str]] = {}
        if self.flats is not None:
            targets = self._flat_targets(job)[: len(answers)]
            for target, layers in zip(targets, answers, strict=True):
                write_flats(target, layers, force=force)
            said["flats"] = [str(target) for target in targets]
        if self.masks is not None:
            made = [
                write_masks(self.masks, name, layers, force=force)
                for name, layers in zip(_names(job), answers, strict=False)
            ]
            said["masks"] = [str(path) for paths in made for path in paths]
        return said

    def _flat_targets(self, job: Job) -> list[Path]:
        if self.flats is None:
            return []
        suffix = ".tga" if job.sketch.suffix.lower() == ".tga" else ".png"
        return [self.flats / f"{name}{suffix}" for name in _names(job)]


def with_pixels(sketch: "Sketch", pixels: "Pixels") -> "Sketch":
    """The sketch with other pixels, written instead of those of the user's line layer."""
    stack = sketch.stack
    changed = stack if stack is None else replace(stack, opaque=True)
    return replace(sketch, pixels=pixels, stack=changed)


def tell_line_layer(path: Path, sketch: "Sketch", apart: Apart, *, quiet: bool) -> None:
    """Say which layer was taken for the drawing when nobody said which to take."""
    if sketch.stack is not None and apart.line_layer is None and not quiet:
        name = sketch.stack.line.name
        complain(f"{path}: the layer {name!r} is the drawing; --line-layer takes another.")


def _names(job: Job) -> list[str]:
    """Names of the variations: the sketch's own, numbered where there are several."""
    if len(job.outputs) == 1:
        return [job.sketch.stem]
    return [f"{job.sketch.stem}-{number}" for number in range(1, len(job.outputs) + 1)]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OptionError(f"The folder {folder} cannot be made: {error.strerror}.") from error
