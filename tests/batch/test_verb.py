"""``nurie batch`` itself: the same bytes as ``nurie color``, what is said, and how it ends."""

import json
import signal
import subprocess
import sys
from functools import partial

import pytest


@pytest.fixture
def call(tmp_path, tools):
    """Run the command line on three small drawings, one of them none, in a process of its own."""
    folder = tmp_path / "scans"
    (folder / "sub").mkdir(parents=True)
    tools.save(folder / "a.png", tools.draw(32))
    tools.save(folder / "sub" / "a.png", tools.draw(40))
    (folder / "bad.png").write_bytes(b"junk")

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
    assert [event["status"] for event in events[:-1]] == ["found", "failed", "found"]
    assert {"done": 0, "found": 2, "failed": 1}.items() <= events[-1].items()
    counted = call("batch", "scans", "-o", "out", "--status", *wanted[:-1], *beside)
    assert counted.stdout == "3 total, 2 done, 1 failed, 0 missing\n"


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
        (("scans", "--report", "one.json"), "give a folder"),
        (("nowhere",), "does not exist"),
        (("scans", "--on", "moon"), "local, ray or ray://HOST"),
        (("scans", "--light", "sideways"), "sideways"),
    ],
)
def test_what_cannot_be_is_said_at_once(call, arguments, sentence):
    done = call("batch", *arguments, "-o", "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") <= 2


def test_each_folder_is_a_film(call, tmp_path, tools):
    for number in (1, 2):
        tools.save(tmp_path / "scans" / "sub" / f"f{number}.png", tools.draw(32))
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
