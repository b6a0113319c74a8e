"""The studies' own arithmetic, and what they say of programs that fail."""

import importlib
import json
import sys

import numpy as np
import pytest
from PIL import Image

from nurie.document import Layers, Palette
from nurie.errors import OptionError
from nurie.painting.terms import CONSTANTS
from nurie_lab.bench import studies
from nurie_lab.bench.bench import SystemSpec
from nurie_lab.bench.host import FailedError, Host, run_command
from nurie_lab.bench.requests import Cost
from nurie_lab.bench.results import check
from nurie_lab.bench.studies import Options, ablation, corrections, pages, parts, speed
from nurie_lab.bench.studies.__main__ import main
from nurie_lab.bench.worker import measured

PYTHON = [sys.executable, "-c"]


def row(system, side, wall=1.0, *, failure="", mode="warm", kind="clean"):
    taken = {"wall_s": wall, "cpu_s": wall, "peak_mib": 100 * wall, "failure": failure, "runs": 3}
    return {"kind": kind, "side": side, "system": system, "mode": mode, **taken}


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("import sys; sys.exit('no such filter')", "ended with exit code 1: no such filter"),
        ("import os; os.abort()", r"crashed \(SIGABRT\)"),
        ("import time; time.sleep(60)", r"no answer within 0\.5 s"),
        ("pass", "wrote no file"),
    ],
)
def test_a_program_that_fails_says_how(tmp_path, code, failure):
    out = tmp_path / "out.png"
    out.write_bytes(b"of an earlier run")
    limit = 0.5 if "sleep" in code else 60
    with pytest.raises(FailedError, match=f"^{failure}$"):
        run_command([*PYTHON, code], limit=limit, out=out)


def test_a_process_counts_its_own_memory_and_not_that_of_its_parent():
    held = np.ones(500 << 20, np.uint8)
    cost = run_command([*PYTHON, "x = bytearray(300 << 20); sum(range(300_000))"], limit=60)
    assert held.any()
    assert 300 < cost.peak_mib < 400
    assert cost.cpu_s > 0


def test_a_system_that_cannot_work_on_files_fails_and_stays_failed(tmp_path):
    with Host(SystemSpec("white", "white"), limit=60, files=True) as host:
        for _ in range(2):
            with pytest.raises(FailedError, match="'white' cannot work from file to file"):
                host.color_file(tmp_path / "in.png", tmp_path / "out.png")


def test_the_most_memory_is_that_of_the_job():
    kept = []
    small = measured(lambda: kept.append(1))
    large = measured(lambda: kept.append(np.ones(80 << 20, np.uint8)))
    assert large.peak_mib >= small.peak_mib + 70


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux forgets a peak")
def test_what_was_held_before_is_forgotten():
    large = measured(lambda: np.ones(80 << 20, np.uint8))
    assert measured(lambda: None).peak_mib < large.peak_mib - 60


def test_jobs_take_turns_and_one_that_fails_is_not_tried_again():
    turns = []

    def good():
        turns.append("good")
        return Cost(len(turns), 1.0, 10.0)

    def bad():
        turns.append("bad")
        raise FailedError("over 9 s")

    found = speed.take_turns({"good": good, "bad": bad}, 4, skip=1)
    assert turns == ["good", "bad", "good", "good", "good"]
    assert found["good"] == {"wall_s": 4, "cpu_s": 1, "peak_mib": 10, "failure": "", "runs": 3}
    assert (found["bad"]["failure"], found["bad"]["runs"]) == ("over 9 s", 0)


def test_a_rival_that_fails_as_a_process_is_not_tried_warm(tmp_path, monkeypatch):
    drawing, tries = tmp_path / "in.png", tmp_path / "tries"
    drawing.write_bytes(b"lines")
    code = f"open({str(tries)!r}, 'a').write('x'); raise SystemExit(3)"
    monkeypatch.setattr(speed, "command_line", lambda *_: [*PYTHON, code])
    rival = SystemSpec("rival", "gmic-fill")
    rows = list(speed.compare([rival], drawing, Options(tmp_path, repeats=3)))
    assert tries.read_text() == "x"
    found = [(r["mode"], r["failure"]) for r in rows]
    assert found == [("whole", "ended with exit code 3: no message"), ("warm", "not tried")]


