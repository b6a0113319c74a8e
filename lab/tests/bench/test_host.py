"""Systems in processes of their own: those that answer, and those that fall."""

import os
import sys

import numpy as np
import pytest

from nurie.document import Hints, Palette
from nurie_lab.bench.bench import SystemSpec
from nurie_lab.bench.host import FailedError, Host
from nurie_lab.bench.requests import (
    Answer,
    Request,
    put,
    take,
)
from nurie_lab.bench.systems import command

RIVALS = """
import os, signal, time
import numpy as np
from nurie_lab.bench.requests import Answer

def good(request):
    print("this is no answer")
    return Answer((np.zeros((*request.lines.shape, 3), np.uint8),))

def moody(request):
    what = int(request.lines[0, 0])
    if what == 1:
        os.kill(os.getpid(), signal.SIGSEGV)
    if what == 2:
        time.sleep(60)
    if what == 3:
        raise ValueError("no such luck")
    if what == 4:
        os._exit(7)
    return good(request)
"""


@pytest.fixture
def host(tmp_path, monkeypatch):
    """Starts a system of the module above."""
    (tmp_path / "rivals_of_test.py").write_text(RIVALS, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    started = []

    def start(name, limit=60.0):
        spec = SystemSpec("rival", "python", function=f"rivals_of_test:{name}")
        started.append(Host(spec, limit=limit, threads=1))
        return started[-1]

    yield start
    for each in started:
        each.close()


def page(value=255):
    return Request(np.full((6, 6), value, np.uint8))


def test_an_answer_and_what_it_took(host):
    answer, cost = host("good").ask(page())
    assert answer.pictures[0].shape == (6, 6, 3)
    assert cost.wall_s >= 0
    assert cost.peak_mib > 5


def test_a_system_that_falls_is_reported_and_started_again(host):
    moody = host("moody")
    with pytest.raises(FailedError, match=r"crashed \(SIGSEGV\)"):
        moody.ask(page(1))
    with pytest.raises(FailedError, match="ValueError: no such luck"):
        moody.ask(page(3))
    with pytest.raises(FailedError, match="exit code 7"):
        moody.ask(page(4))
    assert moody.ask(page())[0].pictures


def test_a_system_that_hangs_is_ended(host):
    moody = host("moody", limit=20.0)
    moody.ask(page())
    moody._limit = 0.3
    with pytest.raises(FailedError, match=r"no answer within 0\.3 s"):
        moody.ask(page(2))


def test_a_system_that_does_not_start_is_started_once(tmp_path, monkeypatch, host):
    lost = host("good")
    monkeypatch.setattr("sys.executable", "/bin/false")
    for _ in range(2):
        with pytest.raises(FailedError, match="did not start: ended with exit code 1"):
            lost.ask(page())


def test_a_system_that_is_not_there_is_asked_once(host):
    lost = host("none")
    for _ in range(2):
        with pytest.raises(FailedError, match="none of 'rival' is not there"):
            lost.ask(page())


def test_wishes_and_answers_cross_whole(tmp_path):
    hints = Hints(
        np.array([1], np.int32),
        np.array([2], np.int32),
        np.full((1, 3), 9, np.uint8),
        np.array([0], np.int32),
    )
    picture = np.zeros((4, 4, 3), np.uint8)
    request = Request(picture, hints, Palette(picture[0]), (picture, picture), 3, True, ".ora")
    put(tmp_path / "request", request)
    got = take(tmp_path / "request")
    assert got.hints is not None
    assert got.palette is not None
    assert (got.hints.columns.tolist(), got.hints.marks.tolist()) == ([2], [0])
    assert (len(got.references), got.answers, got.regions_only, got.file) == (2, 3, True, ".ora")
    put(
        tmp_path / "answer",
        Answer((picture,), (picture,), picture[..., 0].astype(np.int32), np.ones(1), b"file"),
    )
    back = take(tmp_path / "answer")
    assert back.file == b"file"
    assert back.labels is not None
    assert back.confidence.tolist() == [1.0]


COPY = "import shutil, sys; shutil.copy(sys.argv[1], sys.argv[2])"


def test_any_command_line_can_take_part():
    line = f"{sys.executable} -c '{COPY}' {{sketch}} {{out}}"
    shown = command(line)(page(7)).pictures[0]
    assert (shown == 7).all()


def test_a_command_gets_what_its_line_names(tmp_path):
    code = 'import shutil, sys; shutil.copytree("/".join(sys.argv[1].split("/")[:-1]), sys.argv[2])'
    words = f"{{hints}} {tmp_path}/seen {{sketch}} {{palette}} {{reference}}"
    hints = Hints(np.zeros(1, np.int32), np.zeros(1, np.int32), np.full((1, 3), 9, np.uint8))
    picture = np.zeros((6, 6, 3), np.uint8)
    request = Request(page().lines, hints, Palette(np.array([[1, 2, 3]], np.uint8)), (picture,))
    with pytest.raises(Exception, match="out"):
        command(f"{sys.executable} -c '{code}' {words} {{out}}")(request)
    seen = sorted(path.name for path in (tmp_path / "seen").iterdir())
    assert seen == ["hints.png", "palette.hex", "reference.png", "sketch.png"]
    assert (tmp_path / "seen" / "palette.hex").read_text() == "#010203\n"


def test_a_command_that_fails_says_why():
    code = "import sys; sys.exit(chr(98) + chr(97) + chr(100))"
    with pytest.raises(RuntimeError, match="exit code 1: bad"):
        command(f"{sys.executable} -c '{code}' {{sketch}} {{out}}")(page())


def test_a_system_that_hangs_is_asked_no_more(case, tmp_path, monkeypatch):
    from nurie_lab.bench import evaluate as judge
    from nurie_lab.bench.bench import Bench

    class Sleepy:
        requests = 0

        def __init__(self, *_, **__):
            pass

        def ask(self, request):
            Sleepy.requests += 1
            raise FailedError(f"{judge.HUNG} 1 s")

        def close(self):
            pass

    monkeypatch.setattr(judge, "Host", Sleepy)
    spec = SystemSpec("slow", "white")
    cases = [type(case)(f"c{i}", case.frames, f"{i:064x}") for i in range(5)]
    jobs = [judge.Job(spec, "automatic", "clean", "a", c, 9) for c in cases]
    options = judge.Options(tmp_path, tmp_path)
    found = list(judge.run(Bench("b"), jobs, options))
    assert Sleepy.requests == judge.STRIKES
    assert [r.failure for r in found[3:]] == ["skipped after it hung 3 times"] * 2
    assert found[4].case == "c4"
