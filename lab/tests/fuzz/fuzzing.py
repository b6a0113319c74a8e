"""Hostile files for every reader: mutated, guided by coverage where that is to be had, and counted.

    python lab/tests/fuzz/fuzzing.py [--runs 10000] [--readers png psd] [--guide plain]

Each reader has a process of its own. A reader passes when every input gives a result or one of
nurie's own errors with one sentence, when nothing is written or changed, and when the process
stays below the memory stated. With ``--guide atheris`` (``pip install atheris``) inputs that reach
new code are kept and mutated further; ``plain`` mutates the corpus alone, the same way each time.
"""

import argparse
import json
import re
import resource
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

CORPUS = Path(__file__).parent / "corpus"
MAX_PIXELS = 1 << 20
"""Pixels that the readers are told to allow."""

LIMIT_MIB = 384
"""What a process may grow by, in MiB, while it reads files of a megapixel at most."""

_HERE = Path(__file__).resolve()
_NUMBERS = (0, 1, 2, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1)
_WORDS = (
    *b"0 -1 1 1.5 255 256 65536 2147483648 -2147483649 1e999 NaN Infinity null true [] {}".split(),
    *b"999999999999999999999999 #f80 #12345 x y line flats svg:multiply hidden \xc3\xa9".split(),
    *(b"[" * 2000, b"9" * 5000, b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"", b"\n", b'"'),
)
"""Words that a text did not expect."""

# --- readers ---------------------------------------------------------------------------------


def _raster(path: Path) -> None:
    from nurie.io.images import read_color, read_rgba, read_sketch

    for read in (read_sketch, read_color, read_rgba):
        read(path, max_pixels=MAX_PIXELS)


def _document(path: Path) -> None:
    """All that a layered file is asked for: layers, merged picture, labels, facts, flats."""
    from nurie.errors import NurieError
    from nurie.io.images import read_sketch
    from nurie.io.ora.document import read_ora_document
    from nurie.io.psd.read import read_psd
    from nurie.stack import walk

    ora = path.suffix == ".ora"
    document = (read_ora_document if ora else read_psd)(path, max_pixels=MAX_PIXELS)
    wishes: list[Callable[[], Any]] = [
        document.read_merged,
        document.read_labels,
        document.read_facts,
        lambda: document.line,
        lambda: read_sketch(path, max_pixels=MAX_PIXELS),
        lambda: _flats(path),
        lambda: _again(path),
    ]
    wishes += [lambda node=node: node.pixels for node in walk(document.nodes) if not node.is_group]
    for wish in wishes[:40]:
        try:
            wish()
        except NurieError as error:
            _one_sentence(error)


def _flats(path: Path) -> None:
    """The flats, and the merged picture that they would have in other colours."""
    from nurie.document import Palette
    from nurie.io.layered.recolor import Recolorable, merged_with
    from nurie.io.recolor import read_flats

    source = read_flats(path, max_pixels=MAX_PIXELS)
    if isinstance(source, Recolorable):
        merged_with(source, Palette(255 - source.palette.colors))


def _again(path: Path) -> None:
    """The user's layers written back around other colours, in both formats."""
    from nurie.api import save
    from nurie.document import Layers, Palette
    from nurie.io.images import read_sketch

    sketch = read_sketch(path, max_pixels=MAX_PIXELS)
    labels = np.ones(sketch.shape, np.int32)
    palette = Palette(np.array([[9, 90, 200]], np.uint8))
    layers = Layers(sketch, labels, np.array([-1, 0], np.int32), palette, np.zeros(2, bool))
    with tempfile.TemporaryDirectory(prefix="nurie-fuzz-") as folder:
        for suffix in (".psd", ".ora"):
            read_sketch(save(layers, Path(folder) / f"a{suffix}"), max_pixels=MAX_PIXELS)


def _palette(path: Path) -> None:
    from nurie.io.palettes import read_palette_file

    read_palette_file(path)


def _hints(path: Path) -> None:
    from nurie.io.hints import read_hints

    read_hints(path, (24, 32))


READERS: dict[str, tuple[str, Callable[[Path], None]]] = {
    **{kind: (f".{kind}", _raster) for kind in ("png", "jpg", "webp", "tif", "bmp", "tga")},
    "ora": (".ora", _document),
    "psd": (".psd", _document),
    "gpl": (".gpl", _palette),
    "ase": (".ase", _palette),
    "hex": (".hex", _palette),
    **{kind: (f".{kind}", _raster) for kind in ("gif", "avif", "jp2", "ppm", "pcx", "svg", "kra")},
    "modes": (".psd", _document),
    "deep-alpha": (".tif", _raster),
    **{kind: (f".{kind}", _palette) for kind in ("aco", "act", "kpl", "soc", "pal", "tpl", "cls")},
    "swatches": (".swatches", _palette),
    "hints-json": (".json", _hints),
    "hints-png": (".png", _hints),
}
"""Suffix of the files, and what reads them."""


def attempt(read: Callable[[Path], None], path: Path) -> str | None:
    """Read one file; the sentence of a refusal, None for a file that can be read.

    Raises:
        AssertionError: a refusal that is not one sentence.
        Exception: a defect.
    """
    from nurie.errors import NurieError

    try:
        read(path)
    except NurieError as error:
        return _one_sentence(error)
    return None


def _one_sentence(error: Exception) -> str:
    text = str(error)
    assert text.strip().endswith((".", "?")), f"no sentence: {text!r}"
    assert len(text) < 1000, f"a long sentence: {text[:200]!r} …"
    assert "\n" not in text, f"more than a line: {text!r}"
    return text


