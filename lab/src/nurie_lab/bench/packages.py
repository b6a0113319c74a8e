"""Line art and flat colours made from the files of installed packages, each named by its hash."""

import hashlib
import json
import shlex
from pathlib import Path
from typing import TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Labels, Rgb8
from nurie.colors import WHITE_BIN, bins_of
from nurie.errors import InputError, MissingExtraError, UnreadableError
from nurie_lab.bench.bench import PictureSet
from nurie_lab.bench.metrics.regions import grow, segments

Truth: TypeAlias = tuple[AnyArray, Rgb8, Labels]
"""Lines, colours and parts, as a ``Frame`` of ``nurie_lab.bench.pictures`` holds them."""


def packed_picture(what: PictureSet, i: int, folder: Path) -> Truth:
    """One picture of a set, in the order of its files' names.

    Args:
        what: the set, of the kind ``package`` or ``icons``.
        i: which of its files.
        folder: of the pictures; npm's packages are looked for in it and above, and in the working
            folder and above.

    Raises:
        MissingExtraError: the package or the renderer is not installed.
        InputError: the file is another than the bench names.
        UnreadableError: the package lacks the file, or it is no picture.
    """
    from nurie_lab.data.svg import bare_svg, draw_svg

    name, digest = sorted(what.files.items())[i]
    data = _icon(what, name, folder) if what.kind == "icons" else _file(what, name)
    if hashlib.sha256(data).hexdigest() != digest:
        raise InputError(
            f"{name} of {what.package} is not the file that the bench names; install version "
            f"{what.version or 'that it was made with'}."
        )
    text = data.decode("utf-8")
    return outlined(draw_svg(text, side=what.size).lines, bare_svg(text, side=what.size))


def outlined(lines: AnyArray, color: Rgb8) -> Truth:
    """The truth that closed lines tell: what they enclose is one region of one colour.

    Highlights and fills that miss their outline are part of what surrounds them.

    Args:
        lines: (H, W) uint8, 0 ink.
        color: (H, W, 3) uint8; each region takes the median inside.
    """
    from nurie.regions.flatten import flatten

    labels = segments(np.ones(lines.shape, np.int32), lines)
    medians, _ = flatten(labels, lines, color, int(labels.max(initial=0)))
    # Parts meet below the lines, so that gaps can be opened between them.
    parts = grow(labels)
    whole = np.vstack([np.full((1, 3), 255, np.uint8), medians])[parts]
    return lines, whole, np.where(bins_of(whole) == WHITE_BIN, 0, parts).astype(np.int32)


def _file(what: PictureSet, name: str) -> bytes:
    """A file of a Python distribution."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        return Path(str(distribution(what.package).locate_file(name))).read_bytes()
    except PackageNotFoundError as error:
        pinned = f"{what.package}=={what.version}" if what.version else what.package
        raise MissingExtraError(
            f"The set {what.name!r} is made from a package: pip install {shlex.quote(pinned)}"
        ) from error
    except OSError as error:
        raise UnreadableError(f"The package {what.package} lacks {name}.") from error


def _icon(what: PictureSet, name: str, folder: Path) -> bytes:
    """An SVG of an Iconify collection, as npm installs them."""
    path = _collection(what, folder)
    try:
        told = json.loads(path.read_text("utf-8"))
        icon = told["icons"][name]
        wide, high = (icon.get(k, told.get(k, 16)) for k in ("width", "height"))
        box = f"{icon.get('left', 0)} {icon.get('top', 0)} {wide} {high}"
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" '
            'xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="{box}">{icon["body"]}</svg>'
        ).encode()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(f"The package {what.package} lacks {name}.") from error


def _collection(what: PictureSet, folder: Path) -> Path:
    """Where the collection of a set lies.

    Raises:
        MissingExtraError: nowhere.
    """
    for start in (folder.resolve(), Path.cwd()):
        for root in (start, *start.parents):
            path = root / "node_modules" / what.package / "icons.json"
            if path.is_file():
                return path
    pinned = f"{what.package}@{what.version}" if what.version else what.package
    raise MissingExtraError(
        f"The set {what.name!r} is made from a package: npm install --prefix "
        f"{shlex.quote(str(folder))} {pinned}"
    )
