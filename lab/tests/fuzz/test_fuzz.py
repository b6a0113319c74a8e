"""Every reader against hostile files: an answer or one sentence, within memory, nothing lost."""

import importlib.util
import subprocess
import sys
import tracemalloc
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nurie.errors import UnreadableError
from nurie.io.images import read_sketch
from nurie.io.ora.read import read_ora

SCRIPT = Path(__file__).with_name("fuzzing.py")
SPEC = importlib.util.spec_from_file_location("fuzzing", SCRIPT)
fuzz = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(fuzz)

READERS = [reader for reader in fuzz.READERS if reader not in ("svg", "command-lines")]
"""All but what an extra reads, and what is no reader."""
PEAK = 96 << 20
"""Bytes that Python and numpy may hold at once while a file of a megapixel at most is read."""


@pytest.fixture
def watched(tmp_path):
    def start(reader):
        folder = tmp_path / reader
        folder.mkdir()
        return fuzz.Watched(reader, folder)

    return start


@pytest.mark.parametrize("reader", READERS)
def test_the_corpus_can_be_read(watched, reader):
    one = watched(reader)
    assert len(fuzz.seeds(reader)) >= 2
    for data in fuzz.seeds(reader):
        one(data)
    assert one.refused == 0


def test_the_corpus_is_small():
    for path in fuzz.hostile.CORPUS.rglob("*"):
        assert path.stat().st_size <= 8192, path.name


@pytest.mark.parametrize("reader", READERS)
def test_hostile_files(watched, reader):
    one = watched(reader)
    runs = 60 if reader == "ora" else 150 if not fuzz.hostile.made(reader) else 30
    tracemalloc.start()
    try:
        for data in fuzz.inputs(reader, runs):
            one(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert one.runs == runs
    assert runs / 10 < one.refused < runs
    assert peak < PEAK


def test_command_lines(watched):
    one = watched("command-lines")
    for data in islice(fuzz.inputs("command-lines", 64), 24):
        one(data)
    assert 12 < one.refused <= 24
    assert len(one.sentences) > 6


@pytest.mark.parametrize("reader", READERS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=300), cut=st.integers(0, 9000), seed=st.integers(0, 9))
def test_any_bytes(tmp_path_factory, reader, data, cut, seed):
    corpus = fuzz.seeds(reader)
    start = corpus[seed % len(corpus)][:cut]
    one = fuzz.Watched(reader, tmp_path_factory.mktemp("any"))
    one(start + data)
    one(data)


def test_the_watch_sees_a_defect(tmp_path, monkeypatch):
    def broken(path):
        raise ZeroDivisionError

    monkeypatch.setitem(fuzz.READERS, "gpl", (".gpl", broken))
    with pytest.raises(ZeroDivisionError):
        fuzz.Watched("gpl", tmp_path)(b"x")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("no full stop", "no sentence"),
        ("Two\nlines.", "more than a line"),
        ("x" * 2000 + ".", "a long sentence"),
    ],
)
def test_the_watch_wants_one_sentence(tmp_path, monkeypatch, text, complaint):
    def refuse(path):
        raise UnreadableError(text)

    monkeypatch.setitem(fuzz.READERS, "gpl", (".gpl", refuse))
    with pytest.raises(AssertionError, match=complaint):
        fuzz.Watched("gpl", tmp_path)(b"x")


def test_the_watch_sees_what_is_left_behind(tmp_path, monkeypatch):
    def litter(path):
        path.with_name("litter").write_bytes(b"")

    monkeypatch.setitem(fuzz.READERS, "gpl", (".gpl", litter))
    with pytest.raises(AssertionError, match="left behind"):
        fuzz.Watched("gpl", tmp_path)(b"x")


def test_mutations_are_the_same_each_time():
    assert list(fuzz.inputs("ora", 30)) == list(fuzz.inputs("ora", 30))
    rng = np.random.default_rng(0)
    seed = fuzz.seeds("png")[0]
    assert len({fuzz.hostile.mutated(seed, rng, "png") for _ in range(40)}) > 30


def test_the_script_tells_figures():
    command = [sys.executable, str(SCRIPT), "--runs", "20", "--readers", "hex"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("hex {'runs': 20, 'refused': ")


def test_an_encoding_that_nobody_knows(tmp_path):
    import zipfile

    data = next(s for s in fuzz.seeds("ora"))
    (tmp_path / "a.ora").write_bytes(data)
    with zipfile.ZipFile(tmp_path / "a.ora") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["stack.xml"] = members["stack.xml"].replace(b"UTF-8", b"UTF-true")
    with zipfile.ZipFile(tmp_path / "a.ora", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(UnreadableError, match="its stack cannot be read"):
        read_ora(tmp_path / "a.ora")


def test_a_palette_picture_that_lost_its_palette(tmp_path):
    data = (fuzz.hostile.CORPUS / "files" / "indexed.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data.replace(b"PLTE", b"PLTx"))
    with pytest.raises(UnreadableError, match="damaged"):
        read_sketch(tmp_path / "a.png")


@pytest.mark.parametrize("claimed", [2**20, 2**31 - 1, 2**32 - 1])
def test_a_chunk_that_claims_gigabytes(tmp_path, claimed):
    """OpenCV, which reads the 16-bit ones, makes room first and looks afterwards."""
    data = next(s for s in fuzz.seeds("png") if s[24] == 16)
    at = data.index(b"IDAT") - 4
    (tmp_path / "a.png").write_bytes(data[:at] + claimed.to_bytes(4, "big") + data[at + 4 :])
    before = fuzz.peak_mib()
    with pytest.raises(UnreadableError, match="truncated or damaged"):
        read_sketch(tmp_path / "a.png")
    assert fuzz.peak_mib() - before < 200
