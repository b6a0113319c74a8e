"""The benchmark's own arithmetic, and what it says of programs that fail."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "src" / "nurie_lab" / "bench" / "studies"
PYTHON = [sys.executable, "-c"]


@pytest.fixture
def load(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    before = set(sys.modules)

    def load_one(name: str) -> ModuleType:
        return importlib.import_module(name)

    yield load_one
    for name in set(sys.modules) - before:
        if str(FOLDER) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def row(system, side, wall=1.0, *, failure="", mode="warm", kind="clean"):
    figures = {"wall_s": wall, "cpu_s": wall, "peak_mib": 100 * wall}
    return {
        "kind": kind,
        "side": side,
        "system": system,
        "mode": mode,
        "failure": failure,
        **figures,
    }


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("import sys; sys.exit('no such filter')", "exit code 1: no such filter"),
        ("import os; os.abort()", "crashed (SIGABRT)"),
        ("import time; time.sleep(60)", "over 0.5 s"),
        ("pass", "wrote no file"),
    ],
)
def test_a_program_that_fails_says_how(load, tmp_path, code, failure):
    timeout = 0.5 if "sleep" in code else 30
    cost = load("measuring").whole([*PYTHON, code], timeout=timeout, out=tmp_path / "out.png")
    assert cost.failure == failure


def test_a_file_of_an_earlier_run_does_not_count(load, tmp_path):
    (tmp_path / "out.png").write_bytes(b"old")
    cost = load("measuring").whole([*PYTHON, "pass"], timeout=30, out=tmp_path / "out.png")
    assert cost.failure == "wrote no file"


def test_cost_counts_time_processor_and_memory(load):
    code = "import time; x = bytearray(800 << 20); time.sleep(0.2); sum(range(3_000_000))"
    cost = load("measuring").whole([*PYTHON, code], timeout=30)
    assert cost.failure == ""
    assert cost.wall_s > 0.2
    assert 0 < cost.cpu_s < cost.wall_s
    # The child begins as large as the process that starts it, here a whole test suite.
    assert 800 < cost.peak_mib < 1000


def test_a_worker_that_cannot_load_fails_and_stays_failed(load, tmp_path):
    pytest.importorskip("gmic", reason="the extra 'bench' is not installed: WORKER UNTESTED")
    worker = load("measuring").Worker("nobody", tmp_path / "in", tmp_path / "out", timeout=30)
    try:
        assert worker.run().failure == worker.run().failure == "exit code 1: KeyError: 'nobody'"
    finally:
        worker.close()


def test_median_of_runs_or_the_first_failure(load):
    speed, cost = load("speed"), load("measuring").Cost
    runs = [cost(3, 1, 10), cost(1, 2, 30), cost(2, 3, 20)]
    expected = {"wall_s": 2, "cpu_s": 2, "peak_mib": 20, "failure": "", "runs": 3}
    assert speed.middle(runs) == expected
    assert speed.middle([*runs, cost(failure="over 9 s")])["failure"] == "over 9 s"


def test_a_rival_that_fails_is_not_tried_again_and_has_its_rows(load, tmp_path, monkeypatch):
    speed = load("speed")
    drawing = tmp_path / "in.png"
    drawing.write_bytes(b"lines")
    tries = tmp_path / "tries"
    code = f"open({str(tries)!r}, 'a').write('x'); raise SystemExit(3)"
    monkeypatch.setattr(speed, "command", lambda *_: [*PYTHON, code])
    rows = list(speed.compare(("rival",), drawing, 3, 30))
    assert tries.read_text() == "x"
    found = [(r["mode"], r["failure"]) for r in rows]
    assert found == [("whole", "exit code 3: no message"), ("warm", "not tried")]


def test_growth_of_a_cost_that_is_linear_in_pixels_but_for_a_fixed_part(load):
    growth = load("report").growth
    sides = [512, 1024, 2048]
    assert growth(sides, [s**2 for s in sides]) == pytest.approx(1)
    assert growth(sides, [s**3 for s in sides]) == pytest.approx(1.5)
    assert 0 < growth(sides, [s**2 + 1e6 for s in sides]) < 1


def test_growth_looks_at_warm_runs_of_one_system_only(load):
    rows = [row("nurie", 512, 1), row("nurie", 1024, 4), row("nurie", 2048, 9, failure="over 1 s")]
    rows += [row("rival", 1024, 99), row("nurie", 1024, 99, mode="whole")]
    found = load("report").exponents(rows, "nurie")
    assert found == {"clean": {"all": pytest.approx(1), "last": pytest.approx(1)}}


def test_table_shows_ratios_and_failures(load):
    result = {
        "about": load("report").surroundings(),
        "repeats": 3,
        "help": row("nurie", 0, 0.15),
        "growth": {"clean": {"all": 0.9, "last": 0.95}},
        "rows": [row("nurie", 512), row("fast", 512, 0.5), row("slow", 512, failure="over 120 s")],
    }
    text = load("report").markdown(result)
    assert "| 512 | fast | 0.50 | 0.50 | 50 | 0.50 | 0.50 |" in text
    assert "| 512 | slow | over 120 s | – | – | – | – |" in text
    assert "`nurie --help`: 0.150 s." in text
    assert "Clean drawing: 0.90 over all sizes, 0.95 between the two largest" in text


def test_figures_are_printed_and_written_where_asked(load, tmp_path, capsys):
    load("report").tell({"half": 0.5})
    load("report").tell({"half": 0.5}, tmp_path / "new" / "a.json")

    text = '{\n "half": 0.5\n}\n'
    assert capsys.readouterr().out == 2 * text
    assert [path.read_text() for path in (tmp_path / "new").iterdir()] == [text]


def test_only_the_marked_part_of_the_document_changes(load):
    report = load("report")
    document = f"# Title\n{report.BEGIN}\nold\n{report.END}\ntail\n"
    once = report.fill(document, "new")
    assert once == f"# Title\n{report.BEGIN}\nnew\n{report.END}\ntail\n"
    assert report.fill(once, "new") == once


def test_the_document_has_its_marks(load):
    report = load("report")
    text = (FOLDER.parents[4] / "docs" / "benchmarks.md").read_text("utf-8")
    assert text.count(report.BEGIN) == text.count(report.END) == 1


@pytest.mark.parametrize("kind", ["clean", "canny"])
def test_drawings_are_the_same_every_time_and_alike_at_every_size(load, kind):
    draw = getattr(load("drawings"), kind)
    small, large = draw(256), draw(512)
    assert small.dtype == np.uint8
    assert small.shape == (256, 256)
    assert (small == draw(256)).all()
    assert (small != draw(256, seed=1)).any()
    halved = large.reshape(256, 2, 256, 2).mean(axis=(1, 3))
    assert np.corrcoef(small.ravel(), halved.ravel())[0, 1] > 0.5
    assert small.max() == 255
    assert 0.005 < (small < 200).mean() < 0.4
