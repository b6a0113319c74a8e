"""Photoshop documents put together by hand, byte by byte, as Adobe's specification says."""

import struct

import numpy as np


def sized(data, code="I"):
    return struct.pack(">" + code, len(data)) + data


def block(key, data, code="I"):
    return b"8BIM" + key + sized(data + bytes(-len(data) % 4), code)


def layer(name, planes=None, **o):
    """A record and its channels: planes {number: (h, w) array}, raw unless they are bytes."""
    top, left, height, width = o.get("box", (0, 0, 0, 0))
    planes = planes or {}
    code = "Q" if o.get("large") else "I"
    datas = {
        n: p if isinstance(p, bytes) else b"\0\0" + p.astype(p.dtype.newbyteorder(">")).tobytes()
        for n, p in planes.items()
    }
    record = struct.pack(">iiiiH", top, left, top + height, left + width, len(datas))
    for number, data in datas.items():
        record += struct.pack(">h" + code, number, len(data))
    flags = 8 | (0 if o.get("visible", True) else 2)
    look = o.get("key", b"norm"), o.get("opacity", 255), o.get("clipped", 0), flags
    record += struct.pack(">4s4sBBBx", b"8BIM", *look)
    pascal = bytes([len(name)]) + name.encode("ascii", "replace")
    extra = sized(o.get("mask", b"")) + sized(b"") + pascal + bytes(-len(pascal) % 4)
    for key, data in o.get("blocks", ()):
        extra += block(key, data)
    return record + sized(extra), b"".join(datas.values())


def group_end():
    return layer("</Layer group>", blocks=[(b"lsct", struct.pack(">I", 3))])


def group_head(name, key=b"pass"):
    return layer(name, blocks=[(b"lsct", struct.pack(">I4s4s", 1, b"8BIM", key))])


def psd(shape, layers=(), merged=None, **o):
    """A document; layers lowest first."""
    large, depth, mode = o.get("large", False), o.get("depth", 8), o.get("mode", 3)
    code = "Q" if large else "I"
    channels = o.get("channels", 3 if mode == 3 else 1)
    out = struct.pack(">4sH6xHIIHH", b"8BPS", 2 if large else 1, channels, *shape, depth, mode)
    out += sized(b"") + sized(o.get("resources", b""))
    info = struct.pack(">h", len(layers)) + b"".join(r for r, _ in layers)
    info += b"".join(p for _, p in layers)
    info += bytes(len(info) % 2)
    if depth == 16:
        section = sized(b"", code) + sized(b"") + block(b"Lr16", info, code)
    else:
        section = sized(info, code) + sized(b"") + o.get("blocks", b"")
    if merged is None:
        merged = np.zeros((channels, *shape), np.uint8 if depth == 8 else np.uint16)
    planes = merged.astype(merged.dtype.newbyteorder(">"))
    return out + sized(section if layers else b"", code) + b"\0\0" + planes.tobytes()


def resource(number, data, name=b""):
    pascal = bytes([len(name)]) + name
    pascal += bytes(len(pascal) % 2)
    return b"8BIM" + struct.pack(">H", number) + pascal + sized(data) + bytes(len(data) % 2)
