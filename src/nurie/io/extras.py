"""What is written beside a picture: contact sheets, doubts, reports, flats and masks alone."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from nurie.arrays import AnyArray, Ints, Labels, Pixels, Rgb8, high_bytes
from nurie.document import Layers, strips
from nurie.io.files import PathLike, check_target, made_folder, replacing
from nurie.io.images import write_picture
from nurie.io.png import write_png
from nurie.names import titles

if TYPE_CHECKING:
    from PIL.Image import Image

_TILE = 480  # longest side of a picture on a contact sheet, in pixels
_MARGIN, _CAPTION = 12, 28

# Of the outlines of unsure regions: a colour seldom drawn, and seen on most.
_MARK = np.array([230, 0, 120], np.uint8)
_NUMBERS = 60  # unsure regions that get a number; more would hide the drawing
_VEIL = 0.35  # how much of their colour sure regions keep
_LONGEST = 80  # letters of a folder's name
_UNSAFE = frozenset('<>:"/\\|?*#%')  # what some file system or program does not take in a name


def write_sheet(path: PathLike, answers: Sequence[Layers], *, force: bool = False) -> None:
    """Write the line art and its colourings side by side, numbered."""
    from PIL import Image, ImageDraw, ImageFont

    check_target(path, force=force, suffixes=(".png",))
    tiles = [_tile(answers[0].sketch.pixels)]
    tiles += [_tile(layers.merged()) for layers in answers]
    width, height = tiles[0].size
    # As many a row as make the sheet about as wide as it is high, or a little wider.
    shape = {
        n: n * width / (-(-len(tiles) // n) * (height + _CAPTION) * 1.3)
        for n in range(1, len(tiles) + 1)
    }
    across = min(shape, key=lambda n: abs(np.log(shape[n])))
    down = -(-len(tiles) // across)
    size = across * (width + _MARGIN) + _MARGIN, down * (height + _CAPTION + _MARGIN) + _MARGIN
    sheet = Image.new("RGB", size, (238, 238, 238))
    draw = ImageDraw.Draw(sheet)
    for i, tile in enumerate(tiles):
        left = _MARGIN + i % across * (width + _MARGIN)
        top = _MARGIN + i // across * (height + _CAPTION + _MARGIN)
        sheet.paste(tile, (left, top))
        text, middle = str(i) if i else "line", (left + width / 2, top + height + _CAPTION / 2)
        draw.text(middle, text, fill=(40, 40, 40), anchor="mm", font=ImageFont.load_default(18))
    with replacing(path, force=force) as stream:
        sheet.save(stream, "PNG")


def write_doubts(path: PathLike, layers: Layers, order: Ints, *, force: bool = False) -> None:
    """Write a coloured drawing in which the unsure regions stand out, numbered in their order.

    ``order`` holds the labels, the one to look at first at the beginning; the first sixty get a
    number.
    """
    from PIL import Image, ImageDraw, ImageFont

    path = Path(path)
    check_target(path, force=force, suffixes=(".png",))
    unsure = np.zeros(len(layers.entries), bool)
    unsure[order] = True
    shown = Image.fromarray(_veiled(layers, unsure))
    draw = ImageDraw.Draw(shown)
    size = max(9, round(max(layers.labels.shape) / 70))
    places = _deepest(layers.labels, order[:_NUMBERS])
    for number, (row, column) in reversed(list(enumerate(places, 1))):
        radius = size * (0.62 + 0.22 * len(str(number)))
        middle = float(column) + 0.5, float(row) + 0.5
        draw.circle(middle, radius, fill=(255, 255, 255), outline=tuple(_MARK.tolist()), width=2)
        font = ImageFont.load_default(size)
        draw.text(middle, str(number), fill=(0, 0, 0), anchor="mm", font=font)
    write_picture(path, np.asarray(shown), dpi=layers.sketch.dpi, force=force)


def _veiled(layers: Layers, unsure: AnyArray) -> Rgb8:
    """Sure regions pale, unsure ones in full colour with an outline, (H, W, 3) uint8."""
    out = np.empty((*layers.labels.shape, 3), np.uint8)
    for rows in strips(len(out)):
        merged = high_bytes(layers.merged(rows.start, rows.stop))
        pale = 255 - ((255 - merged) * np.float32(_VEIL)).astype(np.uint8)
        out[rows] = np.where(unsure[layers.labels[rows]][..., None], merged, pale)
    edge = np.zeros(layers.labels.shape, np.uint8)
    across, down = np.diff(layers.labels, axis=1) != 0, np.diff(layers.labels, axis=0) != 0
    edge[:, 1:] |= across
    edge[1:] |= down
    thick = max(1, max(edge.shape) // 700)
    edge = cv2.dilate(edge, np.ones((thick + 1, thick + 1), np.uint8))
    out[(edge > 0) & unsure[layers.labels]] = _MARK
    return out


def _deepest(labels: Labels, order: Ints) -> list[tuple[int, int]]:
    """The place farthest from each region's edge, row and column."""
    places = []
    for label in order.tolist():
        inside = (labels == label).view(np.uint8)
        left, top, width, height = cv2.boundingRect(inside)
        crop = np.pad(inside[top : top + height, left : left + width], 1)
        depth = cv2.distanceTransform(crop, cv2.DIST_L2, 3)[1:-1, 1:-1]
        row, column = np.unravel_index(int(depth.argmax()), depth.shape) if depth.size else (0, 0)
        places.append((top + int(row), left + int(column)))
    return places


