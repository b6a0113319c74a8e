"""Files for every reader, and hostile relatives: bytes changed, then made to look whole again."""

import re
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np

CORPUS = Path(__file__).parent / "corpus"
_NUMBERS = (0, 1, 2, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1)
_WORDS = (
    *b"0 -1 1 1.5 255 256 65536 2147483648 -2147483649 1e999 NaN Infinity null true [] {}".split(),
    *b"999999999999999999999999 #f80 #12345 x y line flats svg:multiply hidden \xc3\xa9".split(),
    *(b"[" * 2000, b"9" * 5000, b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"", b"\n", b'"'),
)
"""Words that a text did not expect."""


def _pictures(kind: str) -> list[bytes]:
    from PIL import Image

    found = []
    for mode in ("L", "RGB"):
        file = BytesIO()
        Image.linear_gradient("L").resize((24, 20)).convert(mode).save(file, kind)
        found.append(file.getvalue())
    return found


def _zip(**members: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("_", ".")), data)
    return file.getvalue()


def _psd(mode: int, depth: int, channels: int) -> bytes:
    """A document of one layer and its merged picture, all zero."""
    line = (8 * depth + 7) // 8
    sizes = b"".join(struct.pack(">hI", number, 2 + 6 * line) for number in range(channels))
    record = struct.pack(">iiiiH", 0, 0, 6, 8, channels) + sizes
    record += b"8BIMnorm\xff\0\0\0" + struct.pack(">I", 16) + bytes(8) + b"\x04line\0\0\0"
    info = struct.pack(">h", 1) + record + bytes((2 + 6 * line) * channels)
    if depth > 8:
        key = b"Lr16" if depth == 16 else b"Lr32"
        section = bytes(8) + b"8BIM" + key + struct.pack(">I", len(info)) + info
    else:
        section = struct.pack(">I", len(info)) + info + bytes(4)
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 1, channels, 6, 8, depth, mode)
    palette = bytes(range(256)) * 3 if mode == 2 else b""
    head += struct.pack(">I", len(palette)) + palette + bytes(4)
    return head + struct.pack(">I", len(section)) + section + bytes(2 + 6 * line * channels)


def _krita(*, packed: bool) -> bytes:
    """A group, and in it a layer of one tile, with a mask: all zero."""
    list_of_layers = b"""<DOC><IMAGE name="p" width="24" height="20" colorspacename="RGBA"><layers>
<layer nodetype="grouplayer" name="g"><layers><layer nodetype="paintlayer" name="line" opacity="255"
 filename="layer2" colorspacename="RGBA" x="1" y="2" compositeop="multiply"><masks><mask
 nodetype="transparencymask" filename="mask3"/></masks></layer></layers></layer>
<layer nodetype="shapelayer" name="v" filename="layer4"/></layers></IMAGE></DOC>"""
    members = {"maindoc.xml": list_of_layers, "p/layers/layer2.defaultpixel": b"\xff" * 4}
    for name, size in (("layer2", 4), ("mask3.pixelselection", 1)):
        # A letter, and repetitions of it: 264 at a time, then the rest.
        times, rest = divmod(4096 * size - 1, 264)
        data = b"\1\0\0" + b"\xe0\xff\0" * times + bytes((0xE0, rest - 9, 0))
        data = data if packed else bytes(1 + 4096 * size)
        head = b"VERSION 2\nTILEWIDTH 64\nTILEHEIGHT 64\nPIXELSIZE %d\nDATA 1\n" % size
        members[f"p/layers/{name}"] = head + b"0,0,LZF,%d\n" % len(data) + data
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**members, "mergedimage.png": _pictures("PNG")[1]}.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _gray_alpha() -> bytes:
    pixels = np.arange(6 * 8 * 2, dtype="<u2") * 600
    tags = ((256, 4, 8), (257, 4, 6), (258, 3, 16 | 16 << 16), (259, 3, 1), (262, 3, 1))
    tags += ((273, 4, 0), (277, 3, 2), (278, 4, 6), (279, 4, 192), (338, 3, 2))
    start = 8 + 2 + 12 * len(tags) + 4
    table = struct.pack("<H", len(tags))
    for tag, kind, value in tags:
        many = 2 if tag == 258 else 1
        table += struct.pack("<HHII", tag, kind, many, start if tag == 273 else value)
    return b"II*\0" + struct.pack("<I", 8) + table + bytes(4) + pixels.tobytes()


