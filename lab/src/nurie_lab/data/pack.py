"""Collections become shards to train on: colour, lines of several kinds, sidecar, manifest."""

import csv
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from nurie.arrays import AnyArray, Rgb8
from nurie.errors import ExistsError, InputError, OptionError, UnreadableError
from nurie.io.files import replacing
from nurie.io.images import read_color
from nurie.lines import SIGMA, canny_lines
from nurie_lab.data.collection import Item
from nurie_lab.data.extract import ink_lines, outlined, soft_lines
from nurie_lab.data.shards import encode, shrunk, spread, write_shard
from nurie_lab.data.survey import SPLIT, Chosen

MANIFEST, DROPPED, PLAN = "manifest.csv", "dropped.csv", "plan.json"

OUTLINED = 0.015
"""Share of dark pixels from which on a picture has outlines of its own to be read off."""


@dataclass(frozen=True)
class Packing:
    """How pictures are packed."""

    size: int = 512
    """Longest side in pixels; smaller pictures stay as they are."""
    sigmas: tuple[float, ...] = (SIGMA,)
    """Gaussians of the Canny lines in pixels; the first makes ``line.png``."""
    ink: bool = True  # Whether lines as a pen draws them go in too
    shard: int = 500  # Pictures in a shard

    def check(self) -> None:
        """Refuse what cannot be packed.

        Raises:
            OptionError: a size, a sigma or a number of pictures that makes no sense.
        """
        if not 64 <= self.size <= 8192:
            raise OptionError(f"A size of {self.size} makes no sense; give 64 to 8192 pixels.")
        if not self.sigmas or not all(0 <= sigma <= 100 for sigma in self.sigmas):
            raise OptionError("Give each sigma as 0 to 100 pixels.")
        if self.shard < 1:
            raise OptionError("A shard holds at least one picture.")


@dataclass(frozen=True)
class Shard:
    """One shard to be written."""

    path: Path
    items: tuple[Item, ...]
    packing: Packing
    digest: str  # Of what goes in, and how


_COLUMNS = ("key", "split", "shard", "path", "source", "licence", "tier", "origin", "group",
            "height", "width", "bytes", "sha256")  # fmt: skip


def plan(chosen: Chosen, out: Path, packing: Packing) -> list[Shard]:
    """Deal the pictures to shards, mixed, the same way each time.

    Raises:
        InputError: no picture is left.
    """
    packing.check()
    if not chosen.train and not chosen.val:
        raise InputError(f"No picture is of use; {out / DROPPED} says why of each.")
    shards = []
    for side, items in (("train", chosen.train), ("val", chosen.val)):
        mixed = sorted(items, key=lambda item: item.sha256)
        for i in range(0, len(mixed), packing.shard):
            part = tuple(mixed[i : i + packing.shard])
            path = out / f"{side}-{i // packing.shard:04d}.tar"
            text = json.dumps([asdict(packing), [item.sha256 for item in part]])
            digest = hashlib.sha256(text.encode()).hexdigest()
            shards.append(Shard(path, part, packing, digest))
    return shards


def pack(shards: Sequence[Shard], out: Path, *, workers: int, force: bool = False) -> Iterator[str]:
    """Write the shards that are not there yet, then the manifest; names as they are complete.

    With ``force`` shards made from other pictures or in another way may be replaced.

    Raises:
        ExistsError: such shards are there, and ``force`` was not given.
    """
    entries = _entries(shards, out, force=force)
    # What is meant to be there is written first: a shard without its rows is one of our own.
    _save(out / PLAN, json.dumps(entries))
    todo = [shard for shard in shards if "rows" not in entries[shard.path.name]]
    yield from (name for name, entry in entries.items() if "rows" in entry)
    for shard, rows in zip(todo, spread(_write, todo, workers=workers), strict=True):
        entries[shard.path.name] = {"digest": shard.digest, "rows": rows}
        _save(out / PLAN, json.dumps(entries))
        yield shard.path.name
    rows = [row for name in sorted(entries) for row in entries[name]["rows"]]
    _save(out / MANIFEST, _table(_COLUMNS, rows))


