"""What a user's Photoshop document holds, written back byte for byte.

Texts stay texts, masks masks, effects effects: a layer's record and its packed pixels are copied,
and only whether it is shown may change. That takes an RGB document of the usual, not the large,
kind; the layers of others are drawn anew.
"""

import struct
from dataclasses import dataclass

from nurie.document import Sketch
from nurie.errors import UnreadableError
from nurie.io.files import reading
from nurie.io.psd.format import GROUP_END, HIDDEN, RESOURCES_KEPT
from nurie.io.psd.read import PsdOrigin, PsdRecord
from nurie.stack import Node

_FLAGS = 10


@dataclass(frozen=True)
class KeptRecord:
    """A layer's record but for the sizes of its channels, and these channels."""

    rectangle: tuple[int, int, int, int]
    numbers: tuple[int, ...]
    channels: tuple[bytes, ...]
    head: bytes


def origin_of(sketch: Sketch) -> PsdOrigin | None:
    """The Photoshop document that a sketch came from, when its layers can be copied."""
    origin = sketch.stack.origin if sketch.stack is not None else None
    if isinstance(origin, PsdOrigin) and (origin.version, origin.mode) == (1, 3):
        return origin
    return None


def kept_record(node: Node, section: int, origin: PsdOrigin | None) -> KeptRecord | None:
    """The record to be copied for a node, None when it must be written anew.

    Args:
        node: a layer or group.
        section: ``GROUP_END`` for the record that ends a group.
        origin: from :func:`origin_of`.

    Raises:
        UnreadableError: the file has gone or was cut meanwhile.
    """
    record = node.origin
    if origin is None or not isinstance(record, PsdRecord):
        return None
    if section == GROUP_END:
        record = origin.ends[id(record)]
    head = bytearray(record.head)
    if section != GROUP_END:
        head[_FLAGS] = head[_FLAGS] & ~HIDDEN | (0 if node.visible else HIDDEN)
    channels = []
    with reading(record.path) as stream:
        for channel in record.channels:
            stream.seek(channel.start)
            data = stream.read(channel.length)
            if len(data) != channel.length:
                raise UnreadableError(f"{record.path} changed while it was read; start again.")
            channels.append(data)
    numbers = tuple(channel.number for channel in record.channels)
    return KeptRecord(record.rectangle, numbers, tuple(channels), bytes(head))


def written(record: KeptRecord) -> bytes:
    """The record as it lies in a file."""
    out = struct.pack(">iiiiH", *record.rectangle, len(record.channels))
    for number, data in zip(record.numbers, record.channels, strict=True):
        out += struct.pack(">hI", number, len(data))
    return out + record.head


def kept_resources(origin: PsdOrigin | None) -> dict[int, bytes]:
    """Guides, captions, and whatever else does not speak of pixels or of nurie's own layers."""
    found = origin.resources if origin is not None else {}
    return {number: data for number, data in found.items() if number in RESOURCES_KEPT}
