"""A batch goes on whatever becomes of its workers and of itself, and does each thing once."""

import itertools
import json
import os
import random
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from nurie.batch.driver import Batch
from nurie.batch.stores import Folder
from nurie.batch.work import Hand
from nurie.errors import ModelError, NurieError, OptionError, OutputError, UnreadableError

GOOD = [f"a{number:02}.png" for number in range(12)]


def run(work, sources, output, **options):
    return list(Batch([sources], str(output), work).run(**{"jobs": 2, "timeout": 30} | options))


def written(output):
    output = Path(output)
    found = [*output.glob("*.out"), *output.glob("sub/*.out")]
    return sorted(path.relative_to(output).as_posix() for path in found)


def clean(output):
    """Whether nothing lies about that was on its way to something else."""
    names = {path.name for path in Path(output).iterdir()}
    return not [n for n in names if n.startswith(".")] and all(
        path.suffix == ".jsonl" for path in (Path(output) / "ledger").iterdir()
    )


def test_what_is_bad_kills_or_hangs_is_named_and_stops_nothing(odd, scans, tmp_path):
    folder = scans(*GOOD, "bad.png", "kill.png", "hang.png", "defect.png", "sub/once.png")
    out = tmp_path / "out"
    found = run(odd.OddWork(), folder, out, timeout=2, retries=1)
    assert written(out) == [f"{name}.out" for name in [*GOOD, "sub/once.png"]]
    assert {(Path(o.source).stem, o.attempts) for o in found if o.status == "failed"} == {
        ("bad", 1), ("kill", 2), ("hang", 2), ("defect", 2)
    }  # fmt: skip
    named = [json.loads(line) for line in (out / "failures.jsonl").read_text().splitlines()]
    reasons = {Path(line["source"]).stem: line["error"] for line in named}
    assert reasons["bad"].endswith("bad.png is no picture.")
    assert "SIGKILL" in reasons["kill"]
    assert "2 s" in reasons["hang"]
    assert "ZeroDivisionError" in reasons["defect"]
    assert clean(out)


def test_a_second_call_does_nothing_and_failures_are_tried_when_asked(odd, scans, tmp_path):
    folder, out = scans("a.png", "bad.png"), tmp_path / "out"
    run(odd.OddWork(), folder, out)
    before = (out / "a.png.out").stat().st_mtime_ns
    again = run(odd.OddWork(), folder, out)
    assert sorted((o.status, o.attempts) for o in again) == [("failed", 0), ("found", 0)]
    assert (out / "a.png.out").stat().st_mtime_ns == before
    tried = run(odd.OddWork(), folder, out, retry_failed=True)
    assert sorted(o.attempts for o in tried) == [0, 1]
    assert len((out / "failures.jsonl").read_text().splitlines()) == 1
    (Path(folder) / "bad.png").rename(Path(folder) / "good.png")
    assert Batch([folder], str(out), odd.OddWork()).status() == {
        "total": 2, "done": 1, "failed": 0, "missing": 1
    }  # fmt: skip


@pytest.mark.parametrize("number", range(3))
def test_a_driver_that_is_killed_goes_on(odd, scans, tmp_path, number):
    folder, out = scans(*(f"slow{n:02}.png" for n in range(16))), tmp_path / "out"
    chance = random.Random(number)
    command = [sys.executable, str(Path(odd.__file__)), folder, str(out)]
    with subprocess.Popen(command, start_new_session=True) as driver:
        while len(written(out)) < chance.randint(1, 8):
            pass
        # The driver alone, or all of its group.
        (os.killpg if number % 2 else os.kill)(driver.pid, signal.SIGKILL)
    done = len(written(out))
    found = run(odd.OddWork(), folder, out)
    assert len(written(out)) == 16 > done >= 1
    assert sorted(o.status for o in found).count("found") >= done
    assert {(out / name).read_text() for name in written(out)} == {
        f"slow{n:02}.png {len('slow00.png')} 0" for n in range(16)
    }
    run(odd.OddWork(), folder, out)
    assert clean(out)