def _entries(shards: Sequence[Shard], out: Path, *, force: bool) -> dict[str, dict[str, Any]]:
    """What each shard is to hold, with its rows where an earlier run has made it so already."""
    known, entries = _load(out / PLAN), {}
    there = {path.name for path in out.glob("*.tar")}
    for shard in shards:
        name, entry = shard.path.name, known.get(shard.path.name, {})
        same = entry.get("digest") == shard.digest
        if name in there and not same and not force:
            raise _strange(out, name)
        entries[name] = entry if name in there and same else {"digest": shard.digest}
    for name in sorted(there & known.keys() - entries.keys()):
        if not force:
            raise _strange(out, name)
        (out / name).unlink()
    return entries


def _strange(out: Path, name: str) -> ExistsError:
    return ExistsError(
        f"{out} holds {name}, made from other pictures or options; give --force to replace the "
        "shards there, or another --out."
    )


def _write(shard: Shard) -> list[tuple[str, ...]]:
    """Read, draw and write the pictures of one shard; its lines of the manifest."""
    rows: list[tuple[str, ...]] = []

    def records() -> Iterator[tuple[str, dict[str, bytes]]]:
        for item in shard.items:
            color = shrunk(read_color(item.path), shard.packing.size)
            parts = {"color.webp": encode(color, "webp")}
            parts |= {
                f"{name}.png": encode(lines, "png") for name, lines in drawn(color, shard.packing)
            }
            info = {k: v for k, v in asdict(item).items() if v and k not in {"path", "fingerprint"}}
            parts["json"] = json.dumps(info, ensure_ascii=False, sort_keys=True).encode()
            height, width = color.shape[:2]
            size = sum(map(len, parts.values()))
            side = shard.path.name.partition("-")[0]
            values = (
                item.key, side, shard.path.name, item.path, item.source, item.licence, item.tier,
                item.origin, item.group, height, width, size, item.sha256,
            )  # fmt: skip
            rows.append(tuple(map(str, values)))
            yield item.key, parts

    write_shard(shard.path, records(), force=True)
    return rows


def drawn(color: Rgb8, packing: Packing) -> Iterator[tuple[str, AnyArray]]:
    """Names and (H, W) uint8 line art, 0 ink, of a picture (H, W, 3) uint8; first is ``line``.

    >>> import numpy as np
    >>> picture = np.full((32, 32, 3), 255, np.uint8)
    >>> [name for name, _ in drawn(picture, Packing(sigmas=(2.5, 1.2)))]
    ['line', 'canny-1.2', 'ink']
    """
    for i, sigma in enumerate(packing.sigmas):
        yield (f"canny-{sigma:g}" if i else "line"), canny_lines(color, sigma=sigma)
    if packing.ink:
        dark = outlined(color, OUTLINED)
        yield (
            "ink",
            ink_lines(color, fill=False, edges=True) if dark else soft_lines(color, sigma=1),
        )


def freeze(chosen: Chosen, frozen: dict[str, str], out: Path) -> None:
    """Write down which group is on which side, and what was dropped and why."""
    _save(out / SPLIT, json.dumps(dict(sorted(frozen.items())), indent=1, ensure_ascii=False))
    rows = [(item.path, item.origin, reason) for item, reason in chosen.dropped]
    _save(out / DROPPED, _table(("path", "origin", "reason"), rows))


def frozen_in(out: Path) -> dict[str, str]:
    """Sides frozen by an earlier run.

    Raises:
        UnreadableError: the file is damaged.
    """
    sides = _load(out / SPLIT)
    if not all(side in ("train", "val") for side in sides.values()):
        raise UnreadableError(f"{out / SPLIT} may only say train or val; mend or delete it.")
    return sides


def _load(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{path} is damaged ({error}); delete it.") from error
    if not isinstance(found, dict):
        raise UnreadableError(f"{path} is damaged; delete it.")
    return found


def _save(path: Path, text: str) -> None:
    with replacing(path, force=True) as stream:
        stream.write(text.encode())


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return stream.getvalue()
