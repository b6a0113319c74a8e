"""WebDataset shards: tar files of pictures that share a key with their lines and their sidecar."""

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.errors import UnreadableError


@dataclass(frozen=True, eq=False)
class Record:
    """One picture of a shard."""

    key: str
    color: Rgb8
    """(H, W, 3) uint8, on white."""
    line: AnyArray | None
    """(H, W) uint8 drawn line art of the same size, 0 ink, where the shard has it."""
    info: dict[str, Any]
    """Sidecar: source, licence, tier, origin."""


def read_shard(path: Path) -> Iterator[Record]:
    """Pictures of one shard in the order of the file.

    Raises:
        UnreadableError: the file is not a shard.
    """
    try:
        with tarfile.open(path) as tar:
            members: dict[str, dict[str, bytes]] = {}
            for member in tar:
                key, _, suffix = Path(member.name).name.partition(".")
                handle = tar.extractfile(member)
                if handle is not None:
                    members.setdefault(key, {})[suffix] = handle.read()
    except (OSError, tarfile.TarError) as error:
        raise UnreadableError(f"{path} is not a readable shard ({error}).") from error
    for key, parts in members.items():
        color = parts.get("webp") or parts.get("color.webp")
        if color is not None:
            line = decode(parts["line.png"], "L") if "line.png" in parts else None
            info = json.loads(parts.get("json", b"{}"))
            yield Record(key, decode(color, "RGB"), line, info)


def decode(data: bytes, mode: str) -> AnyArray:
    """Pixels of an encoded picture: (H, W) uint8 for mode "L", (H, W, 3) for "RGB"."""
    from PIL import Image

    with Image.open(BytesIO(data)) as picture:
        return np.array(picture.convert(mode))
