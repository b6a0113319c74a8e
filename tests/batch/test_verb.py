"""``nurie batch`` itself: the same bytes as ``nurie color``, what is said, and how it ends."""

import json
import signal
import subprocess
import sys
from functools import partial

import numpy as np
import pytest


@pytest.fixture
def scans(tmp_path, tools):
    """Three small drawings, one of them none."""
    folder = tmp_path / "scans"
    (folder / "sub").mkdir(parents=True)
    tools.save(folder / "a.png", tools.draw(64))
    tools.save(folder / "sub" / "a.png", tools.draw(72))
    (folder / "bad.png").write_bytes(b"junk")


@pytest.fixture
def call(tmp_path, scans):
    """Run the command line beside ``scans`` in a process of its own."""

    def run(*arguments):
        command = [sys.executable, "-m", "nurie", *map(str, arguments)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_the_bytes_are_those_of_color(call, tmp_path):
    wanted = ("--variations", "2", "--style", "cel", "--clean", "--palette-out")
    beside = ("--flats", "flats", "--masks", "masks", "--report", "report")
    done = call("batch", "scans", "-o", "out", "--jobs", "1", *wanted, "all.hex", *beside)
    assert done.returncode == 1
    assert "bad.png is damaged or no picture" in done.stderr
    assert "2 done, 0 found, 1 failed" in done.stderr
    for path, name in (("scans/a.png", "."), ("scans/sub/a.png", "sub")):
        call("color", path, "-o", f"one/{name}/", *wanted, f"{name}.hex")
        for one in (tmp_path / "one" / name).glob("*.png"):
            assert one.read_bytes() == (tmp_path / "out" / name / one.name).read_bytes()
    report = json.loads((tmp_path / "report" / "sub" / "a.report.json").read_text())
    assert (report["sketch"], report["output"]) == ("scans/sub/a.png", "out/sub/a.colored-1.png")
    assert len(list((tmp_path / "flats").rglob("*.png"))) == 4
    assert (tmp_path / "all.hex").read_text()
    again = call("batch", "scans", "-o", "out", "--json", *wanted[:-1], *beside)
    events = [json.loads(line) for line in again.stdout.splitlines()]
    assert sorted(event["status"] for event in events[:-1]) == ["failed", "found", "found"]
    assert {"done": 0, "found": 2, "failed": 1}.items() <= events[-1].items()
    counted = call("batch", "scans", "-o", "out", "--status", *wanted[:-1], *beside)
    assert counted.stdout == "3 total, 2 done, 1 failed, 0 missing\n"


def test_to_count_writes_nothing(call, tmp_path):
    for rest in ((), ("--force",)):
        counted = call("batch", "scans", "-o", "out", "--status", *rest)
        assert counted.stdout == "3 total, 0 done, 0 failed, 3 missing\n"
        assert [path.name for path in tmp_path.iterdir()] == ["scans"]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_ends_in_order(call, tmp_path, sign):
    names = ["scans/bad.png", *(f"scans/none{number}.png" for number in range(20000))]
    (tmp_path / "all.txt").write_text("\n".join(names), encoding="utf-8")
    command = [sys.executable, "-m", "nurie", "batch", "all.txt", "-o", "out", "--jobs=1", "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    # Whoever starts the tests in the background may have told them to ignore Ctrl-C.
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, cwd=tmp_path, text=True, preexec_fn=heard, **pipes) as driver:  # noqa: PLW1509
        assert json.loads(driver.stdout.readline())["status"] == "failed"
        driver.send_signal(sign)
        _, told = driver.communicate(timeout=60)
    assert driver.returncode == 130
    assert "the same command goes on" in told
    assert "Traceback" not in told
    assert [path.suffix for path in (tmp_path / "out" / "ledger").iterdir()] == [".jsonl"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("scans", "--each", "film", "--style", "cel"), "takes no --style"),
        (
            ("scans", "--each", "book", "--range", "1-2"),
            "no --range; leave it out, or use --each film",
        ),
        (("scans", "--keys", "keys"), "A drawing takes no --keys"),
        (("scans", "--each", "film", "--keys", "../keys"), "in the folder of each film"),
        (("scans", "--report", "one.json"), "give a folder"),
        (("nowhere",), "does not exist"),
        (("scans", "--on", "moon"), "local, ray or ray://HOST"),
        (("scans", "--light", "sideways"), "sideways"),
    ],
)
def test_what_cannot_be_is_said_at_once(nurie, scans, arguments, sentence):
    done = nurie("batch", *arguments, "-o", "out")
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    assert done.err.count("\n") <= 2


def test_each_folder_is_a_film(call, tmp_path, tools):
    for number in (1, 2):
        tools.save(tmp_path / "scans" / "sub" / f"f{number}.png", tools.draw(64))
    (tmp_path / "scans" / "sub" / "a.png").unlink()
    (tmp_path / "scans" / "bad.png").unlink()
    done = call("batch", "scans", "-o", "out", "--each", "film", "--jobs", "1", "--seed", "3")
    assert (done.returncode, done.stdout) == (0, "")
    call("film", "scans/sub", "-o", "one", "--seed", "3")
    for name in ("f1.png", "f2.png"):
        one = (tmp_path / "one" / name).read_bytes()
        assert (tmp_path / "out" / "sub" / name).read_bytes() == one
    known = json.loads((tmp_path / "out" / "sub" / "film.json").read_text())
    assert known["frames"][0]["output"] == "out/sub/f1.png"
    assert (tmp_path / "out" / "scans" / "film.json").exists()


