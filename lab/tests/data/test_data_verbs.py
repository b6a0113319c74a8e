"""``nurie data`` as a person calls it: from a board, or own folders, to shards and histograms."""

import io
import json
import subprocess
import sys
import time

import numpy as np
import pytest

from nurie.cli.app import run
from nurie.io.spectra import read_spectrum
from nurie_lab.data.collection import read_collection
from nurie_lab.data.shards import read_shard


@pytest.fixture
def nurie(capsys, monkeypatch, tmp_path):
    """Call the command line in an empty folder: code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        capsys.readouterr()
        code = run(["data", *map(str, arguments)])
        heard = capsys.readouterr()
        return code, heard.out, heard.err

    return call


@pytest.fixture
def own(tmp_path, picture):
    """Pictures of four films."""
    for number in range(12):
        path = tmp_path / "own" / f"film{number % 4}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(number))
    return tmp_path / "own"


def test_fetching(nurie, board, tmp_path, picture):
    for number in range(4):
        board.add(number, picture(number))
    board.add(9, b"junk")
    board.add(8, picture(8), rating="explicit")
    arguments = ("fetch", board.url, "--tags", "hat", "--count", "3", "-o", "pics", "--rate", "100")
    code, out, err = nurie(*arguments)
    assert (code, out) == (0, "pics/collection.jsonl\n")
    assert err == "nurie: fetched 3; passed over 1 × rated explicit, 1 × broken\n"
    assert len(read_collection(tmp_path / "pics")) == 3
    code, out, err = nurie(*arguments, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "collection": "pics/collection.jsonl", "fetched": 0, "passed_over": {},
    }  # fmt: skip


def test_fewer_than_wanted_is_no_error(nurie, board, picture):
    board.add(1, picture(1))
    code, _, err = nurie("fetch", board.url, "--count", "5", "-o", "pics", "--rate", "100")
    assert code == 0
    assert "fetched 1; passed over none" in err


def test_a_killed_run_goes_on(nurie, board, tmp_path, picture):
    for number in range(6):
        board.add(number, picture(number))
    arguments = ["fetch", board.url, "--count", "6", "-o", "pics", "--quiet", "--rate"]
    command = [sys.executable, "-m", "nurie", "data", *arguments, "20"]
    process = subprocess.Popen(command, cwd=tmp_path)
    listing = tmp_path / "pics" / "collection.jsonl"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if listing.exists() and listing.read_text().count("\n") >= 2:
            break
        time.sleep(0.005)
    process.kill()
    process.wait()
    kept = {item.origin for item in read_collection(tmp_path / "pics")}
    assert 2 <= len(kept) < 6
    assert nurie(*arguments, "100")[0] == 0
    items = read_collection(tmp_path / "pics")
    assert len({item.origin for item in items}) == len(items) == 6
    fetched = [board.requests[f"/images/7/{number}.png"] for number in range(6)]
    assert sum(fetched) <= 7  # the one that was being fetched, perhaps, twice
    assert sorted(tmp_path.glob("pics/pictures/*.png")) == sorted(
        tmp_path / "pics" / "pictures" / f"{number}.png" for number in range(6)
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("danbooru", "-o", "x"), "'danbooru' is no board; give safebooru or an address"),
        (("http://127.0.0.1:9", "-o", "own/1.txt/x"), "cannot be made"),
        (("safebooru",), "Missing option '-o' / '--out'"),
        (("safebooru", "-o", "x", "--count", "0"), "Invalid value for '--count'"),
        (("safebooru", "-o", "x", "--rating", "nice"), "Invalid value for '--rating'"),
    ],
)
def test_what_is_wrong_with_fetching_is_said(nurie, tmp_path, arguments, sentence):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "1.txt").write_text("a file")
    code, out, err = nurie("fetch", *arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_from_a_folder_to_shards(nurie, own, tmp_path):
    code, out, err = nurie("folder", own, "-o", "own.jsonl")
    assert (code, out) == (0, "own.jsonl\n")
    assert err == "nurie: pictures 12; groups 4\n"
    (own / "film0" / "0.png").write_bytes(b"changed")
    arguments = ("prepare", "own.jsonl", "-o", "out", "--size", "96", "--val-share", "0.4")
    arguments += ("--shard", "4", "--workers", "1", "--sigma", "2.5", "--no-ink")
    code, out, err = nurie(*arguments)
    assert (code, out) == (0, "out/manifest.csv\n")
    assert "dropped 1 × changed since it was listed" in err
    records = [r for path in sorted((tmp_path / "out").glob("*.tar")) for r in read_shard(path)]
    assert len(records) == 11
    code, again, _ = nurie(*arguments, "--json")
    counted = json.loads(again)
    assert counted["train"] + counted["val"] == 11
    assert counted["shards"] == len(list((tmp_path / "out").glob("*.tar")))
    assert "nothing is kept" not in err
    code, _, err = nurie("prepare", "own.jsonl", "-o", "b", "--val-share", "1e-9", "--workers", "1")
    assert code == 0
    assert "nothing is kept to validate; a larger --val-share" in err
    code, _, err = nurie(*arguments[:-1], "--ink")
    assert code == 2
    assert "give --force" in err


def test_a_collection_must_be_one(nurie, own):
    code, _, err = nurie("prepare", own, "-o", "out")
    assert code == 2
    assert "make it with nurie data fetch or nurie data folder" in err


def test_lists_are_not_replaced_unasked(nurie, own, tmp_path):
    (tmp_path / "own.jsonl").write_text("mine")
    code, _, err = nurie("folder", own, "-o", "own.jsonl")
    assert code == 2
    assert "exists already; give --force" in err
    assert (tmp_path / "own.jsonl").read_text() == "mine"
    code, out, _ = nurie("folder", own, "-o", "own.jsonl", "--force", "--json", "--by", "film")
    assert json.loads(out) == {"collection": "own.jsonl", "pictures": 12, "groups": 4}
    assert nurie("folder", own, "-o", "own.txt")[0] == 2


def test_a_histogram_is_printed_saved_and_drawn(nurie, tmp_path, png):
    (tmp_path / "a").mkdir()
    page = np.full((10, 10, 3), 255, np.uint8)
    page[:2] = (250, 10, 20)
    (tmp_path / "a" / "1.png").write_bytes(png(page))
    (tmp_path / "a" / "2.png").write_bytes(b"junk")
    code, out, err = nurie("histogram", "a", "-o", "h.npz", "--figures", "figs", "--top", "5")
    assert code == 0
    assert out.splitlines() == ["511   80.0000 %  #ffffff", "448   20.0000 %  #fa0a14"]
    assert "2.png" in err
    assert read_spectrum(tmp_path / "h.npz").counts[[448, 511]].tolist() == [20, 80]
    assert {path.name for path in (tmp_path / "figs").iterdir()} == {
        "figure-5-distribution.png", "figure-5-distribution.svg",
        "figure-6-most-frequent.png", "figure-6-most-frequent.svg",
    }  # fmt: skip
    code, out, err = nurie("histogram", "a", "--json", "--quiet")
    assert json.loads(out)["bins"][0] == {
        "bin": 511, "count": 80, "share": 0.8, "color": "#ffffff",
    }  # fmt: skip
    assert err == ""


def test_a_histogram_replaces_nothing_unasked(nurie, own, tmp_path):
    (tmp_path / "figs").mkdir()
    (tmp_path / "figs" / "figure-6-most-frequent.svg").write_text("mine")
    (tmp_path / "h.json").write_text("mine")
    for options in (("-o", "h.json"), ("--figures", "figs"), ("-o", "h.txt")):
        code, out, _ = nurie("histogram", own, *options)
        assert (code, out) == (2, "")
    assert (tmp_path / "h.json").read_text() == "mine"
    assert nurie("histogram", own, "-o", "h.json", "--figures", "figs", "--force")[0] == 0
    assert read_spectrum(tmp_path / "h.json").pictures == 12


def test_no_data_is_said(nurie):
    code, _, err = nurie("histogram", "none")
    assert code == 2
    assert "none does not exist; check the name" in err


def test_no_verb_is_one_sentence(nurie):
    code, _, err = nurie()
    assert code == 2
    assert err == "nurie: Missing command; see nurie --help.\n"


def test_a_person_sees_a_bar(own, nurie, monkeypatch):
    class Screen(io.StringIO):
        def isatty(self):
            return True

    screen = Screen()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", screen)
    assert run(["data", "folder", str(own), "-o", "own.jsonl"]) == 0
    assert "listing" in screen.getvalue()
    shown = len(screen.getvalue())
    assert run(["data", "folder", str(own), "-o", "own.jsonl", "--force", "--quiet"]) == 0
    assert len(screen.getvalue()) == shown
