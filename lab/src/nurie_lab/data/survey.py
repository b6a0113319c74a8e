"""Every picture of a collection looked at once: usable or not, and why; and who goes where."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from nurie.arrays import Rgb8
from nurie.errors import InputError, OptionError
from nurie.io.images import read_color
from nurie_lab.data.collection import Item, digest_of, mend, read_lines
from nurie_lab.data.shards import spread

SMALLEST = 96
"""Shorter side in pixels below which a picture teaches nothing."""

WITHIN = 12
"""Bits of 256 in which fingerprints of the same picture may differ."""


def fault_of(rgb: Rgb8) -> str | None:
    """Why a picture, (H, W, 3) uint8, is of no use, or None.

    >>> fault_of(np.full((200, 200, 3), 255, np.uint8))
    'blank'
    >>> fault_of(np.zeros((20, 200, 3), np.uint8))
    'too small (200 × 20)'
    """
    height, width = rgb.shape[:2]
    if min(height, width) < SMALLEST:
        return f"too small ({width} × {height})"
    if max(height, width) > 12 * min(height, width):
        return f"too narrow ({width} × {height})"
    view = cv2.resize(rgb, (128, 128), interpolation=cv2.INTER_AREA)
    low, high = np.percentile(view, (0.5, 99.5), axis=(0, 1))
    if (high - low).max() < 16:
        return "blank"
    levels = view.astype(np.int16)
    chroma = levels.max(axis=2) - levels.min(axis=2)
    # A tinted page is one hue throughout: what counts is how the channels differ from each other.
    tint = (levels - levels.mean(axis=2, keepdims=True)).reshape(-1, 3)
    if (chroma > 24).mean() < 0.01 or tint.std(axis=0).max() < 2.5:
        return "monochrome"
    return None


def fingerprint(rgb: Rgb8) -> bytes:
    r"""Perceptual hash of (H, W, 3) uint8: 32 bytes, bits of whether brightness rises to the right.

    The grid has 16 × 16 cells. Sizes, formats and slight changes of tone leave the hash as it is,
    within :data:`WITHIN` bits.

    >>> ramp = np.tile(np.arange(0, 255, 3, np.uint8)[None, :, None], (40, 1, 3))
    >>> fingerprint(ramp) == b"\xff" * 32, fingerprint(ramp[:, ::-1]) == b"\x00" * 32
    (True, True)
    """
    gray = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    grid = cv2.resize(gray, (17, 16), interpolation=cv2.INTER_AREA).astype(np.int16)
    # A margin, or the noise of JPEG would decide in flat areas.
    return np.packbits(grid[:, 1:] - grid[:, :-1] > 2).tobytes()


class Twins:
    r"""Fingerprints seen so far, found again within at most 15 bits.

    Split into 16 bands of 16 bits, two fingerprints that differ in at most 15 bits share a band,
    so only those with an equal band are compared: nothing is missed, and a hundred thousand
    pictures take seconds.

    >>> twins = Twins()
    >>> twins.seen(bytes(32), "a"), twins.seen(bytes(31) + b"\x01", "b")
    (None, 'a')
    """

    def __init__(self, within: int = WITHIN) -> None:
        self._within = min(within, 15)
        self._bands: dict[tuple[int, bytes], list[int]] = defaultdict(list)
        self._prints: list[tuple[int, str]] = []

    def seen(self, mark: bytes, name: str) -> str | None:
        """The name of an earlier picture that is the same; else remember this one."""
        number = int.from_bytes(mark, "big")
        bands = [self._bands[i, mark[2 * i : 2 * i + 2]] for i in range(16)]
        for i in sorted({i for band in bands for i in band}):
            earlier, found = self._prints[i]
            if (earlier ^ number).bit_count() <= self._within:
                return found
        for band in bands:
            band.append(len(self._prints))
        self._prints.append((number, name))
        return None


NAME = "survey.jsonl"
"""What was seen, a line for each picture, so that a killed run goes on."""

SPLIT = "split.json"
"""Side of each group, frozen when it is first seen."""


@dataclass(frozen=True)
class Sight:
    """What one look at a picture showed."""

    sha256: str
    height: int
    width: int
    fault: str  # Why it is of no use; empty where it is
    fingerprint: str
    """Perceptual hash in hexadecimal; empty for broken pictures."""


@dataclass(frozen=True)
class Chosen:
    """Which pictures are used, and which are not and why."""

    train: list[Item]
    val: list[Item]
    dropped: list[tuple[Item, str]]


def look(item: Item) -> Sight:
    """Look at one picture; a file that changed since it was listed is broken."""
    try:
        digest = digest_of(Path(item.path))
        if digest != item.sha256:
            return Sight(item.sha256, 0, 0, "changed since it was listed", "")
        rgb = read_color(item.path)
    except InputError as error:
        return Sight(item.sha256, 0, 0, f"broken: {error}", "")
    height, width = rgb.shape[:2]
    return Sight(item.sha256, height, width, fault_of(rgb) or "", fingerprint(rgb).hex())


def survey(items: Sequence[Item], out: Path, *, workers: int) -> Iterator[Sight]:
    """Look at all pictures on several cores, in their order; what an earlier run saw stays."""
    mend(out / NAME)
    records = read_lines(out / NAME) if (out / NAME).exists() else ()
    seen = {record["sha256"]: Sight(**record) for record in records}
    todo = list({item.sha256: item for item in items if item.sha256 not in seen}.values())
    with (out / NAME).open("a", encoding="utf-8") as stream:
        fresh = spread(look, todo, workers=workers)
        for item in items:
            while item.sha256 not in seen:
                sight = next(fresh)
                seen[sight.sha256] = sight
                stream.write(json.dumps(asdict(sight), ensure_ascii=False) + "\n")
                stream.flush()
            yield seen[item.sha256]


def choose(
    items: Sequence[Item],
    sights: Sequence[Sight],
    frozen: dict[str, str],
    *,
    val_share: float,
    within: int,
) -> Chosen:
    """Drop what is of no use, and split the rest by group.

    The side of a group depends on its name alone, and stays as it was ``frozen``, where new groups
    are entered; ``val_share``, in [0, 1), is that of the groups kept for validation. Near
    duplicates differ in at most ``within`` bits, none are dropped where it is negative; the first
    by hash stays, whatever the order of the collections.

    Raises:
        OptionError: the share makes no sense.
    """
    if not 0 <= val_share < 1:
        raise OptionError(f"A share of {val_share:g} for validation makes no sense; give 0 to 0.9.")
    chosen = Chosen([], [], [])
    twins = Twins(within)
    for item, sight in sorted(zip(items, sights, strict=True), key=lambda pair: pair[0].sha256):
        fault = sight.fault
        if not fault and within >= 0:
            twin = twins.seen(bytes.fromhex(sight.fingerprint), item.origin)
            fault = f"the same picture as {twin}" if twin else ""
        if fault:
            chosen.dropped.append((item, fault))
            continue
        side = frozen.setdefault(item.group, side_of(item.group, val_share))
        (chosen.val if side == "val" else chosen.train).append(item)
    return chosen


def side_of(group: str, val_share: float) -> str:
    """``train`` or ``val``, by the hash of a group's name.

    >>> side_of("film", 0.0), side_of("film", 0.999999)
    ('train', 'val')
    """
    digest = hashlib.sha256(f"nurie {group}".encode()).digest()
    return "val" if int.from_bytes(digest[:8], "big") < val_share * 2**64 else "train"