def test_growth_of_a_cost_that_is_linear_in_pixels_but_for_a_fixed_part():
    sides = [512, 1024, 2048]
    assert speed.growth(sides, [s**2 for s in sides]) == pytest.approx(1)
    assert speed.growth(sides, [s**3 for s in sides]) == pytest.approx(1.5)
    assert 0 < speed.growth(sides, [s**2 + 1e6 for s in sides]) < 1


def test_growth_looks_at_warm_runs_of_one_system_only():
    rows = [row("nurie", 512, 1), row("nurie", 1024, 4), row("nurie", 2048, 9, failure="slow")]
    rows += [row("rival", 1024, 99), row("nurie", 1024, 99, mode="whole")]
    found = speed.exponents(rows, "nurie")
    assert found == {"clean": {"all": pytest.approx(1), "last": pytest.approx(1)}}


def test_the_table_shows_ratios_and_failures():
    facts = {
        "help": row("nurie", 0, 0.15),
        "growth": {"clean": {"all": 0.9, "last": 0.95}},
        "rows": [row("nurie", 512), row("fast", 512, 0.5), row("slow", 512, failure="over 120 s")],
    }
    text = speed.show(facts)
    assert "| 512 | fast | 0.50 | 0.50 | 50 | 0.50 | 0.50 |" in text
    assert "| 512 | slow | over 120 s | – | – | – | – |" in text
    assert "`nurie --help`: 0.150 s." in text
    assert "to the power of 0.90; 0.95 between the two largest" in text


@pytest.mark.parametrize("kind", speed.DRAWINGS)
def test_drawings_are_the_same_every_time_and_alike_at_every_size(kind):
    small, large = (speed.DRAWINGS[kind](side) for side in (256, 512))
    assert (small.dtype, small.shape) == (np.uint8, (256, 256))
    assert (small == speed.DRAWINGS[kind](256)).all()
    halved = large.reshape(256, 2, 256, 2).mean(axis=(1, 3))
    assert np.corrcoef(small.ravel(), halved.ravel())[0, 1] > 0.5
    assert 0.005 < (small < 200).mean() < 0.4


@pytest.mark.parametrize("count", [9, 36])
def test_sheets_have_as_many_cells_as_requested(count):
    import cv2

    page = parts.cells(count)
    assert cv2.connectedComponents((page > 200).astype(np.uint8))[0] == count + 1


def test_every_part_of_a_colouring_leaves_its_file(tmp_path):
    class Model:
        def colorize(self, sketch):
            labels = (sketch.pixels > 128).astype(np.int32)
            palette = Palette(np.array([[200, 30, 30]], np.uint8))
            entries = np.array([-1, 0], np.int32)
            return Layers(sketch, labels, entries, palette, np.zeros(2, bool))

    page = np.full((24, 24), 255, np.uint8)
    page[12] = 0
    taken = speed.take_turns(parts.parts(Model(), page, tmp_path), 1)
    assert {row["failure"] for row in taken.values()} == {""}
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"out.png", "out.ora", "out.psd", "swapped.ora", "swapped.psd"}


def test_plots_show_seconds_and_memory(tmp_path):
    def part(growth, at, name, seconds, mib, failure=""):
        taken = {"wall_s": seconds, "peak_mib": mib, "failure": failure}
        return {"growth": growth, "at": at, "part": name, **taken}

    rows = [
        part("regions", 9, "regions and colours", 2.0, 300.0),
        part("regions", 9, "png", 0.5, 250.0),
        part("regions", 9, "G'MIC auto-fill", 3.0, 200.0),
        part("regions", 36, "G'MIC auto-fill", 0.0, 0.0, "over 120 s"),
        part("pixels", 1000, "regions", 0.25, 180.0),
    ]
    known = {"nurie": [(9, 2.5)], "G'MIC auto-fill": [(9, 3.0)]}
    assert parts.by_regions(rows, "wall_s") == known
    assert parts.by_regions(rows, "peak_mib")["nurie"] == [(9, 300.0)]
    assert parts.by_part(rows, "peak_mib") == {"regions": [(1.0, 180.0)]}
    warm = [row("nurie", 1000, 1.5)]
    assert parts.by_pixels(warm, "peak_mib") == {"nurie": [(1.0, 150.0)]}
    parts.plot(warm, rows, tmp_path / "cost.svg")
    assert "<dc:date>" not in (tmp_path / "cost.svg").read_text("utf-8")