@pytest.fixture
def cuts(tmp_path, tools):
    """Two films, the first with a key, corrections and an exposure sheet."""
    for name in ("f1", "f2", "f3"):
        for cut in ("c1", "c2"):
            path = tmp_path / "cuts" / cut / f"{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            tools.save(path, tools.draw(32))
    cut = tmp_path / "cuts" / "c1"
    (cut / "keys").mkdir()
    key = np.repeat(tools.draw(32)[..., None], 3, axis=2)
    key[4:27, 3:15] = (40, 90, 200)
    tools.save(cut / "keys" / "f1.png", key)
    (cut / "fix.json").write_text('[{"frame": 2, "x": 16, "y": 16, "color": "#ff8800"}]')
    frames = [{"frame": n, "data": [{"id": 0, "values": [v]}]} for n, v in ((0, "3"), (1, "1"))]
    track = {"trackNo": 0, "frames": frames}
    fields = [{"fieldId": 0, "tracks": [track]}]
    heads = [{"fieldId": 0, "names": ["f"]}]
    table = {"timeTables": [{"duration": 2, "fields": fields, "timeTableHeaders": heads}]}
    sheet = f"exchangeDigitalTimeSheet Save Data\n{json.dumps(table)}"
    (cut / "c1.xdts").write_text(sheet, encoding="utf-8")
    return tmp_path / "cuts"


FILM = ("--cuts", "none", "--hold", "none", "--range", "1-3", "--to", "ora")


def test_what_is_in_the_folder_of_each_film_is_used(call, tmp_path, cuts):
    each = ("--each", "film", "--jobs", "1", "--keys", "keys", "--fix", "fix.json", *FILM)
    done = call("batch", "cuts", "-o", "out", *each)
    assert (done.returncode, done.stdout) == (0, "")
    assert "cuts/c2 has no keys." in done.stderr
    own = ("--keys", "cuts/c1/keys", "--fix", "cuts/c1/fix.json", "--sheet", "cuts/c1/c1.xdts")
    assert call("film", "cuts/c1", "-o", "one", *own, *FILM).returncode == 0
    for path in (tmp_path / "one").glob("*.ora"):
        assert (tmp_path / "out" / "c1" / path.name).read_bytes() == path.read_bytes()
    known = json.loads((tmp_path / "out" / "c1" / "film.json").read_text())
    assert [frame["frame"] for frame in known["frames"]] == [3, 1, 2]
    assert sorted(path.parent.name for path in (tmp_path / "out").rglob("film.json")) == [
        "c1",
        "c2",
    ]
    refused = call("batch", "cuts", "-o", "out", *each[:4], *FILM)
    assert refused.returncode == 2
    assert "keys" in refused.stderr


def test_a_book_takes_its_designs_from_its_own_folder(call, tmp_path, cuts):
    (cuts / "c1" / "keys").rename(cuts / "c1" / "cast")
    done = call("batch", "cuts", "-o", "out", "--each", "book", "--jobs", "1", "--design", "cast")
    assert done.returncode == 0
    call("book", "cuts/c1", "-o", "one", "--design", "cuts/c1/cast/f1.png")
    for path in (tmp_path / "one").glob("*.png"):
        assert (tmp_path / "out" / "c1" / path.name).read_bytes() == path.read_bytes()


def test_films_of_a_store_go_to_a_store(call, tmp_path, cuts):
    pytest.importorskip("obstore", reason="LOUDLY: obstore is not installed; no store was tried")
    (tmp_path / "out").mkdir()
    addresses = (f"file://{cuts}", "-o", f"file://{tmp_path}/out")
    each = ("--each", "film", "--jobs", "2", "--keys", "keys")
    done = call("batch", *addresses, *each)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"file://{cuts}/c2 has no keys." in done.stderr
    call("batch", "cuts", "-o", "near", *each)
    for path in (tmp_path / "near").rglob("*.png"):
        far = tmp_path / "out" / path.relative_to(tmp_path / "near")
        assert far.read_bytes() == path.read_bytes()
    known = json.loads((tmp_path / "out" / "c1" / "film.json").read_text())
    assert known["frames"][0]["drawing"].startswith(f"file://{cuts}/c1/f")
    assert "2 found, 0 failed" in call("batch", *addresses, *each).stderr


def test_color_in_processes_gives_the_same(call, tmp_path):
    # What lies in the folders but drawings, and what other calls wrote there, is none of them.
    (tmp_path / "scans" / "note.txt").touch()
    (tmp_path / "scans" / "a.colored-1.png").touch()
    paths, known = ("scans", "scans/sub/"), []
    for jobs in ("1", "2"):
        more = ("--palette-out", f"{jobs}.hex", "--json", "--jobs", jobs)
        done = call("color", *paths, "-o", f"o{jobs}/", *more)
        assert done.returncode == 1
        records = json.loads(done.stdout.replace(f"o{jobs}/", ""))
        known.append([{**record, "seconds": 0} for record in records])
    assert known[0] == known[1]
    made = sorted((tmp_path / "o1").iterdir())
    assert len(made) == 2
    for path in made:
        assert path.read_bytes() == (tmp_path / "o2" / path.name).read_bytes()
    assert (tmp_path / "1.hex").read_text() == (tmp_path / "2.hex").read_text()
