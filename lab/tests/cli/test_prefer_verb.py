"""``nurie prefer``: what it prints, what it refuses, how it starts again."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from dataclasses import replace

import numpy as np
import pytest

from nurie_lab.bench.preference.votes import Vote, Votes

VOTE = Vote("cat", "ours", "theirs", "1", "2", "left", 2.0, "2026-01-02T03:04:05", "me", False)


@pytest.fixture
def voted(tmp_path):
    """Makes a file of votes."""

    def make(*votes):
        store = Votes(tmp_path / "v.sqlite", create=True)
        for vote in votes:
            store.add(vote)
        store.close()
        return tmp_path / "v.sqlite"

    return make


@pytest.fixture
def folders(tmp_path, tools):
    """Two systems, two drawings."""
    for system, gray in (("ours", 200), ("theirs", 100)):
        (tmp_path / system).mkdir()
        for name in ("cat.png", "dog.png"):
            tools.save(tmp_path / system / name, np.full((4, 4), gray, np.uint8))
    return tmp_path


MANY = (
    [replace(VOTE, session=f"person {n % 3}") for n in range(7)]
    + [replace(VOTE, left_system="theirs", right_system="ours")] * 2
    + [replace(VOTE, chosen="same")]
    + [replace(VOTE, chosen="right", test=True)] * 50
)
"""Seven for ours, two for theirs, one for neither; scripts are all for theirs."""


def test_the_ranking_as_a_table(nurie, voted):
    heard = nurie("prefer", "--rank", voted(*MANY))
    assert (heard.code, heard.err) == (0, "")
    head, first, second, end = heard.paths
    assert head.split()[:2] == ["system", "strength"]
    assert re.fullmatch(r" 1\. ours  +\+\d\.\d\d  -\d\.\d\d … \+\d\.\d\d +7 +2 +1", first)
    assert re.fullmatch(r" 2\. theirs +-\d\.\d\d  -\d\.\d\d … \+\d\.\d\d +2 +7 +1", second)
    assert end == "10 votes of 4 people; 50 by tests left out."


def test_the_ranking_as_json(nurie, voted):
    ranked = nurie("prefer", "--rank", voted(*MANY), "--json").json
    assert [place["system"] for place in ranked["systems"]] == ["ours", "theirs"]
    assert (
        ranked["systems"][0]["low"]
        < ranked["systems"][0]["strength"]
        < ranked["systems"][0]["high"]
    )
    del ranked["systems"]
    assert ranked == {
        "votes": 10,
        "people": 4,
        "same": 1,
        "left": 9,
        "tests_counted": 0,
        "tests_left_out": 50,
        "pairs": [{"a": "ours", "b": "theirs", "won": 7, "lost": 2, "same": 1}],
    }


def test_tests_count_only_on_request_and_are_mentioned(nurie, voted):
    heard = nurie("prefer", "--rank", voted(*MANY), "--include-tests")
    assert heard.paths[1].split()[1] == "theirs"
    assert heard.paths[-1] == (
        "60 votes of 4 people; 50 of the votes are tests, so this ranking says nothing about "
        "people."
    )


def test_no_votes_yet(nurie, voted):
    heard = nurie("prefer", "--rank", voted())
    assert (heard.code, heard.out) == (2, "")
    assert heard.err.startswith("nurie: There are no votes yet in ")
    assert heard.err.endswith("v.sqlite.\n")
    heard = nurie("prefer", "--rank", voted(*MANY[-3:]))
    assert heard.code == 2
    assert "no votes yet in" in heard.err
    assert heard.err.endswith("but 3 by tests, which only --include-tests counts.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ours", "theirs"], "Say where the votes go with --votes FILE, or which to --rank."),
        (["ours", "--rank", "v.sqlite"], "--rank only reads votes; leave the folders and --votes"),
        (["ours", "--json"], "--json and --include-tests go with --rank FILE."),
        (["--votes", "v.sqlite"], "Give at least two folders, one for the pictures of each"),
        (["ours", "none", "--votes", "v.sqlite"], "none is not a folder; give the folder that"),
        (["ours", "theirs", "--votes", "no/v.sqlite"], "no is not a folder; make it first."),
        (["ours", "theirs", "--votes", "ours/cat.png"], "cat.png is no file of votes; it stays"),
        (["--rank", "none.sqlite"], "none.sqlite does not exist; check the name."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(nurie, folders, arguments, sentence):
    picture = (folders / "ours" / "cat.png").read_bytes()
    heard = nurie("prefer", *arguments)
    assert (heard.code, heard.out) == (2, "")
    assert sentence in heard.err
    assert heard.err.count("\n") == 1
    assert not (folders / "v.sqlite").exists()
    assert (folders / "ours" / "cat.png").read_bytes() == picture


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_a_missing_extra_stops_the_page_and_not_the_ranking(nurie, voted, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == missing else name)
    heard = nurie("prefer", "a", "b", "--votes", "new.sqlite")
    assert heard.code == 2
    assert heard.err == ("nurie: The page needs more packages; run: pip install 'nurie[studio]'\n")
    assert nurie("prefer", "--rank", voted(VOTE)).code == 0


def test_it_serves_ends_by_ctrl_c_and_goes_on(folders):
    jar = urllib.request.HTTPCookieProcessor()
    ask = urllib.request.build_opener(jar).open
    for judged in (0, 1):
        process = subprocess.Popen(
            [sys.executable, "-m", "nurie", "prefer", "ours", "theirs", "--votes", "v.sqlite",
             "--no-browser"],
            cwd=folders, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        try:
            line = process.stdout.readline()
            assert line.startswith("The page is at http://127.0.0.1:")
            address = line.split()[-1]
            state = json.load(ask(f"{address}api/pair"))
            assert (state["judged"], state["of"]) == (judged, 2)
            body = {"pair": state["pair"], "chosen": "left", "seconds": 1, "test": False}
            kind = {"Content-Type": "application/json"}
            data = json.dumps(body).encode()
            ask(urllib.request.Request(f"{address}api/votes", data, kind)).close()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
            process.communicate()
        assert (process.returncode, out) == (0, "")
        assert err == "nurie: 2 pairs of 2 systems.\nCtrl-C ends it.\n"
    store = Votes(folders / "v.sqlite", create=False)
    assert [(vote.test, vote.chosen) for vote in store.all()] == [(True, "left")] * 2
    store.close()
    assert {path.name for path in folders.iterdir()} == {"ours", "theirs", "v.sqlite"}