def test_two_drivers_share_a_folder(odd, scans, tmp_path):
    folder, out = scans(*(f"slow{n:02}.png" for n in range(12))), tmp_path / "out"
    command = [sys.executable, str(Path(odd.__file__)), folder, str(out)]
    drivers = [subprocess.Popen(command) for _ in range(2)]
    assert [driver.wait(60) for driver in drivers] == [0, 0]
    assert len(written(out)) == 12
    assert clean(out)


def test_only_the_call_that_begins_a_folder_walks_the_list_in_order(odd, scans, tmp_path):
    folder, out = scans(*(f"a{n:02}.png" for n in range(60))), tmp_path / "out"
    first, *others = (Batch([folder], str(out), odd.OddWork()) for _ in range(3))
    listed = [item.name for item in first.items()]
    for one in (first, *others):
        one.ledger.begin()
    walks = [[item.name for item in one._order()] for one in (first, *others)]
    assert walks[0] == listed == sorted(walks[1]) == sorted(walks[2])
    assert walks[0] != walks[1] != walks[2] != walks[0]


def test_stopped_early_it_leaves_nothing_on_its_way(odd, scans, tmp_path):
    folder, out = scans(*(f"slow{n:02}.png" for n in range(12))), tmp_path / "out"
    outcomes = Batch([folder], str(out), odd.OddWork()).run(jobs=2)
    next(outcomes)
    outcomes.close()
    assert clean(out)
    assert 1 <= len(written(out)) < 12
    lines = [path.read_text() for path in (out / "ledger").iterdir()]
    assert sum(text.count('"done"') for text in lines) == len(written(out))


def test_other_settings_and_other_files_are_refused(odd, scans, tmp_path):
    folder, out = scans("a.png"), tmp_path / "out"
    run(odd.OddWork(), folder, out)
    with pytest.raises(OutputError, match=r"other settings \(number\)"):
        Batch([folder], str(out), odd.OddWork(1))
    list(Batch([folder], str(out), odd.OddWork(1), force=True).run(jobs=1))
    assert (out / "a.png.out").read_text().endswith("1")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").touch()
    with pytest.raises(OutputError, match=r"thesis\.txt"):
        Batch([folder], str(foreign), odd.OddWork())


@pytest.mark.parametrize(
    ("kind", "name", "error", "match"),
    [
        ("NoModel", "a.png", ModelError, "no model"),
        ("Stillborn", "a.png", NurieError, "No worker starts"),
        ("OddWork", "full.png", NurieError, "disk is full"),
    ],
)
def test_what_fails_for_all_ends_the_call(odd, scans, tmp_path, kind, name, error, match):
    with pytest.raises(error, match=match):
        run(getattr(odd, kind)(), scans(name), tmp_path / "out")
    assert clean(tmp_path / "out")


def test_no_more_than_two_a_worker_are_on_their_way(odd, scans, tmp_path, monkeypatch):
    from nurie.batch.supervisor import Supervisor

    most = []
    collect = Supervisor.collect

    def watched(self):
        most.append(max(sum(map(len, worker.blocks)) for worker in self.workers))
        return collect(self)

    monkeypatch.setattr(Supervisor, "collect", watched)
    run(odd.OddWork(), scans(*GOOD), tmp_path / "out")
    assert max(most) == 2


def test_a_block_that_is_lost_is_tried_one_by_one(odd, scans, tmp_path, monkeypatch):
    from nurie.batch.supervisor import Supervisor, Worker

    sizes = []
    give = Worker.give

    def watched(self, block):
        sizes.append(len(block))
        give(self, block)

    monkeypatch.setattr(Worker, "give", watched)
    monkeypatch.setattr("nurie.batch.driver.Supervisor", partial(Supervisor, most=8))
    folder = scans(*GOOD, *(f"slow{n:02}.png" for n in range(30)), "a-kill.png", "kill.png")
    found = run(odd.OddWork(), folder, tmp_path / "out", jobs=1, retries=1)
    assert max(sizes) > 2
    assert {(Path(o.source).stem, o.attempts) for o in found if o.status == "failed"} == {
        ("kill", 2)
    }
    assert sorted(o.status for o in found) == ["done"] * 43 + ["failed"]
    assert clean(tmp_path / "out")