def _palettes(kind: str) -> list[bytes]:
    from nurie.document import Palette
    from nurie.io.swatches import aco_bytes, kpl_bytes

    palette = Palette(np.array([[255, 0, 0], [16, 32, 240]], np.uint8), ("a", "b"))
    blocks = b"".join(struct.pack("<I4BI", 8, *color, 255, 0) for color in palette.colors.tolist())
    swatch = (
        b'[{"name":"p","swatches":[{"hue":0.1,"saturation":1,"brightness":0.5,"name":"a"},null]}]'
    )
    riff = b"RIFF" + bytes(4) + b"PAL data" + bytes(4) + struct.pack("<HH", 0x300, 2) + bytes(8)
    return {
        "aco": [aco_bytes(palette, ["a", "b"]), aco_bytes(palette, ["", ""])[:24]],
        "act": [bytes(range(256)) * 3, bytes(768) + b"\0\2\0\0"],
        "kpl": [kpl_bytes(palette, ["a", "b"])] * 2,
        "soc": [b"<t xmlns:draw='d'><draw:color draw:name='a' draw:color='#ff8000'/></t>"] * 2,
        "pal": [b"JASC-PAL\r\n0100\r\n2\r\n255 0 0\r\n16 32 240\r\n", riff],
        "tpl": [b"<palette><styles><style> a 3 1 2 3 255 </style></styles></palette>"] * 2,
        "cls": [b"SLCC" + bytes(18) + struct.pack("<III", 4, 2, len(blocks)) + blocks] * 2,
        "swatches": [_zip(Swatches_json=swatch)] * 2,
    }.get(kind, [])


def made(reader: str) -> list[bytes]:
    """Seeds that are made and not kept; empty for a reader that has a corpus."""
    known = {"gif": "GIF", "avif": "AVIF", "jp2": "JPEG2000", "ppm": "PPM", "pcx": "PCX"}
    if reader in known:
        return _pictures(known[reader])
    if reader == "svg":
        picture = (
            b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7"/></svg>'
        )
        return [picture, b"<?xml version='1.0'?><!-- a -->" + picture]
    if reader == "kra":
        return [_krita(packed=True), _krita(packed=False)]
    if reader == "modes":
        kinds = ((4, 8, 4), (4, 16, 5), (9, 8, 3), (2, 8, 1), (0, 1, 1), (8, 8, 1), (3, 32, 4))
        return [_psd(*kind) for kind in kinds]
    lines = [bytes((number, 7, 7)) for number in range(64)]
    return {"deep-alpha": [_gray_alpha()] * 2, "command-lines": lines}.get(
        reader, _palettes(reader)
    )


def seeds(reader: str, suffix: str) -> list[bytes]:
    """The corpus of a reader of files with this suffix, kept or made."""
    found = made(reader)
    if found:
        return found
    folder = CORPUS / ("hints" if reader.startswith("hints") else "files")
    return [path.read_bytes() for path in sorted(folder.glob(f"*{suffix}"))]


def mutated(data: bytes, rng: np.random.Generator, kind: str, *, most: int = 1 << 16) -> bytes:
    """A hostile relative of a file: bytes changed, and then made to look whole again."""
    if kind in ("ora", "kra", "kpl", "swatches") and rng.random() < 0.8:
        return _in_archive(data, rng)[:most]
    if kind in ("png", "hints-png") and rng.random() < 0.8:
        return _in_chunks(data, rng)[:most]
    if kind in ("gpl", "hex", "hints-json", "soc", "pal", "tpl", "svg") and rng.random() < 0.7:
        return _in_words(data, rng)[:most]
    return _scrambled(data, rng)[:most]


