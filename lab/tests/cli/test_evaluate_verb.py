"""``nurie evaluate`` from end to end, on two tiny drawings and systems that need no model."""

import json

import numpy as np
import pytest

from nurie.cli.app import run
from nurie.io.images import read_color, write_picture
from nurie_lab.bench.likeness import Eye

BENCH = """
name = "tiny"
seed = 3
[[sets]]
name = "a"
kind = "things"
count = 2
size = 48
[tasks.automatic]
sets = ["a"]
[tasks.flats]
sets = ["a"]
conditions = ["closed", "gap 4"]
[[systems]]
name = "white"
kind = "white"
[[systems]]
name = "bucket"
kind = "bucket"
[[systems]]
name = "lost"
kind = "python"
function = "no_such_module:f"
"""


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "tiny.toml"
    path.write_text(BENCH, "utf-8")
    return path


def evaluate(bench, *options):
    return run(["evaluate", str(bench), "-o", str(bench.parent / "out"), "-q", *options])


def results(bench):
    return json.loads((bench.parent / "out" / "benchmark.json").read_text("utf-8"))


def test_a_bench_is_run_whole_and_gone_on_with(bench, capsys, monkeypatch):
    assert evaluate(bench, "--threads", "1") == 0
    printed = capsys.readouterr()
    assert "benchmark.md" in printed.out
    assert "2 of 8 answers are missing" in printed.err
    first = results(bench)
    by_name = {(r["system"], r["task"], r["condition"]): r for r in first["rows"]}
    assert by_name["bucket", "flats", "closed"]["scores"]["segments right"][0] == 1
    assert by_name["white", "automatic", "clean"]["pictures"] == 2
    lost = by_name["lost", "automatic", "clean"]
    assert (lost["failed"], lost["scores"]) == (2, {})
    assert "is not there" in lost["why"][0]
    assert first["rehearsal"] == ""
    assert by_name["white", "automatic", "clean"]["scores"]["paper regions kept"][0] == 1
    page = (bench.parent / "out" / "benchmark.md").read_text("utf-8")
    assert "is not there" in page
    assert "nurie export metric`, then the same command again" in page
    sheet = read_color(bench.parent / "out" / "sheets" / "flats-gap-4-a.png")
    assert sheet.shape[1] == 3 * 264 + 8

    # Nothing is run twice.
    monkeypatch.setattr("nurie_lab.bench.evaluate.RUN", {})
    assert evaluate(bench, "--threads", "1") == 0
    again = results(bench)
    assert again["rows"] == first["rows"]


def test_a_network_that_is_there_is_asked_and_named(bench, capsys, monkeypatch):
    class Network:
        def compare(self, one, two):
            return float((one != two).mean()), one[::8, ::8, 0], two[::8, ::8, 0]

    eye = Eye(Network(), "three lines", "e" * 64, 32)
    monkeypatch.setattr("nurie_lab.bench.likeness.open_eye", lambda: eye)
    assert evaluate(bench, "--system", "white", "--task", "automatic") == 0
    (row,) = results(bench)["rows"]
    assert row["scores"]["perceptual distance"][0] > 0
    assert "Fréchet distance" not in row["scores"]
    page = (bench.parent / "out" / "benchmark.md").read_text("utf-8")
    assert "The network is three lines, `eeeeeeeeeeeeeeee`." in page
    capsys.readouterr()


def test_a_part_is_called_a_rehearsal(bench, capsys):
    assert evaluate(bench, "--pictures", "1", "--task", "flats", "--system", "bucket") == 0
    found = results(bench)
    assert "first 1 pictures" in found["rehearsal"]
    assert {r["system"] for r in found["rows"]} == {"bucket"}
    assert "Rehearsal, not yet run whole" in (bench.parent / "out" / "benchmark.md").read_text()
    capsys.readouterr()


def test_json_and_local_pictures(bench, capsys):
    folder = bench.parent / "mine"
    folder.mkdir()
    assert evaluate(bench, "--extra", str(folder), "--system", "white") == 2
    assert "holds no pairs NAME.line.png" in capsys.readouterr().err
    lines = np.full((16, 16), 255, np.uint8)
    lines[:, 8] = 0
    write_picture(folder / "b.line.png", lines)
    write_picture(folder / "b.color.png", np.full((16, 16, 3), 90, np.uint8))
    assert evaluate(bench, "--extra", str(folder), "--system", "white", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {r["origin"] for r in found["rows"]} == {"", "not public"}
    assert found["sets"][1]["published"] == "not public"


def test_hashes_are_written_beside_the_bench(bench, capsys):
    assert evaluate(bench, "--lock") == 0
    assert "tiny.lock.json" in capsys.readouterr().out
    digests = json.loads(bench.with_name("tiny.lock.json").read_text())
    assert [len(d) for d in digests["a"]] == [64, 64]
    assert evaluate(bench, "--system", "white", "--task", "automatic") == 0
    assert results(bench)["sets"][0]["published"] == "yes"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--task", "magic"], "The bench has no task 'magic'; it has automatic, flats."),
        (["--system", "gimp"], "The bench has no system 'gimp'; it has white, bucket, lost."),
    ],
)
def test_what_the_bench_lacks_is_refused(bench, capsys, options, says):
    assert evaluate(bench, *options) == 2
    assert says in capsys.readouterr().err


def test_a_folder_that_cannot_be_made(bench, capsys):
    target = bench.parent / "file"
    target.write_text("")
    assert run(["evaluate", str(bench), "-o", str(target / "out")]) == 2
    assert "cannot be made" in capsys.readouterr().err


def test_no_bench(tmp_path, capsys):
    assert run(["evaluate", str(tmp_path / "none.toml"), "-o", str(tmp_path)]) == 2
    assert "cannot be read; give a bench in TOML" in capsys.readouterr().err
