"""Many records made few numbers, and the page that shows them."""

import json

import numpy as np
import pytest

from nurie_lab.bench.bench import TASKS, Bench, PictureSet, SystemSpec
from nurie_lab.bench.records import Record, Store, identity, judge
from nurie_lab.bench.report import markdown, report
from nurie_lab.bench.tables import margins, origins_of, rows

FACTS = {
    "date": "today",
    "machine": "two cores",
    "threads": 2,
    "python": "3",
    "versions": {"nurie": "0"},
    "commit": "abc",
    "weights": {"nurie": "f" * 64},
    "ours": "nurie",
    "sets": [
        {"name": "a", "kind": "things", "package": "", "licence": "", "pictures": 2,
         "sha256": "0" * 64, "published": "yes", "note": "", "lacking": ""}
    ],
    "rehearsal": "",
    "network": None,
}  # fmt: skip


NETWORK = {"title": "eyes", "sha256": "9" * 64}


def record(system, case, value, task="automatic", where="a", **more):
    scores = {} if value is None else {"ΔE": value}
    return Record(task, "clean", system, where, case, scores, **more)


def test_means_intervals_and_failures():
    found = [record("x", f"c{i}", float(i), wall_s=i, peak_mib=i) for i in range(4)]
    found.append(record("x", "c9", None, failure="hung"))
    (row,) = rows(found)
    mean, low, high = row.scores["ΔE"]
    assert mean == 1.5
    assert 0 <= low < mean < high <= 3
    assert (row.pictures, row.failed, row.why) == (5, 1, ["hung (1 ×)"])
    assert (row.wall_s, row.peak_mib) == (1.5, 3)


def test_local_pictures_stay_apart():
    found = [record("x", "c0", 1.0), record("x", "c1", 5.0, where="extra")]
    found.append(record("x", "c2", 7.0, where="stickers"))
    origins = origins_of([PictureSet("a", "things"), PictureSet("stickers", "icons", package="p")])
    table = rows(found, origins)
    pairs = [(r.origin, r.scores["ΔE"][0]) for r in table]
    assert pairs == [("", 1.0), ("not public", 5.0), ("stickers", 7.0)]
    page = markdown(Bench("b"), table, [], FACTS)
    starts = [line[:24] for line in page.splitlines() if line.startswith("| clean")]
    assert starts == [
        "| clean | x | 1 | 1.000 ",
        "| clean, stickers | x | ",
        "| clean, not public | x ",
    ]


def test_a_row_has_what_its_pictures_have_together():
    more = {("automatic", "clean", "x", ""): {"Fréchet distance": (2.0, 1.0, 3.0)}}
    found = [record(name, "c0", 1.0) for name in "xy"]
    page = markdown(Bench("b"), rows(found, {}, more), [], FACTS | {"network": NETWORK})
    assert "| clean | x | 1 | 1.000 [1.000, 1.000] | 2.000 [1.000, 3.000] | not measured |" in page
    assert "| clean | y | 1 | 1.000 [1.000, 1.000] | — | not measured |" in page
    assert "The network is eyes, `9999999999999999`." in page


def test_doubt_is_pooled_over_regions():
    scores = {"sure 0": 0.9, "right 0": 1.0, "sure 1": 0.1, "right 1": 0.0, "mean right": 0.5}
    (row,) = rows([Record("doubt", "clean", "x", "a", c, scores) for c in "ab"])
    assert row.scores["ECE"][0] == pytest.approx(0.1)
    assert row.scores["risk at 50 %"][0] == 0
    assert row.scores["risk at 100 %"][0] == 0.5
    assert row.scores["regions"][0] == 4


def test_margins_are_paired_and_have_a_sign():
    found = [record("nurie", f"c{i}", 10.0 + i) for i in range(3)]
    found += [record("better", f"c{i}", 7.0 + i) for i in range(3)]
    found += [record("worse", f"c{i}", 30.0) for i in range(2)]
    one, two = margins(found, "nurie")
    assert (one.other, one.ahead, one.pictures) == ("better", (3.0, 3.0, 3.0), 3)
    assert (two.other, two.pictures) == ("worse", 2)
    assert two.ahead[2] < 0


def test_the_page_says_where_nurie_loses():
    found = [record("nurie", f"c{i}", 10.0) for i in range(6)]
    found += [record("better", f"c{i}", 7.0) for i in range(6)]
    found += [record("even", f"c{i}", 7.5 + i) for i in range(6)]
    page = markdown(Bench("b"), rows(found), margins(found, "nurie"), FACTS)
    assert "**better** is ahead by 3.000 [3.000, 3.000] ΔE over 6 pictures" in page
    assert "Undecided, the interval holds nought: automatic, clean (even, ΔE)" in page
    assert "| clean | nurie | 6 | 10.0 [10.0, 10.0] | not measured | not measured |" in page
    for task in TASKS:
        assert f"## {task.capitalize()}" in page
    assert "ehearsal" not in page


