"""Hostile files for every reader: mutated, guided by coverage where that is to be had, and counted.

    python lab/tests/fuzz/fuzzing.py [--runs 10000] [--readers png psd] [--guide plain]

Each reader has a process of its own. A reader passes when every input gives a result or one of
nurie's own errors with one sentence, when nothing is written or changed, and when the process
stays below the memory stated. With ``--guide atheris`` (``pip install atheris``) inputs that reach
new code are kept and mutated further; ``plain`` mutates the corpus alone, the same way each time.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

# Beside this script, wherever it is loaded from.
sys.path.append(str(Path(__file__).parent))
import command_lines
import hostile

MAX_PIXELS = 1 << 20
"""Pixels that the readers may allow."""

LIMIT_MIB = 384
"""What a process may grow by, in MiB, while it reads files of a megapixel at most."""

_HERE = Path(__file__).resolve()


def _raster(path: Path) -> None:
    from nurie.io.images import read_color, read_rgba, read_sketch

    for read in (read_sketch, read_color, read_rgba):
        read(path, max_pixels=MAX_PIXELS)


def _document(path: Path) -> None:
    """All that is read of a layered file: layers, merged picture, labels, facts, flats."""
    from nurie.errors import NurieError
    from nurie.io.images import read_document, read_sketch
    from nurie.io.psd.read import read_psd
    from nurie.stack import walk

    read_one = read_psd if path.suffix == ".psd" else read_document
    document = read_one(path, max_pixels=MAX_PIXELS)
    reads: list[Callable[[], Any]] = [
        document.read_merged,
        document.read_labels,
        document.read_facts,
        lambda: document.line,
        lambda: read_sketch(path, max_pixels=MAX_PIXELS),
        lambda: _flats(path),
        lambda: _again(path),
    ]
    reads += [lambda node=node: node.pixels for node in walk(document.nodes) if not node.is_group]
    for read in reads[:40]:
        try:
            read()
        except NurieError as error:
            _one_sentence(error)


def _flats(path: Path) -> None:
    """The flats, and the merged picture that they would have in other colours."""
    from nurie.document import Palette
    from nurie.io.layered.merged import merged_with
    from nurie.io.layered.recolor import Recolorable
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
    **{kind: (f".{kind}", _raster) for kind in ("gif", "avif", "jp2", "ppm", "pcx", "svg")},
    "kra": (".kra", _document),
    "modes": (".psd", _document),
    "deep-alpha": (".tif", _raster),
    **{kind: (f".{kind}", _palette) for kind in ("aco", "act", "kpl", "soc", "pal", "tpl", "cls")},
    "swatches": (".swatches", _palette),
    "hints-json": (".json", _hints),
    "hints-png": (".png", _hints),
    "command-lines": (".bin", command_lines.command_line),
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


def seeds(reader: str) -> list[bytes]:
    """The corpus of a reader."""
    return hostile.seeds(reader, READERS[reader][0])


def inputs(reader: str, runs: int) -> Iterator[bytes]:
    """The corpus itself, and then its relatives, always the same ones."""
    corpus = seeds(reader)
    yield from corpus
    rng = np.random.default_rng(list(reader.encode()))
    for _ in range(runs - len(corpus)):
        yield hostile.mutated(corpus[int(rng.integers(0, len(corpus)))], rng, reader)


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
        refusal = attempt(self.read, self.path)
        self.runs += 1
        if refusal is not None:
            self.refused += 1
            self.sentences.add("".join(c for c in refusal[-40:] if not c.isdigit()))
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
        import nurie.io.ora.read
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
            return hostile.mutated(data, rng, reader, most=most)
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