def _tile(pixels: Pixels) -> "Image":
    """A picture made small enough for a sheet."""
    from PIL import Image

    image = Image.fromarray(high_bytes(pixels)).convert("RGB")
    scale = min(1.0, _TILE / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def write_report(path: PathLike, report: Mapping[str, Any], *, force: bool = False) -> None:
    """Write a report as JSON, one line for each region."""
    check_target(path, force=force, suffixes=(".json",))
    regions = ",\n".join(json.dumps(region) for region in report["regions"])
    head = {key: value for key, value in report.items() if key != "regions"}
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    with replacing(path, force=force) as stream:
        stream.write(f'{opening}, "regions": [\n{regions}\n]}}\n'.encode(errors="surrogateescape"))


def write_flats(path: PathLike, layers: Layers, *, force: bool = False) -> None:
    """Write the flats without lines: one colour a region, transparent where paper stays.

    The suffix chooses PNG, TGA, TIFF or WebP.
    """
    sketch = layers.sketch
    write_picture(path, layers.flat(), dpi=sketch.dpi, icc_profile=sketch.icc_profile, force=force)


def write_masks(folder: PathLike, name: str, layers: Layers, *, force: bool = False) -> list[Path]:
    """Write a mask for each palette entry: ``FOLDER/ENTRY/NAME.png``, gray, 255 where it is.

    One folder for each entry, so that the frames of a film are one sequence of pictures there.

    The files come in the palette's order; entries without a pixel have none. Where one cannot be
    written, none is.
    """
    called = _folders(layers).items()
    targets = {entry: Path(folder) / own / f"{name}.png" for entry, own in called}
    for target in targets.values():
        made_folder(target.parent)
        check_target(target, force=force, suffixes=(".png",))
    shape = layers.sketch.shape
    for entry, target in targets.items():
        chosen = np.where(layers.entries == entry, 255, 0).astype(np.uint8)
        parts = (chosen[layers.labels[rows]] for rows in strips(shape[0]))
        with replacing(target, force=force) as stream:
            write_png(stream, parts, shape, dpi=layers.sketch.dpi)
    return list(targets.values())


def _folders(layers: Layers) -> dict[int, str]:
    """Name of the folder of each entry that some region has; all different on any disk."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    names = titles(layers.palette.colors, layers.palette.names)
    for entry in np.unique(layers.entries[layers.entries >= 0]).tolist():
        plain = _safe(names[entry]) or f"{entry}"
        name, number = plain, 2
        while name.casefold() in taken:
            name, number = f"{plain}-{number}", number + 1
        taken.add(name.casefold())
        found[entry] = name
    return found


def _safe(name: str) -> str:
    """A name that every file system takes; # is left out, which stands for digits in some programs.

    >>> _safe("#ff8800"), _safe("skin / light"), _safe("..")
    ('ff8800', 'skin _ light', '')
    """
    kept = "".join("_" if c in _UNSAFE else c for c in name.removeprefix("#"))
    return kept[:_LONGEST].strip(" .")