def test_a_task_may_be_compared_by_several_figures():
    def answers(name, apart, paper):
        scores = {"ΔE": 5.0, "perceptual distance": apart, "paper regions kept": paper}
        return [Record("automatic", "clean", name, "a", f"c{i}", scores) for i in range(5)]

    found = margins(
        [*answers("nurie", 0.2, 0.5), *answers("x", 0.1, np.nan), *answers("y", 0.3, 1.0)], "nurie"
    )
    ahead = {(m.figure, m.other): round(m.ahead[0], 3) for m in found}
    assert ahead == {
        ("ΔE", "x"): 0, ("ΔE", "y"): 0, ("paper regions kept", "y"): 0.5,
        ("perceptual distance", "x"): 0.1, ("perceptual distance", "y"): -0.1,
    }  # fmt: skip


def test_margins_keep_origins_apart():
    found = [record(name, f"{where}{i}", value, where=where)
             for name, value in (("nurie", 9.0), ("better", 1.0))
             for where in ("a", "p", "extra") for i in range(6)]  # fmt: skip
    table = margins(found, "nurie", {"p": "a package", "extra": "not public"})
    assert [(m.origin, m.pictures) for m in table] == [("", 6), ("a package", 6)]
    page = markdown(Bench("b"), [], table, FACTS)
    assert "- automatic, clean, a package: **better** is ahead by 8.000" in page


def test_a_set_that_is_left_out_says_how_to_get_it():
    lost = FACTS["sets"][0] | {"name": "b", "pictures": 0, "published": "left out",
                               "lacking": "The set 'b' is made from a package: get it"}  # fmt: skip
    noted = FACTS["sets"][0] | {"note": "Seen by nobody."}
    page = markdown(Bench("b"), [], [], FACTS | {"sets": [noted, lost]})
    assert "\n*a*: Seen by nobody.\n" in page
    assert "| 0 | `0000000000000000` | left out |" in page
    assert "\nLeft out: The set 'b' is made from a package: get it\n" in page


def test_few_pictures_decide_nothing():
    found = [record(name, "c0", value) for name, value in (("nurie", 9.0), ("better", 1.0))]
    page = markdown(Bench("b"), rows(found), margins(found, "nurie"), FACTS)
    assert "Nothing can be said: no comparison has 5 pictures." in page


def test_a_rehearsal_says_so():
    page = markdown(Bench("b"), [], [], FACTS | {"rehearsal": "two pictures."})
    assert "**Rehearsal, not yet run whole:** two pictures." in page
    assert "No other system answered the same pictures." in page


def test_a_failure_is_a_row_that_says_so():
    found = [record("x", "c0", None, failure="crashed (SIGSEGV)")]
    page = markdown(Bench("b"), rows(found), [], FACTS)
    assert "- x, automatic, clean: crashed (SIGSEGV) (1 ×)" in page
    assert "| clean | x | 0 of 1 |" in page


def test_the_json_is_json():
    found = [record("x", "c0", float("nan"))]
    facts = report(Bench("b"), rows(found), [], FACTS)
    back = json.loads(json.dumps(facts, allow_nan=False))
    assert back["rows"][0]["scores"]["ΔE"] == [None, None, None]


def test_records_are_found_again_by_their_whole_key(tmp_path):
    store, key = Store(tmp_path / "results"), {"picture": "1", "task": "regions"}
    assert store.find(key) is None
    store.keep(key, record("x", "c0", 1.5))
    assert store.find(key) == record("x", "c0", 1.5)
    assert store.find(key | {"picture": "2"}) is None
    store.path(key).write_text("{half")
    assert store.find(key) is None


def test_what_changes_an_answer_changes_the_key(monkeypatch):
    one = identity(SystemSpec("nurie", "nurie"), None)
    assert one == identity(SystemSpec("another name", "nurie"), None)
    assert one != identity(SystemSpec("nurie", "nurie", model="none"), None)
    assert identity(SystemSpec("x", "command", command="a"), None) != identity(
        SystemSpec("x", "command", command="b"), None
    )
    assert len(judge()) == 12


def test_sheets_have_a_place_for_what_is_missing(tmp_path):
    from nurie.io.images import read_color
    from nurie_lab.bench.sheets import write_grid

    red = np.zeros((10, 20, 3), np.uint8)
    red[..., 0] = 255
    write_grid(tmp_path / "a.png", [[red, None], [red[..., 0], red]], ["one", "two"], side=40)
    sheet = read_color(tmp_path / "a.png")
    assert (sheet == (255, 0, 0)).all(axis=2).sum() == 2 * 200
    assert sheet.shape == (2 * 48 + 24 + 8, 2 * 48 + 8, 3)
