"""``nurie palette``: the colours of files, shown, taken out, and made one palette."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nurie.cli.options import Bounded, argument, flag, option, verb
from nurie.cli.outcome import complain_of, show_json, track
from nurie.cli.targets import inside
from nurie.errors import FormatError, InputError, failure
from nurie.io.files import check_target

if TYPE_CHECKING:
    from nurie.arrays import AnyArray, Floats
    from nurie.document import Palette
    from nurie.guidance.palette import Unified

_KINDS = (
    *(".gpl", ".ase", ".aco", ".act", ".kpl", ".soc", ".pal", ".swatches", ".cls", ".tpl", ".hex"),
    *(".ora", ".psd", ".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".tga"),
)
"""What is looked at in a folder; ``.txt`` is mostly something else."""

_SHOWN = 3


@dataclass(frozen=True, eq=False)
class _Found:
    """The colours of one file."""

    path: Path
    palette: "Palette"
    shares: "Floats | None"
    """Share of the coloured area of each entry; None where a file is only a palette."""


@dataclass(frozen=True, kw_only=True)
class PaletteOptions(Bounded):
    """The options of ``nurie palette``."""

    files: list[Path] = argument(
        "FILE|PICTURE|FOLDER",
        "Palettes (.gpl .ase .aco .act .kpl .soc .pal .tpl .cls .swatches .hex .txt), coloured "
        "drawings (.ora .psd), pictures, or folders of them.",
    )
    output: Path | None = option(
        "-o --output PALETTE",
        "Write the palette: .gpl (GIMP, Krita, Inkscape), .ase (Adobe, Affinity), .aco "
        "(Photoshop), .kpl (Krita), .hex or .txt.",
    )
    near: float = option(
        "DE",
        "Colours of several files that differ by at most this ΔE2000 become one entry.",
        2.3,
        min=0,
    )
    most: int = option("N", "Colours taken from a picture that is not flats.", 12, min=1, max=256)
    force: bool = flag("--force", "Replace an existing file.")
    as_json: bool = flag("--json", "Print colours, names, shares and files as JSON.")


@verb
def palette(options: PaletteOptions) -> None:
    """Show the colours of files, take them out, or make one palette of many.

    Of several files, nearly equal colours become one entry, and each entry says which files use it.
    """
    from nurie.io.palettes import check_palette, write_palette

    output = options.output
    if output is not None:
        check_palette(output, force=options.force)
    what = "palette, no coloured drawing and no picture"
    paths: list[Path] = []
    for path in options.files:
        paths += inside(path, _KINDS, what) if path.is_dir() else [path]
    found, failures = _read_all(paths, most=options.most, pixels=options.max_pixels)
    if found:
        unified = _unify(found, near=options.near)
        if output is not None:
            write_palette(output, unified.palette, force=options.force)
        entries = _entries(unified.palette, unified.weights / len(found))
        for entry, members in zip(entries, unified.members, strict=True):
            entry["files"] = [str(found[file].path) for file in sorted({m[0] for m in members})]
        if options.as_json:
            files = [
                {
                    "file": str(f.path),
                    "name": f.palette.name,
                    "entries": _entries(f.palette, f.shares),
                }
                for f in found
            ] + failures
            name = None if output is None else str(output)
            show_json({"output": name, "entries": entries, "files": files})
        else:
            _show(entries, len(found), known=all(f.shares is not None for f in found))
    complain_of(failures, len(paths), "files have no palette that can be read")


def _read_all(
    paths: list[Path], *, most: int, pixels: int
) -> tuple[list[_Found], list[dict[str, Any]]]:
    """Palettes of the files that have one, and what is wrong with the others."""
    found, failures = [], []
    for path in track(paths, len(paths), "reading", quiet=len(paths) < 2):
        try:
            found.append(_read(path, most=most, pixels=pixels))
        except Exception as error:  # noqa: BLE001 (told of, and the others are read)
            failures.append({"file": str(path), "error": failure(error, path)})
    return found, failures


def _read(path: Path, *, most: int, pixels: int) -> _Found:
    """Colours of one file: as they stand where it holds flats, else the commonest ones."""
    import numpy as np

    from nurie.guidance.palette import extract_palette, shares
    from nurie.io.images import read_color
    from nurie.io.palettes import read_palette_file
    from nurie.io.recolor import is_layered, read_flats

    layered = is_layered(path)
    if not layered:
        listed = read_palette_file(path)
        if listed is not None:
            return _Found(path, listed, None)
    try:
        source = read_flats(path, max_pixels=pixels)
    except FormatError:
        if layered:
            raise
    else:
        total = max(int(source.areas.sum()), 1)
        return _Found(path, source.palette, (source.areas / total).astype(np.float32))
    picture = read_color(path, max_pixels=pixels)
    taken = extract_palette(picture, most=most)
    return _Found(path, taken, shares(picture, taken))


def _unify(found: list[_Found], *, near: float) -> "Unified":
    """One palette of all; of a single file, its own palette in its own order."""
    import numpy as np

    from nurie.guidance.palette import Unified, unify

    weights = [
        np.full(len(f.palette), 1 / max(len(f.palette), 1), np.float32)
        if f.shares is None
        else f.shares
        for f in found
    ]
    if len(found) == 1:
        own = found[0].palette
        return Unified(own, weights[0], tuple(((0, at),) for at in range(len(own))))
    return unify([f.palette for f in found], weights, near=near)


def _entries(palette: "Palette", shares: "AnyArray | None") -> list[dict[str, Any]]:
    from nurie.colors import to_hex

    names = palette.names or ("",) * len(palette)
    parts = (
        [None] * len(palette) if shares is None else [round(share, 4) for share in shares.tolist()]
    )
    return [
        {"color": to_hex(color), "name": name, "share": share}
        for color, name, share in zip(palette.colors, names, parts, strict=True)
    ]


def _show(entries: list[dict[str, Any]], total: int, *, known: bool) -> None:
    """One line for each entry: a swatch on a terminal, hex, share of the area, name, files."""
    from nurie.colors import parse_hex

    swatches = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for entry in entries:
        parts = [entry["color"]]
        if swatches:
            r, g, b = parse_hex(entry["color"])
            parts.insert(0, f"\x1b[48;2;{r};{g};{b}m    \x1b[0m")
        if known:
            parts.append(f"{100 * entry['share']:5.1f} %")
        if entry["name"]:
            parts.append(entry["name"])
        if total > 1:
            files = entry["files"]
            names = [Path(file).name for file in files[:_SHOWN]] + ["…"] * (len(files) > _SHOWN)
            parts.append(f"({len(files)} of {total}: {', '.join(names)})")
        print("  ".join(parts))


@dataclass(frozen=True, kw_only=True)
class DesignOptions:
    """The options of ``nurie design``."""

    picture: Path = argument("PICTURE", "A coloured drawing.")
    output: Path | None = option("-o --output FILE.toml", "Write it here, not to stdout.")
    force: bool = flag("--force", "Replace an existing file.")


@verb
def design(options: DesignOptions) -> None:
    """Write the colours of a coloured drawing's cast, to colour others by.

    A TOML file with a table for each figure, from left to right, and one for the scene; nurie color
    --design takes it. Rename the figures as you like.
    """
    from nurie.api import extract_design
    from nurie.io.designs import design_text, write_design

    if options.output is not None:
        check_target(options.output, force=options.force, suffixes=(".toml",))
    found = extract_design(options.picture)
    if not found:
        raise InputError(f"{options.picture}: no part of it is sure enough to be named.")
    if options.output is None:
        print(design_text(found), end="")
    else:
        write_design(options.output, found, force=options.force)
        print(options.output)