def _scrambled(data: bytes, rng: np.random.Generator) -> bytes:
    """One to four small changes anywhere."""
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 5))):
        at = int(rng.integers(0, max(len(out), 1)))
        way = int(rng.integers(0, 9))
        if way == 0 and out:
            out[at] ^= 1 << int(rng.integers(0, 8))
        elif way == 1 and out:
            out[at] = int(rng.integers(0, 256))
        elif way in (2, 3, 4):
            code = ("H", "I", "Q")[way - 2]
            size = struct.calcsize(code)
            number = _NUMBERS[int(rng.integers(0, len(_NUMBERS)))] % 2 ** (8 * size)
            out[at : at + size] = struct.pack("><"[int(rng.integers(0, 2))] + code, number)
        elif way == 5:
            del out[at : at + int(rng.integers(1, 64))]
        elif way == 6:
            out[at:at] = out[at : at + int(rng.integers(1, 64))] * int(rng.integers(1, 5))
        elif way == 7:
            out[at:at] = rng.bytes(int(rng.integers(1, 32)))
        else:
            del out[max(at, 1) :]
    return bytes(out)


def _in_words(data: bytes, rng: np.random.Generator) -> bytes:
    """One to three words or numbers of a text become others."""
    words = re.split(rb"([0-9.]+|[A-Za-z]+)", data)
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(0, len(words)))
        words[at] = _WORDS[int(rng.integers(0, len(_WORDS)))]
    return b"".join(words)


_NO_ARCHIVE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError),
    *(ValueError, LookupError, NotImplementedError, RuntimeError, MemoryError),
)


def _in_archive(data: bytes, rng: np.random.Generator) -> bytes:
    """Another member of a ZIP, in an archive that is whole."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist()}
    except _NO_ARCHIVE:
        return _scrambled(data, rng)
    if not members:
        return _scrambled(data, rng)
    names = list(members)
    name = names[int(rng.integers(0, len(names)))]
    text = _in_words if rng.random() < 0.7 else _scrambled
    change = _in_chunks if name.endswith(".png") else text
    members[name] = change(members[name], rng)
    if rng.random() < 0.1:
        members[str(rng.choice(["../a", "/a", "a\\..\\b", "mimetype/x", "é" * 300]))] = b"x"
    if rng.random() < 0.1:
        members.pop(names[int(rng.integers(0, len(names)))], None)
    file = BytesIO()
    packing = zipfile.ZIP_DEFLATED if rng.random() < 0.3 else zipfile.ZIP_STORED
    with zipfile.ZipFile(file, "w", packing) as archive:
        for member, content in members.items():
            # A date of its own, or else the archive changes with the clock.
            archive.writestr(zipfile.ZipInfo(member), content, packing)
    return file.getvalue()


def _in_chunks(data: bytes, rng: np.random.Generator) -> bytes:
    """A PNG with one chunk changed, its checksums right."""
    chunks, at = [], 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += 12 + size
    if not chunks:
        return _scrambled(data, rng)
    pick = int(rng.integers(0, len(chunks)))
    kind, content = chunks[pick]
    if kind == b"IDAT" and rng.random() < 0.5:
        try:
            content = zlib.compress(_scrambled(zlib.decompress(content), rng))
        except zlib.error:
            content = _scrambled(content, rng)
    else:
        content = _scrambled(content, rng)
    chunks[pick] = (kind, content)
    if rng.random() < 0.2:
        chunks.insert(pick, chunks[int(rng.integers(0, len(chunks)))])
    body = b"".join(
        struct.pack(">I", len(c)) + k + c + struct.pack(">I", zlib.crc32(c, zlib.crc32(k)))
        for k, c in chunks
    )
    return data[:8] + body
