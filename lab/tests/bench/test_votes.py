"""The file of votes: kept at once, and never somebody else's file."""

import sqlite3
from dataclasses import replace

import pytest

from nurie.errors import OutputError, UnreadableError
from nurie_lab.bench.preference.votes import Vote, Votes

VOTE = Vote(
    drawing="cat",
    left_system="ours",
    right_system="theirs",
    left_sha256="1" * 64,
    right_sha256="2" * 64,
    chosen="left",
    seconds=2.5,
    time="2026-01-02T03:04:05+00:00",
    session="somebody",
    test=False,
)


@pytest.fixture
def store(tmp_path):
    store = Votes(tmp_path / "votes.sqlite", create=True)
    yield store
    store.close()


def test_votes_come_back_in_order(store):
    given = [VOTE, replace(VOTE, chosen="same", test=True), replace(VOTE, session="else")]
    for vote in given:
        store.add(vote)
    assert store.all() == given


def test_a_vote_is_in_the_file_at_once(store):
    store.add(VOTE)
    other = Votes(store.path, create=False)
    assert other.all() == [VOTE]
    other.close()


def test_a_file_goes_on(store):
    store.add(VOTE)
    store.close()
    again = Votes(store.path, create=True)
    again.add(replace(VOTE, chosen="right"))
    assert [vote.chosen for vote in again.all()] == ["left", "right"]
    again.close()


def test_only_the_last_of_that_pair_and_session_is_taken_back(store):
    others = [replace(VOTE, session="else"), replace(VOTE, drawing="dog")]
    for vote in (VOTE, *others, replace(VOTE, chosen="same")):
        store.add(vote)
    store.take_back(VOTE)
    assert store.all() == [VOTE, *others]


def test_what_was_seen(store):
    store.add(VOTE)
    store.add(replace(VOTE, left_system="theirs", left_sha256="2" * 64, right_system="third"))
    assert store.seen() == {
        ("ours", "cat"): "1" * 64,
        ("theirs", "cat"): "2" * 64,
        ("third", "cat"): "2" * 64,
    }


def test_an_empty_file_is_as_good_as_none(tmp_path):
    path = tmp_path / "votes.sqlite"
    path.touch()
    store = Votes(path, create=True)
    store.add(VOTE)
    store.close()


def other_base(path, mark=0):
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE precious (thing)")
        base.execute(f"PRAGMA application_id = {mark}")
    base.close()
    return path.read_bytes()


def a_text(path):
    path.write_text("votes: many", "utf-8")
    return path.read_bytes()


@pytest.mark.parametrize("made", [other_base, a_text])
@pytest.mark.parametrize("create", [True, False])
def test_another_file_is_refused_untouched(tmp_path, made, create):
    path = tmp_path / "thing.sqlite"
    before = made(path)
    with pytest.raises(UnreadableError, match=r"thing\.sqlite is no file of votes; it stays"):
        Votes(path, create=create)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["thing.sqlite"]


def test_a_newer_file_is_refused_untouched(store):
    with sqlite3.connect(store.path) as base:
        base.execute("PRAGMA user_version = 2")
    base.close()
    before = store.path.read_bytes()
    with pytest.raises(UnreadableError, match="written by a newer nurie"):
        Votes(store.path, create=True)
    assert store.path.read_bytes() == before


def test_a_damaged_file_is_said_to_be_so(store):
    store.add(VOTE)
    store.close()
    page = 4096  # The first holds the schema, the second the votes.
    store.path.write_bytes(store.path.read_bytes()[:page] + b"\xff" * page)
    with pytest.raises(UnreadableError, match=r"votes\.sqlite is damaged: "):
        Votes(store.path, create=True)


def test_a_missing_file_is_made_only_to_vote(tmp_path):
    with pytest.raises(UnreadableError, match="does not exist; check the name"):
        Votes(tmp_path / "none.sqlite", create=False)
    with pytest.raises(OutputError, match="is not a folder; make it first"):
        Votes(tmp_path / "none" / "votes.sqlite", create=True)
    with pytest.raises(UnreadableError, match="cannot be opened: is a directory"):
        Votes(tmp_path, create=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_another_program_holds(store, monkeypatch):
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, **k, timeout=0.01))
    holder = real(store.path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(OutputError, match="cannot be used: database is locked"):
        Votes(store.path, create=True)
    holder.close()