def test_a_worker_that_never_starts_holds_up_nothing(odd, scans, tmp_path, monkeypatch):
    from nurie.batch import supervisor

    work = itertools.chain([odd.Sleeper()], itertools.repeat(odd.OddWork()))

    def hire(_, scratch):
        place = Folder(tmp_path / "out")
        return supervisor.process(Hand(place, next(work), None), scratch)

    monkeypatch.setattr("nurie.batch.driver.process", hire)
    monkeypatch.setattr(supervisor, "_LATE", 0.2)
    found = run(odd.OddWork(), scans(*GOOD[:4]), tmp_path / "out")
    assert [o.status for o in found] == ["done"] * 4


def test_nothing_to_colour_is_said(odd, tmp_path):
    with pytest.raises(UnreadableError, match="does not exist"):
        Batch([str(tmp_path / "none")], str(tmp_path / "out"), odd.OddWork())
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableError, match="no drawings"):
        Batch([str(tmp_path / "empty")], str(tmp_path / "out"), odd.OddWork())
    assert not (tmp_path / "out").exists()
    with pytest.raises(OptionError, match="--on"):
        list(Batch([__file__], str(tmp_path / "out"), odd.OddWork()).run(on="moon"))


def test_workers_are_replaced_when_they_have_done_much(odd, scans, tmp_path, monkeypatch):
    from nurie.batch.work import Hand

    many = Batch([scans("a.png")], str(tmp_path), odd.OddWork(), force=True)
    many.ledger.begin()
    hand = Hand(many.place, odd.OddWork(), None, most=2)
    hand.start()
    from nurie.batch.manifest import Item

    item = Item(scans("a.png") + "/a.png", "a.png")
    hand._private.path.parent.mkdir(exist_ok=True)
    assert [hand.do(item).last for _ in range(2)] == [False, True]
    hand.close()


def test_a_manifest_of_ten_million_is_not_held(odd, tmp_path):
    import tracemalloc

    from nurie.batch import manifest

    listed = tmp_path / "all.txt"
    os.mkfifo(listed)
    writer = subprocess.Popen(["sh", "-c", f"seq -f 'x/%.0f.png' 10000000 > {listed}"])
    tracemalloc.start()
    some = list(itertools.islice(manifest.items([str(listed)]), 20000))
    assert tracemalloc.get_traced_memory()[0] < 12 << 20
    tracemalloc.stop()
    writer.kill()
    writer.wait()
    assert some[-1].name == "x/20000.png"


def test_python_colours_as_nurie_color_does(odd, scans, tmp_path, tools, monkeypatch):
    import nurie.batch
    from nurie.batch.manifest import Item
    from nurie.batch.stores import Folder
    from nurie.batch.work import Coloring, Hand

    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # a worker sets it, too
    assert [
        o.status for o in nurie.batch.run(scans("a.png"), tmp_path / "o", odd.OddWork(), jobs=1)
    ]
    drawing = tools.save(tmp_path / "cat.png", tools.draw(32))
    (tmp_path / "out" / "ledger").mkdir(parents=True)
    hand = Hand(Folder(tmp_path / "out"), Coloring(seed=3, style="cel"), None)
    hand.start()
    assert hand.do(Item(str(drawing), "cat.png")).outcome.regions > 1
    hand.close()
    wanted = nurie.color(drawing, tmp_path / "one.png", seed=3, style="cel")
    assert (tmp_path / "out" / "cat.colored.png").read_bytes() == wanted.read_bytes()
