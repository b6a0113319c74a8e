"""The public face: from a file to a file, and what there is besides by name."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nurie.document import Design, Layers, Palette, sketch_of
from nurie.reading import Colorizer, Reading, load

if TYPE_CHECKING:
    from nurie.painting.style import PictureStyle

__all__ = [
    "Colorizer",
    "Reading",
    "color",
    "extract_design",
    "load",
    "read_design",
    "read_palette",
    "read_style",
    "save",
    "sketch_of",
]


def read_palette(path: str | Path) -> Palette:
    """A palette from a GPL file, a list of hex colours, or the colours of a picture.

    Raises:
        InputError: the file is none of these.
    """
    from nurie.guidance.palette import extract_palette
    from nurie.io.images import read_color
    from nurie.io.palettes import read_palette_file

    return read_palette_file(Path(path)) or extract_palette(read_color(Path(path)))


def extract_design(path: str | Path) -> dict[str, dict[str, str]]:
    """Hex of the parts of a coloured picture, by figure and ``scene``; only what is surely seen.

    Raises:
        InputError: the file is no picture.
    """
    from nurie.colors import to_hex
    from nurie.io.images import read_color
    from nurie.painting.parts import read_design as read

    model = Colorizer.load()
    found = read(read_color(Path(path)), model.session, model.traits)
    return {name: {part: to_hex(c) for part, c in of.items()} for name, of in found.items()}


def read_design(path: str | Path) -> Design:
    """The design of a cast: from TOML, or from the parts of a coloured picture.

    Raises:
        InputError: the file is neither.
        OptionError: a part or a colour in it that is not known.
    """
    from nurie.guidance.words import design_from
    from nurie.io.designs import read_design_table
    from nurie.io.raster import is_picture

    table = extract_design(path) if is_picture(path) else read_design_table(path)
    return design_from(table, str(path))


def read_style(path: str | Path) -> "PictureStyle":
    """The style of a coloured picture: its colours, and whether and from where it is shaded.

    Raises:
        InputError: the file is no picture.
    """
    from nurie.io.images import read_color
    from nurie.painting.style import read_style as read

    return read(read_color(Path(path)))


def save(
    layers: Layers, output: str | Path, *, one_flat_layer: bool = False, force: bool = False
) -> Path:
    """Write layers as the suffix says: ORA and PSD in layers, PNG, TIFF, WebP and TGA flattened.

    Into a drawing with a profile, such as Display P3, colours are written so that they look the
    same.

    ``one_flat_layer`` puts all flats into one layer, not one for each palette entry.

    Raises:
        OutputError: the target cannot be written, or exists and ``force`` is not given.
    """
    path, layers = Path(output), _in_profile(layers)
    if path.suffix.lower() == ".ora":
        from nurie.io.ora.write import write_ora

        write_ora(path, layers, one_flat_layer=one_flat_layer, force=force)
    elif path.suffix.lower() == ".psd":
        from nurie.io.psd.write import write_psd

        write_psd(path, layers, one_flat_layer=one_flat_layer, force=force)
    else:
        from nurie.io.images import write_picture

        sketch = layers.sketch
        write_picture(
            path, layers.merged(), dpi=sketch.dpi, icc_profile=sketch.icc_profile, force=force
        )
    return path


def save_pages(pages: Iterable[Layers], output: str | Path, *, force: bool = False) -> Path:
    """Write pages, flattened, into one TIFF, each as soon as it comes.

    Raises:
        OutputError: the target cannot be written, or exists and ``force`` is not given.
    """
    from nurie.io.files import check_target, replacing
    from nurie.io.tiff import write_tiff

    check_target(output, force=force, suffixes=(".tif", ".tiff"))
    with replacing(output, force=force) as stream:
        after = 0
        for layers in map(_in_profile, pages):
            said, merged = layers.sketch, layers.merged()
            after = write_tiff(
                stream, merged, dpi=said.dpi, icc_profile=said.icc_profile, after=after
            )
    return Path(output)


def _in_profile(layers: Layers) -> Layers:
    """Layers whose colours look in the drawing's profile as they do in sRGB."""
    profile = layers.sketch.icc_profile
    if profile is None:
        return layers
    from nurie.io.samples import in_profile

    colors = in_profile(layers.palette.colors, profile)
    return replace(layers, palette=replace(layers.palette, colors=colors))


def color(  # noqa: PLR0913 - what a person may request
    path: str | Path,
    output: str | Path | None = None,
    *,
    hints: str | Path | None = None,
    palette: str | Path | None = None,
    words: str | None = None,
    style: str = "flat",
    light: str = "top-left",
    seed: int = 0,
    force: bool = False,
) -> Path:
    """Colour a drawing in a file with the packaged model; the file written.

    Args:
        path: the drawing.
        output: where to; ``NAME.colored.png`` beside the drawing when None.
        hints: RGBA PNG or JSON file.
        palette: GPL file, list of hex colours, or a picture.
        words: colours of parts, such as ``black hair, red dress, night sky``.
        style: ``flat``, ``cel`` or ``soft``: without shade, with one step of it, with a gradient.
        light: where light comes from: ``top-left``, …, or degrees against the clock from the right.
        seed: other seeds give other colours.
        force: replace an existing file.

    Raises:
        NurieError: one sentence on what cannot be read, carried out or written.
    """
    from nurie.io.files import LAYERED_SUFFIXES, check_target
    from nurie.io.hints import read_hints
    from nurie.io.images import read_sketch

    source = Path(path)
    target = Path(output) if output else source.with_name(f"{source.stem}.colored.png")
    check_target(target, force=force)
    sketch = read_sketch(source)
    layers = Colorizer.load().colorize(
        sketch,
        hints=read_hints(Path(hints), sketch.shape) if hints else None,
        palette=read_palette(palette) if palette else None,
        words=words,
        names=target.suffix.lower() in LAYERED_SUFFIXES,
        style=style,
        light=light,
        seed=seed,
    )
    return save(layers, target, force=force)