def test_corrections_are_counted_until_each_goal():
    # Wrong before and after each of four corrections, of the regions and of the area.
    wrong = np.array([[1, 1], [0.5, 0.2], [0.25, 0.04], [0.01, 0.01], [0, 0]])
    found = corrections.summary([wrong])
    assert (found["regions 95%"], found["area 95%"], found["area 100%"]) == (0.75, 0.5, 1.0)
    assert found["regions wrong on the way"] == pytest.approx((1 + 0.5 + 0.25) / 3, abs=1e-3)


def test_a_study_writes_its_file_and_shows_it(tmp_path, capsys, monkeypatch):
    facts = {"pictures": {"a": 9}, "rows": [{"order": "review", "shares": {"area 95%": 0.25}}]}
    monkeypatch.setattr(corrections, "run", lambda options: facts)
    assert main(["corrections", "a.webp", "-o", str(tmp_path)]) == 0
    assert "| what `review` lists first | 0.250 |" in capsys.readouterr().out
    written = tmp_path / "corrections.json"
    assert check(written.read_bytes(), written.name).pictures == {"a": 9}
    assert main(["corrections", "--json", "-o", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == facts


def test_a_study_that_lacks_something_says_so_and_writes_nothing(tmp_path, capsys):
    assert main(["corrections", "-o", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "Give pictures that have 8 to 80 regions.\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", studies.STUDIES)
def test_every_study_has_one_shape(name):
    module = importlib.import_module(f"nurie_lab.bench.studies.{name}")
    assert callable(module.run)
    assert callable(module.show)


def test_pages_are_the_same_with_and_without_tone_and_agreement_finds_what_moved():
    page = pages.invent_page(np.random.default_rng([3, 7]), 620).at(310)
    assert page.lines.shape == (438, 310)
    assert (page.lines <= page.plain).all()
    assert not (page.where["art"] & page.where["balloons"]).any()
    for kind in ("balloons", "outlined", "art", "tone"):
        assert page.where[kind].any()
    assert page.segments.shape == page.lines.shape
    assert page.where["art"][page.segments > 0].all()
    assert len(np.unique(page.segments)) > 20
    one = np.array([[1, 1, 2, 2]], np.int32)
    assert pages.agreement(one, one, one > 0) == 1
    assert pages.agreement(one, np.array([[1, 1, 1, 2]], np.int32), one == 2) == 0.5


def test_lively_tells_gray_from_colourful(tmp_path):
    """A gray answer is told from one as lively as the truth; lines do not count."""
    lines = np.full((8, 8, 3), 255, np.uint8)
    lines[4] = 0
    truth = np.zeros((8, 8, 3), np.uint8)
    truth[:4], truth[4:] = (200, 40, 40), (40, 40, 200)
    folders = {"lines": lines, "gray": np.full_like(truth, 128), "same": truth, "truth": truth}
    for name, pixels in folders.items():
        (tmp_path / name).mkdir()
        Image.fromarray(pixels).save(tmp_path / name / "book_1.png")
    paths = tuple(tmp_path / name for name in folders)
    facts = studies.run("lively", Options(out=tmp_path / "out", paths=paths))
    rows = {row["system"]: row for row in facts["rows"]}
    assert (rows["gray"]["gray"], rows["same"]["gray"]) == (1, 0)
    assert (rows["gray"]["colorfulness"], rows["same"]["colorfulness"]) == (0, 1)
    assert rows["same"]["delta_e"] == 0 < rows["gray"]["delta_e"]
    assert "| book | gray | 1 | 0.00 | 100 % | 0 % |" in studies.show("lively", facts)


def test_lively_asks_for_folders(tmp_path):
    with pytest.raises(OptionError, match="one for each system"):
        studies.run("lively", Options(out=tmp_path, paths=(tmp_path,)))


@pytest.mark.parametrize("part", ablation.PARTS)
def test_what_is_left_out_is_a_part_of_the_sampler(part):
    changed = ablation.PARTS[part]
    assert all(getattr(CONSTANTS, name) != value for name, value in changed.items())