# --- mutations -------------------------------------------------------------------------------


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
    }[kind]


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
        png = _pictures("PNG")[0]
        return [_zip(mimetype=b"application/x-krita", mergedimage_png=png)] * 2
    if reader == "modes":
        kinds = ((4, 8, 4), (4, 16, 5), (9, 8, 3), (2, 8, 1), (0, 1, 1), (8, 8, 1), (3, 32, 4))
        return [_psd(*kind) for kind in kinds]
    if reader == "deep-alpha":
        return [_gray_alpha()] * 2
    return _palettes(reader) if READERS[reader][1] is _palette and reader not in _KEPT else []


_KEPT = ("gpl", "ase", "hex")


def seeds(reader: str) -> list[bytes]:
    """The corpus of a reader, kept or made."""
    found = made(reader)
    if found:
        return found
    suffix, _ = READERS[reader]
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


# --- runs ------------------------------------------------------------------------------------


def inputs(reader: str, runs: int) -> Iterator[bytes]:
    """The corpus itself, and then its relatives, always the same ones."""
    corpus = seeds(reader)
    yield from corpus
    rng = np.random.default_rng(list(reader.encode()))
    for _ in range(runs - len(corpus)):
        yield mutated(corpus[int(rng.integers(0, len(corpus)))], rng, reader)


class Watched:
    """Reads inputs in a folder of its own, and counts."""

    def __init__(self, reader: str, folder: Path) -> None:
        self.suffix, self.read = READERS[reader]
        self.path = folder / f"input{self.suffix}"
        self.runs = self.refused = 0
        self.sentences: set[str] = set()

    def __call__(self, data: bytes) -> None:
        """Read one input; what is wrong raises."""
        self.path.write_bytes(data)
        said = attempt(self.read, self.path)
        self.runs += 1
        if said is not None:
            self.refused += 1
            self.sentences.add("".join(c for c in said[-40:] if not c.isdigit()))
        assert self.path.read_bytes() == data, "the file was changed"
        assert len(list(self.path.parent.iterdir())) == 1, "something was left behind"


def run_plain(reader: str, runs: int, folder: Path) -> Watched:
    """Mutations of the corpus, one after the other."""
    watched = Watched(reader, folder)
    for data in inputs(reader, runs):
        watched(data)
    return watched


def run_guided(reader: str, runs: int, folder: Path) -> Watched:
    """Mutations guided by coverage; ends this process with the figures."""
    import atheris

    with atheris.instrument_imports(include=["nurie"]):
        import nurie.io.hints
        import nurie.io.images
        import nurie.io.ora.document
        import nurie.io.palettes
        import nurie.io.psd.read
        import nurie.io.recolor  # noqa: F401
    watched = Watched(reader, folder)
    for data in seeds(reader):
        watched(data)
    start, before = time.perf_counter(), peak_mib()

    def one(data: bytes) -> None:
        watched(data)
        if watched.runs >= runs:
            print(json.dumps(figures(watched, start, before)), flush=True)
            import os

            os._exit(0)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        if rng.random() < 0.5:
            return mutated(data, rng, reader, most=most)
        return bytes(atheris.Mutate(data, most))[:most]

    corpus = folder.parent / "corpus"
    corpus.mkdir()
    for number, data in enumerate(seeds(reader)):
        (corpus / str(number)).write_bytes(data)
    options = ["-max_len=65536", "-timeout=60", "-rss_limit_mb=0", "-seed=1", "-verbosity=0"]
    options.append(f"-artifact_prefix={corpus}/")
    atheris.Setup([sys.argv[0], *options, str(corpus)], one, custom_mutator=mutate)
    atheris.Fuzz()
    return watched


def peak_mib() -> float:
    """Largest memory of this process so far."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def figures(watched: Watched, start: float, before: float) -> dict[str, float]:
    """What a run showed."""
    return {
        "runs": watched.runs,
        "refused": watched.refused,
        "kinds_of_refusal": len(watched.sentences),
        "grown_mib": round(peak_mib() - before, 1),
        "seconds": round(time.perf_counter() - start, 1),
    }


def _child(reader: str, runs: int, guide: str) -> None:
    with tempfile.TemporaryDirectory(prefix="nurie-fuzz-") as folder:
        inside = Path(folder) / "in"
        inside.mkdir()
        if guide == "atheris":
            run_guided(reader, runs, inside)
            return
        warm = Watched(reader, inside)
        for data in seeds(reader):
            warm(data)
        start, before = time.perf_counter(), peak_mib()
        watched = run_plain(reader, runs, inside)
        print(json.dumps(figures(watched, start, before)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS))
    parser.add_argument("--guide", choices=("atheris", "plain"), default="plain")
    parser.add_argument("--child", choices=READERS, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.child:
        _child(options.child, options.runs, options.guide)
        return
    table: dict[str, Any] = {}
    for reader in options.readers:
        command = [sys.executable, str(_HERE), "--child", reader, "--runs", str(options.runs)]
        done = subprocess.run(
            [*command, "--guide", options.guide], capture_output=True, text=True, check=False
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        table[reader] = json.loads(lines[-1]) if lines else {"failure": done.stderr[-2000:]}
        print(reader, table[reader], flush=True)
    if options.out:
        options.out.write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    bad = [r for r, f in table.items() if "failure" in f or f["grown_mib"] > LIMIT_MIB]
    sys.exit(f"failed: {', '.join(bad)}" if bad else 0)


if __name__ == "__main__":
    main()
