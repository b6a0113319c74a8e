"""What a film has read, on disk by content: memory stays flat, and an ended run goes on."""

import hashlib
import io
import shutil
import tempfile
import weakref
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Labels, Mask
from nurie.film.motion import Small
from nurie.film.spread import Match
from nurie.io.files import replacing
from nurie.painting.read import Scene
from nurie.regions.measure import Measures

VERSION = 3
"""Of what is written; files of another one are made again."""

PARTS = ("rows", "columns", "share", "back")
"""Arrays of a match that are kept."""

HELD = 12
"""Drawings held in memory at once: a drawing, its neighbours on both sides, and a few keys."""


@dataclass(frozen=True, eq=False)
class Cel:
    """One drawing as the film knows it."""

    scene: Scene
    paper: Mask
    """(n,) bool: regions that stay paper."""
    small: Small
    shape: tuple[int, int]


class Store:
    """Drawings and matches by content.

    Without a folder it is a temporary one, which goes with the store.
    """

    def __init__(self, folder: Path | None) -> None:
        if folder is None:
            folder = Path(tempfile.mkdtemp(prefix="nurie-"))
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._folder = folder
        self._held: OrderedDict[str, Cel] = OrderedDict()
        self._folder.mkdir(parents=True, exist_ok=True)

    def cel(self, digest: str, look: Callable[[], tuple[Cel, Labels]] | None = None) -> Cel:
        """The drawing of that digest, read by ``look`` where it is not kept yet."""
        if digest in self._held:
            self._held.move_to_end(digest)
            return self._held[digest]
        cel = self._kept_cel(digest)
        if cel is None:
            assert look is not None, "what was read is kept"
            cel, labels = look()
            self._keep_cel(digest, cel, labels)
        self._held[digest] = cel
        while len(self._held) > HELD:
            self._held.popitem(last=False)
        return cel

    def has(self, digest: str) -> bool:
        """Whether that drawing is kept and can be used."""
        return digest in self._held or self._kept_cel(digest) is not None

    def labels(self, digest: str) -> Labels:
        """(H, W) int32 regions of a drawing that was read."""
        kept = self._load(f"{digest}.labels")
        assert kept is not None, "what was read is kept"
        return np.asarray(kept["labels"], np.int32)

    def pair(
        self, key: tuple[str, str, str], match: Callable[[], tuple[Match, Match]]
    ) -> tuple[Match, Match]:
        """Matches of two drawings in both directions, by their digests and who matched them."""
        name = hashlib.sha256(" ".join(key).encode()).hexdigest()[:32] + ".pair"
        kept = self._load(name)
        if kept is not None:
            forth, back = (
                Match(-1, **{part: kept[f"{way}_{part}"] for part in PARTS})
                for way in ("forth", "back")
            )
            return forth, back
        found = match()
        arrays = {
            f"{way}_{part}": getattr(one_way, part)
            for way, one_way in zip(("forth", "back"), found, strict=True)
            for part in PARTS
        }
        self._save(name, **arrays)
        return found

    def _keep_cel(self, digest: str, cel: Cel, labels: Labels) -> None:
        scene = cel.scene
        self._save(f"{digest}.labels", labels=_packed(labels))
        # The drawing last: where it is, the labels are.
        self._save(
            f"{digest}.cel",
            features=scene.features,
            geometry=scene.geometry,
            picture=scene.picture,
            parts=scene.parts,
            paper=cel.paper,
            far=cel.small.far,
            small=_packed(cel.small.labels),
            shape=np.array(cel.shape),
            **{f"m_{name}": value for name, value in vars(scene.measures).items()},
        )

    def _kept_cel(self, digest: str) -> Cel | None:
        kept = self._load(f"{digest}.cel")
        if kept is None:
            return None
        measures = Measures(**{k[2:]: v for k, v in kept.items() if k.startswith("m_")})
        seen = kept["features"], kept["geometry"], measures, kept["picture"], kept["parts"]
        scene = Scene(*seen)
        small = Small(kept["far"], np.asarray(kept["small"], np.int32), len(kept["paper"]))
        height, width = kept["shape"].tolist()
        return Cel(scene, kept["paper"], small, (height, width))

    def _save(self, name: str, **arrays: Any) -> None:
        stream = io.BytesIO()
        np.savez(stream, version=np.array(VERSION), **arrays)
        with replacing(self._folder / name, force=True) as out:
            # Level 1 takes a third of the time of the usual 6, and maps of regions get as small.
            out.write(zlib.compress(stream.getbuffer(), 1))

    def _load(self, name: str) -> dict[str, Any] | None:
        """Arrays of that name; None where there are none, or of another version."""
        try:
            data = zlib.decompress((self._folder / name).read_bytes())
            with np.load(io.BytesIO(data), allow_pickle=False) as kept:
                if int(kept["version"]) != VERSION:
                    return None
                return {k: kept[k] for k in kept.files if k != "version"}
        except (KeyError, OSError, ValueError, zlib.error):
            return None


def _packed(labels: Labels) -> AnyArray:
    """The labels in as few bytes as hold them."""
    return labels.astype(np.uint16) if labels.max(initial=0) < 65536 else labels
